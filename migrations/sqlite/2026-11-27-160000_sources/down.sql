CREATE TABLE files_old (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('batch', 'batch_output')),
    filename TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    path TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uploading', 'processed', 'deleted')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
-- The release before knows no other purposes.
INSERT INTO files_old SELECT id, project_id, purpose, filename, bytes, path, state, created_at, expires_at FROM files
    WHERE purpose IN ('batch', 'batch_output');
DROP TABLE files;
ALTER TABLE files_old RENAME TO files;
CREATE INDEX files_by_project ON files (project_id, created_at DESC, id DESC);
CREATE INDEX files_by_expiry ON files (expires_at);
CREATE INDEX files_unfinished ON files (state, created_at) WHERE state <> 'processed';
DROP TABLE video_inputs;
DROP TABLE video_sources;
