-- The first schema, SQLite. Every table is STRICT; the same facts as the PostgreSQL file beside it.
-- Times are microseconds since the Unix epoch, money is micro-dollars, JSON is TEXT, booleans are 0 or 1.

CREATE TABLE organizations (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX projects_by_organization ON projects (organization_id);

CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'operator', 'worker')),
    project_id TEXT REFERENCES projects (id),
    name TEXT NOT NULL,
    -- HMAC-SHA256 of the secret under the pepper; the secret itself is never stored.
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    -- Separated by spaces.
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT api_keys_project_for_project_kind CHECK ((kind = 'project') = (project_id IS NOT NULL))
) STRICT;

CREATE INDEX api_keys_by_project ON api_keys (project_id);

CREATE TABLE videos (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    api_key_id TEXT NOT NULL REFERENCES api_keys (id),
    -- The name as asked for; what it resolved to is in spec.
    model TEXT NOT NULL,
    spec TEXT NOT NULL,
    prompt TEXT NOT NULL,
    size TEXT NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds BETWEEN 1 AND 2147483647),
    metadata TEXT,
    status TEXT NOT NULL CHECK (status IN ('queued', 'in_progress', 'completed', 'failed')),
    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    phase TEXT,
    eta_ms INTEGER CHECK (eta_ms BETWEEN 0 AND 2147483647),
    priority INTEGER NOT NULL DEFAULT 0 CHECK (priority BETWEEN -2147483648 AND 2147483647),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 2147483647),
    cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
    error_code TEXT,
    error_message TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    canceled_at INTEGER,
    deleted_at INTEGER,
    expires_at INTEGER,
    -- The run that holds the video now, or the run that won. Checked at commit, so a claim may
    -- write the video before the run.
    run_id TEXT REFERENCES runs (id) DEFERRABLE INITIALLY DEFERRED,
    report TEXT,
    compute_micros INTEGER CHECK (compute_micros >= 0),
    CONSTRAINT videos_completed_has_its_result CHECK (
        status <> 'completed' OR (report IS NOT NULL AND completed_at IS NOT NULL AND run_id IS NOT NULL)
    ),
    CONSTRAINT videos_failed_has_its_reason CHECK (status <> 'failed' OR error_code IS NOT NULL)
) STRICT;

-- A project's list, newest first, by keyset.
CREATE INDEX videos_by_project ON videos (project_id, created_at DESC, id DESC);
-- What a worker may claim, in the order in which it is claimed.
CREATE INDEX videos_by_claim ON videos (status, priority DESC, created_at);

CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    video_id TEXT NOT NULL REFERENCES videos (id),
    attempt INTEGER NOT NULL CHECK (attempt BETWEEN 0 AND 2147483647),
    worker TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('leased', 'finished', 'failed', 'expired', 'returned')),
    lease_until INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    failure TEXT
) STRICT;

CREATE INDEX runs_by_video ON runs (video_id);
-- Two workers never hold one video, and one video never has two winners.
CREATE UNIQUE INDEX runs_one_leased_per_video ON runs (video_id) WHERE state = 'leased';
CREATE UNIQUE INDEX runs_one_finished_per_video ON runs (video_id) WHERE state = 'finished';
-- The leases that have run out.
CREATE INDEX runs_by_lease ON runs (lease_until) WHERE state = 'leased';

CREATE TABLE assets (
    run_id TEXT NOT NULL REFERENCES runs (id),
    kind TEXT NOT NULL,
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    -- Lower-case hexadecimal.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    PRIMARY KEY (run_id, kind)
) STRICT;
