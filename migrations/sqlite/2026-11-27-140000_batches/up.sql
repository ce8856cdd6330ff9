-- Files that customers upload and that batches write, and batches: many videos asked for with one file.

CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    project_id TEXT NOT NULL REFERENCES projects (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('batch', 'batch_output')),
    filename TEXT NOT NULL,
    -- While it is being written, the most it can become: so much of the project's quota is set aside.
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    path TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uploading', 'processed', 'deleted')),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX files_by_project ON files (project_id, created_at DESC, id DESC);
CREATE INDEX files_by_expiry ON files (expires_at);
CREATE INDEX files_unfinished ON files (state, created_at) WHERE state <> 'processed';

CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    api_key_id TEXT NOT NULL REFERENCES api_keys (id),
    -- Files are forgotten when they are deleted, so these lead nowhere then.
    input_file_id TEXT NOT NULL,
    output_file_id TEXT,
    error_file_id TEXT,
    metadata TEXT,
    errors TEXT,
    status TEXT NOT NULL CHECK (status IN (
        'validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled'
    )),
    lines_total INTEGER NOT NULL DEFAULT 0 CHECK (lines_total BETWEEN 0 AND 2147483647),
    lines_completed INTEGER NOT NULL DEFAULT 0 CHECK (lines_completed BETWEEN 0 AND 2147483647),
    lines_failed INTEGER NOT NULL DEFAULT 0 CHECK (lines_failed BETWEEN 0 AND 2147483647),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    in_progress_at INTEGER,
    finalizing_at INTEGER,
    completed_at INTEGER,
    failed_at INTEGER,
    expired_at INTEGER,
    cancelling_at INTEGER,
    cancelled_at INTEGER,
    -- Until when one node works on it; another takes it up then.
    claimed_until INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT batches_count_their_lines CHECK (lines_completed + lines_failed <= lines_total)
) STRICT;
CREATE INDEX batches_by_project ON batches (project_id, created_at DESC, id DESC);
CREATE INDEX batches_open ON batches (claimed_until)
    WHERE status IN ('validating', 'in_progress', 'finalizing', 'cancelling');

CREATE TABLE batch_items (
    batch_id TEXT NOT NULL REFERENCES batches (id),
    -- The line of the file, from 1.
    line INTEGER NOT NULL CHECK (line BETWEEN 1 AND 2147483647),
    custom_id TEXT NOT NULL,
    -- Where the line is in the file.
    starts_at INTEGER NOT NULL CHECK (starts_at >= 0),
    bytes INTEGER NOT NULL CHECK (bytes BETWEEN 0 AND 2147483647),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'submitted', 'over', 'refused', 'dropped')),
    video_id TEXT REFERENCES videos (id),
    -- Why it was refused, as it would have been answered.
    status_code INTEGER CHECK (status_code BETWEEN 0 AND 2147483647),
    error TEXT,
    PRIMARY KEY (batch_id, line),
    CONSTRAINT batch_items_have_a_video_once_submitted CHECK ((state IN ('submitted', 'over')) = (video_id IS NOT NULL)),
    CONSTRAINT batch_items_refused_say_why CHECK ((state = 'refused') = (error IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX batch_items_by_custom_id ON batch_items (batch_id, custom_id);
-- A video is made for one line.
CREATE UNIQUE INDEX batch_items_by_video ON batch_items (video_id);
CREATE INDEX batch_items_by_state ON batch_items (batch_id, state, line);
