-- Limits of a project and of a key, over all models. NULL is no limit of its own.
CREATE TABLE quotas (
    scope TEXT NOT NULL CHECK (scope IN ('project', 'api_key')),
    scope_id TEXT NOT NULL,
    -- The project itself, or the key's.
    project_id TEXT NOT NULL REFERENCES projects (id),
    max_requests_per_1_minute INTEGER CHECK (max_requests_per_1_minute BETWEEN 0 AND 2147483647),
    max_concurrent_videos INTEGER CHECK (max_concurrent_videos BETWEEN 0 AND 2147483647),
    max_queued_videos INTEGER CHECK (max_queued_videos BETWEEN 0 AND 2147483647),
    max_video_seconds_per_1_day INTEGER CHECK (max_video_seconds_per_1_day BETWEEN 0 AND 2147483647),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (scope, scope_id),
    CONSTRAINT quotas_of_a_project_name_it CHECK (scope <> 'project' OR scope_id = project_id)
) STRICT;
CREATE INDEX quotas_by_project ON quotas (project_id);
-- Who may run nothing at all is never found by looking at what runs.
CREATE INDEX quotas_closed ON quotas (scope, scope_id) WHERE max_concurrent_videos = 0;

-- What was asked for in a minute and in a day is counted from these alone.
CREATE INDEX videos_asked_by_project ON videos (project_id, created_at, status, seconds);
CREATE INDEX videos_asked_by_key ON videos (api_key_id, created_at, status, seconds);
-- An organization's line, in the order in which it is claimed; and how many wait and how many run. The status stands
-- first although all have the same: so SQLite, which has no statistics, takes these and not the longer ones.
CREATE INDEX videos_waiting ON videos (status, organization_id, priority DESC, created_at, id) WHERE status = 'queued';
CREATE INDEX videos_waiting_by_key ON videos (status, project_id, api_key_id) WHERE status = 'queued';
CREATE INDEX videos_running_by_key ON videos (status, project_id, api_key_id) WHERE status = 'in_progress';
-- Which organization had its turn last is one look at this, however much it had made before.
CREATE INDEX videos_served ON videos (organization_id, started_at) WHERE started_at IS NOT NULL;
