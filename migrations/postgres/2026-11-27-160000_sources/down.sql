-- The release before knows no other purposes.
DELETE FROM files WHERE purpose NOT IN ('batch', 'batch_output');
ALTER TABLE files DROP CONSTRAINT files_purpose_check;
ALTER TABLE files ADD CONSTRAINT files_purpose_check CHECK (purpose IN ('batch', 'batch_output'));
DROP TABLE video_inputs;
DROP TABLE video_sources;
