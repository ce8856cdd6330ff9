-- What videos are made from, beside words: earlier videos, uploads and pictures; and files that are pictures or clips.
-- The same facts as the SQLite file beside it.

-- Only videos that have more than a prompt have a row.
CREATE TABLE video_sources (
    video_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES videos (id),
    -- The video it was made from, of the same project.
    parent_id TEXT COLLATE "C" REFERENCES videos (id),
    -- How many extensions are in it, its own included.
    extensions INTEGER NOT NULL DEFAULT 0 CHECK (extensions >= 0),
    -- How much of it was taken over from its source, seconds; the rest is what is charged and counted.
    source_seconds INTEGER NOT NULL DEFAULT 0 CHECK (source_seconds >= 0),
    -- JSON: the shots as they were asked for.
    shots TEXT
);
CREATE INDEX video_sources_by_parent ON video_sources (parent_id, video_id) WHERE parent_id IS NOT NULL;

-- Files that workers fetch before they begin. They are the video's own, and are removed when it is over.
CREATE TABLE video_inputs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- None before the video is stored that it was written for.
    video_id TEXT COLLATE "C" REFERENCES videos (id),
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('picture', 'clip', 'latents')),
    path TEXT NOT NULL,
    bytes BIGINT NOT NULL DEFAULT 0 CHECK (bytes >= 0),
    sha256 TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX video_inputs_by_video ON video_inputs (video_id, kind);
CREATE INDEX video_inputs_unused ON video_inputs (created_at) WHERE video_id IS NULL;

ALTER TABLE files DROP CONSTRAINT files_purpose_check;
ALTER TABLE files ADD CONSTRAINT files_purpose_check
    CHECK (purpose IN ('batch', 'batch_output', 'vision', 'user_data'));
