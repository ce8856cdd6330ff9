DROP TABLE compute_rates;
DROP INDEX videos_by_completion;
DROP INDEX videos_by_organization;
DROP INDEX runs_by_end;
ALTER TABLE runs DROP COLUMN compute_micros;
ALTER TABLE videos DROP COLUMN operation;
ALTER TABLE videos DROP COLUMN model_id;
DROP TABLE rate_limits;
ALTER TABLE projects DROP COLUMN archived_at;
-- Keys of administrators have no place in the older table.
CREATE TABLE api_keys_old (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('project', 'operator', 'worker')),
    project_id TEXT REFERENCES projects (id),
    name TEXT NOT NULL,
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    scopes TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    CONSTRAINT api_keys_project_for_project_kind CHECK ((kind = 'project') = (project_id IS NOT NULL))
) STRICT;
INSERT INTO api_keys_old
    SELECT id, kind, project_id, name, secret_hash, scopes, created_at, last_used_at, revoked_at
    FROM api_keys WHERE kind <> 'admin';
DROP TABLE api_keys;
ALTER TABLE api_keys_old RENAME TO api_keys;
CREATE INDEX api_keys_by_project ON api_keys (project_id);
