DROP TRIGGER videos_previews_end;
DROP TABLE video_previews;
DROP TRIGGER videos_revised;
ALTER TABLE videos DROP COLUMN revision;
