-- Keys of an organization's administrators, keys that end by themselves, archived projects, request limits;
-- what a video is priced as, and what each run cost.

-- SQLite cannot change a CHECK: the table is built again. Foreign keys are off here and checked at the end.
CREATE TABLE api_keys_new (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'admin', 'operator', 'worker')),
    project_id TEXT REFERENCES projects (id),
    organization_id TEXT REFERENCES organizations (id),
    name TEXT NOT NULL,
    -- HMAC-SHA256 of the secret under the pepper; the secret itself is never stored.
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    -- Separated by spaces.
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    expires_at INTEGER,
    CONSTRAINT api_keys_project_for_project_kind CHECK ((kind = 'project') = (project_id IS NOT NULL)),
    CONSTRAINT api_keys_organization_for_admin_kind CHECK ((kind = 'admin') = (organization_id IS NOT NULL))
) STRICT;
INSERT INTO api_keys_new (id, kind, project_id, name, secret_hash, scopes, created_at, last_used_at, revoked_at)
    SELECT id, kind, project_id, name, secret_hash, scopes, created_at, last_used_at, revoked_at FROM api_keys;
DROP TABLE api_keys;
ALTER TABLE api_keys_new RENAME TO api_keys;
CREATE INDEX api_keys_by_project ON api_keys (project_id);
CREATE INDEX api_keys_by_organization ON api_keys (organization_id);

ALTER TABLE projects ADD COLUMN archived_at INTEGER;

-- How many videos a project may ask for in a minute. Without a row there is no limit.
CREATE TABLE rate_limits (
    project_id TEXT NOT NULL REFERENCES projects (id),
    model TEXT NOT NULL,
    max_requests_per_1_minute INTEGER NOT NULL CHECK (max_requests_per_1_minute BETWEEN 0 AND 2147483647),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (project_id, model)
) STRICT;

-- The id of the catalogue that `model` stood for, which is what is priced, claimed and counted.
ALTER TABLE videos ADD COLUMN model_id TEXT NOT NULL DEFAULT '';
UPDATE videos SET model_id = COALESCE(spec ->> 'model', '') WHERE json_valid(spec);
ALTER TABLE videos ADD COLUMN operation TEXT NOT NULL DEFAULT 'create'
    CHECK (operation IN ('create', 'cameo', 'remix', 'edit', 'extend'));

-- What the run cost to compute, micro-dollars; for one without a clip, by the time its worker held it.
ALTER TABLE runs ADD COLUMN compute_micros INTEGER CHECK (compute_micros >= 0);
CREATE INDEX runs_by_end ON runs (ended_at);
CREATE INDEX videos_by_organization ON videos (organization_id, created_at);
-- What the next one of its kind will take is told from the last ones.
CREATE INDEX videos_by_completion ON videos (model_id, size, completed_at) WHERE status = 'completed';

-- What an hour of a device costs the operator from some time on: of one device by name, or of all others.
CREATE TABLE compute_rates (
    id TEXT NOT NULL PRIMARY KEY,
    device TEXT,
    micros_per_hour INTEGER NOT NULL CHECK (micros_per_hour >= 0),
    effective_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER compute_rates_stay BEFORE UPDATE ON compute_rates
    BEGIN SELECT RAISE(ABORT, 'compute rates are never changed'); END;
CREATE TRIGGER compute_rates_remain BEFORE DELETE ON compute_rates
    BEGIN SELECT RAISE(ABORT, 'compute rates are never deleted'); END;
