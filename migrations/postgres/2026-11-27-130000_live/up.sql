-- What whoever follows a video sees of it: how often it changed, and a picture of it while it is made. The same facts
-- as the SQLite file beside it.

-- Counted by a trigger, so that no change is left out, also not one by a process of an older release.
ALTER TABLE videos ADD COLUMN revision INTEGER NOT NULL DEFAULT 0 CHECK (revision >= 0);
CREATE FUNCTION kinora_revise_video() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END $$;
CREATE TRIGGER videos_revised
    BEFORE UPDATE OF status, progress, phase, eta_ms, cancel_requested, deleted_at ON videos
    FOR EACH ROW WHEN (
        (OLD.status, OLD.progress, OLD.phase, OLD.eta_ms, OLD.cancel_requested, OLD.deleted_at)
        IS DISTINCT FROM
        (NEW.status, NEW.progress, NEW.phase, NEW.eta_ms, NEW.cancel_requested, NEW.deleted_at)
    ) EXECUTE FUNCTION kinora_revise_video();

CREATE TABLE video_previews (
    video_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES videos (id),
    -- That of the video when the picture came.
    revision INTEGER NOT NULL CHECK (revision >= 0),
    image BYTEA NOT NULL CHECK (length(image) BETWEEN 1 AND 32768),
    created_at BIGINT NOT NULL
);
-- A picture is of a run, and goes with it.
CREATE FUNCTION kinora_end_preview() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM video_previews WHERE video_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER videos_previews_end AFTER UPDATE OF status ON videos
    FOR EACH ROW WHEN (NEW.status <> 'in_progress') EXECUTE FUNCTION kinora_end_preview();
