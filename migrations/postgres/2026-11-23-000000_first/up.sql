-- The first schema, PostgreSQL: the same facts as the SQLite file beside it.
-- Times are microseconds since the Unix epoch, money is micro-dollars, JSON is TEXT. Ids are
-- compared byte by byte (COLLATE "C"), so that they sort as they do in SQLite.

CREATE TABLE organizations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE projects (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE INDEX projects_by_organization ON projects (organization_id);

CREATE TABLE api_keys (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'operator', 'worker')),
    project_id TEXT COLLATE "C" REFERENCES projects (id),
    name TEXT NOT NULL,
    -- HMAC-SHA256 of the secret under the pepper; the secret itself is never stored.
    secret_hash BYTEA NOT NULL CHECK (length(secret_hash) = 32),
    -- Separated by spaces.
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT api_keys_project_for_project_kind CHECK ((kind = 'project') = (project_id IS NOT NULL))
);

CREATE INDEX api_keys_by_project ON api_keys (project_id);

CREATE TABLE videos (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
    api_key_id TEXT COLLATE "C" NOT NULL REFERENCES api_keys (id),
    -- The name as asked for; what it resolved to is in spec.
    model TEXT NOT NULL,
    spec TEXT NOT NULL,
    prompt TEXT NOT NULL,
    size TEXT NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds > 0),
    metadata TEXT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'in_progress', 'completed', 'failed')),
    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    phase TEXT,
    eta_ms INTEGER CHECK (eta_ms >= 0),
    priority INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    cancel_requested BOOLEAN NOT NULL DEFAULT FALSE,
    error_code TEXT,
    error_message TEXT,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT,
    canceled_at BIGINT,
    deleted_at BIGINT,
    expires_at BIGINT,
    -- The run that holds the video now, or the run that won. Its foreign key follows below.
    run_id TEXT COLLATE "C",
    report TEXT,
    compute_micros BIGINT CHECK (compute_micros >= 0),
    CONSTRAINT videos_completed_has_its_result CHECK (
        status <> 'completed' OR (report IS NOT NULL AND completed_at IS NOT NULL AND run_id IS NOT NULL)
    ),
    CONSTRAINT videos_failed_has_its_reason CHECK (status <> 'failed' OR error_code IS NOT NULL)
);

-- A project's list, newest first, by keyset.
CREATE INDEX videos_by_project ON videos (project_id, created_at DESC, id DESC);
-- What a worker may claim, in the order in which it is claimed.
CREATE INDEX videos_by_claim ON videos (status, priority DESC, created_at);

CREATE TABLE runs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    video_id TEXT COLLATE "C" NOT NULL REFERENCES videos (id),
    attempt INTEGER NOT NULL CHECK (attempt >= 0),
    worker TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('leased', 'finished', 'failed', 'expired', 'returned')),
    lease_until BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT,
    failure TEXT
);

-- Checked at commit, so a claim may write the video before the run.
ALTER TABLE videos ADD CONSTRAINT videos_run_id_fkey
    FOREIGN KEY (run_id) REFERENCES runs (id) DEFERRABLE INITIALLY DEFERRED;

CREATE INDEX runs_by_video ON runs (video_id);
-- Two workers never hold one video, and one video never has two winners.
CREATE UNIQUE INDEX runs_one_leased_per_video ON runs (video_id) WHERE state = 'leased';
CREATE UNIQUE INDEX runs_one_finished_per_video ON runs (video_id) WHERE state = 'finished';
-- The leases that have run out.
CREATE INDEX runs_by_lease ON runs (lease_until) WHERE state = 'leased';

CREATE TABLE assets (
    run_id TEXT COLLATE "C" NOT NULL REFERENCES runs (id),
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL CHECK (bytes >= 0),
    -- Lower-case hexadecimal.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    PRIMARY KEY (run_id, kind)
);
