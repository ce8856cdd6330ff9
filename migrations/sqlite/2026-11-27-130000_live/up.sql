-- What whoever follows a video sees of it: how often it changed, and a picture of it while it is made.

-- Counted by a trigger, so that no change is left out, also not one by a process of an older release.
ALTER TABLE videos ADD COLUMN revision INTEGER NOT NULL DEFAULT 0 CHECK (revision BETWEEN 0 AND 2147483647);
CREATE TRIGGER videos_revised
    AFTER UPDATE OF status, progress, phase, eta_ms, cancel_requested, deleted_at ON videos
    WHEN OLD.status IS NOT NEW.status OR OLD.progress IS NOT NEW.progress OR OLD.phase IS NOT NEW.phase
        OR OLD.eta_ms IS NOT NEW.eta_ms OR OLD.cancel_requested IS NOT NEW.cancel_requested
        OR OLD.deleted_at IS NOT NEW.deleted_at
    BEGIN UPDATE videos SET revision = revision + 1 WHERE id = NEW.id; END;

CREATE TABLE video_previews (
    video_id TEXT NOT NULL PRIMARY KEY REFERENCES videos (id),
    -- That of the video when the picture came.
    revision INTEGER NOT NULL CHECK (revision BETWEEN 0 AND 2147483647),
    image BLOB NOT NULL CHECK (length(image) BETWEEN 1 AND 32768),
    created_at INTEGER NOT NULL
) STRICT;
-- A picture is of a run, and goes with it.
CREATE TRIGGER videos_previews_end AFTER UPDATE OF status ON videos WHEN NEW.status <> 'in_progress'
    BEGIN DELETE FROM video_previews WHERE video_id = NEW.id; END;
