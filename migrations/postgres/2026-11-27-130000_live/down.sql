DROP TRIGGER videos_previews_end ON videos;
DROP FUNCTION kinora_end_preview();
DROP TABLE video_previews;
DROP TRIGGER videos_revised ON videos;
DROP FUNCTION kinora_revise_video();
ALTER TABLE videos DROP COLUMN revision;
