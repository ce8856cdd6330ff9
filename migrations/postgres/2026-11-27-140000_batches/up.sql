-- Files that customers upload and that batches write, and batches: many videos asked for with one file. The same facts as
-- the SQLite file beside it.

CREATE TABLE files (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
    purpose TEXT NOT NULL CHECK (purpose IN ('batch', 'batch_output')),
    filename TEXT NOT NULL,
    -- While it is being written, the most it can become: so much of the project's quota is set aside.
    bytes BIGINT NOT NULL CHECK (bytes >= 0),
    path TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('uploading', 'processed', 'deleted')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX files_by_project ON files (project_id, created_at DESC, id DESC);
CREATE INDEX files_by_expiry ON files (expires_at);
CREATE INDEX files_unfinished ON files (state, created_at) WHERE state <> 'processed';

CREATE TABLE batches (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    project_id TEXT COLLATE "C" NOT NULL REFERENCES projects (id),
    api_key_id TEXT COLLATE "C" NOT NULL REFERENCES api_keys (id),
    -- Files are forgotten when they are deleted, so these lead nowhere then.
    input_file_id TEXT COLLATE "C" NOT NULL,
    output_file_id TEXT COLLATE "C",
    error_file_id TEXT COLLATE "C",
    metadata TEXT,
    errors TEXT,
    status TEXT NOT NULL CHECK (status IN (
        'validating', 'failed', 'in_progress', 'finalizing', 'completed', 'expired', 'cancelling', 'cancelled'
    )),
    lines_total INTEGER NOT NULL DEFAULT 0 CHECK (lines_total >= 0),
    lines_completed INTEGER NOT NULL DEFAULT 0 CHECK (lines_completed >= 0),
    lines_failed INTEGER NOT NULL DEFAULT 0 CHECK (lines_failed >= 0),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    in_progress_at BIGINT,
    finalizing_at BIGINT,
    completed_at BIGINT,
    failed_at BIGINT,
    expired_at BIGINT,
    cancelling_at BIGINT,
    cancelled_at BIGINT,
    -- Until when one node works on it; another takes it up then.
    claimed_until BIGINT NOT NULL DEFAULT 0,
    CONSTRAINT batches_count_their_lines CHECK (lines_completed + lines_failed <= lines_total)
);
CREATE INDEX batches_by_project ON batches (project_id, created_at DESC, id DESC);
CREATE INDEX batches_open ON batches (claimed_until)
    WHERE status IN ('validating', 'in_progress', 'finalizing', 'cancelling');

CREATE TABLE batch_items (
    batch_id TEXT COLLATE "C" NOT NULL REFERENCES batches (id),
    -- The line of the file, from 1.
    line INTEGER NOT NULL CHECK (line >= 1),
    custom_id TEXT COLLATE "C" NOT NULL,
    -- Where the line is in the file.
    starts_at BIGINT NOT NULL CHECK (starts_at >= 0),
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'submitted', 'over', 'refused', 'dropped')),
    video_id TEXT COLLATE "C" REFERENCES videos (id),
    -- Why it was refused, as it would have been answered.
    status_code INTEGER CHECK (status_code >= 0),
    error TEXT,
    PRIMARY KEY (batch_id, line),
    CONSTRAINT batch_items_have_a_video_once_submitted CHECK ((state IN ('submitted', 'over')) = (video_id IS NOT NULL)),
    CONSTRAINT batch_items_refused_say_why CHECK ((state = 'refused') = (error IS NOT NULL))
);
CREATE UNIQUE INDEX batch_items_by_custom_id ON batch_items (batch_id, custom_id);
-- A video is made for one line.
CREATE UNIQUE INDEX batch_items_by_video ON batch_items (video_id);
CREATE INDEX batch_items_by_state ON batch_items (batch_id, state, line);
