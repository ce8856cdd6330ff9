-- What videos are made from, beside words: earlier videos, uploads and pictures; and files that are pictures or clips.

-- Only videos that have more than a prompt have a row.
CREATE TABLE video_sources (
    video_id TEXT NOT NULL PRIMARY KEY REFERENCES videos (id),
    -- The video it was made from, of the same project.
    parent_id TEXT REFERENCES videos (id),
    -- How many extensions are in it, its own included.
    extensions INTEGER NOT NULL DEFAULT 0 CHECK (extensions BETWEEN 0 AND 2147483647),
    -- How much of it was taken over from its source, seconds; the rest is what is charged and counted.
    source_seconds INTEGER NOT NULL DEFAULT 0 CHECK (source_seconds BETWEEN 0 AND 2147483647),
    -- JSON: the shots as they were asked for.
    shots TEXT
) STRICT;
CREATE INDEX video_sources_by_parent ON video_sources (parent_id, video_id) WHERE parent_id IS NOT NULL;

-- Files that workers fetch before they begin. They are the video's own, and are removed when it is over.
CREATE TABLE video_inputs (
    id TEXT NOT NULL PRIMARY KEY,
    -- None before the video is stored that it was written for.
    video_id TEXT REFERENCES videos (id),
    kind TEXT NOT NULL CHECK (kind IN ('picture', 'clip', 'latents')),
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    sha256 TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX video_inputs_by_video ON video_inputs (video_id, kind);
CREATE INDEX video_inputs_unused ON video_inputs (created_at) WHERE video_id IS NULL;

-- SQLite cannot change a CHECK: the table is built again.
CREATE TABLE files_new (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('batch', 'batch_output', 'vision', 'user_data')),
    filename TEXT NOT NULL,
    -- While it is being written, the most it can become: so much of the project's quota is set aside.
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    path TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uploading', 'processed', 'deleted')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
INSERT INTO files_new SELECT id, project_id, purpose, filename, bytes, path, state, created_at, expires_at FROM files;
DROP TABLE files;
ALTER TABLE files_new RENAME TO files;
CREATE INDEX files_by_project ON files (project_id, created_at DESC, id DESC);
CREATE INDEX files_by_expiry ON files (expires_at);
CREATE INDEX files_unfinished ON files (state, created_at) WHERE state <> 'processed';
