-- Keys of an organization's administrators, keys that end by themselves, archived projects, request limits;
-- what a video is priced as, and what each run cost. The same facts as the SQLite file beside it.

ALTER TABLE api_keys ADD COLUMN organization_id TEXT COLLATE "C" REFERENCES organizations (id);
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE api_keys DROP CONSTRAINT api_keys_kind_check;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_kind_check CHECK (kind IN ('project', 'admin', 'operator', 'worker'));
ALTER TABLE api_keys ADD CONSTRAINT api_keys_organization_for_admin_kind
    CHECK ((kind = 'admin') = (organization_id IS NOT NULL));
CREATE INDEX api_keys_by_organization ON api_keys (organization_id);

ALTER TABLE projects ADD COLUMN archived_at BIGINT;

-- How many videos a project may ask for in a minute. Without a row there is no limit.
CREATE TABLE rate_limits (
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
    model TEXT NOT NULL,
    max_requests_per_1_minute INTEGER NOT NULL CHECK (max_requests_per_1_minute >= 0),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (project_id, model)
);

-- The id of the catalogue that `model` stood for, which is what is priced, claimed and counted.
ALTER TABLE videos ADD COLUMN model_id TEXT COLLATE "C" NOT NULL DEFAULT '';
UPDATE videos SET model_id = COALESCE(spec::json ->> 'model', '') WHERE spec LIKE '{%';
ALTER TABLE videos ADD COLUMN operation TEXT NOT NULL DEFAULT 'create'
    CHECK (operation IN ('create', 'cameo', 'remix', 'edit', 'extend'));

-- What the run cost to compute, micro-dollars; for one without a clip, by the time its worker held it.
ALTER TABLE runs ADD COLUMN compute_micros BIGINT CHECK (compute_micros >= 0);
CREATE INDEX runs_by_end ON runs (ended_at);
CREATE INDEX videos_by_organization ON videos (organization_id, created_at);
-- What the next one of its kind will take is told from the last ones.
CREATE INDEX videos_by_completion ON videos (model_id, size, completed_at) WHERE status = 'completed';

-- What an hour of a device costs the operator from some time on: of one device by name, or of all others.
CREATE TABLE compute_rates (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    device TEXT,
    micros_per_hour BIGINT NOT NULL CHECK (micros_per_hour >= 0),
    effective_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What a table promises that is written once.
CREATE FUNCTION kinora_refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME;
END $$;
CREATE TRIGGER compute_rates_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON compute_rates
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();
