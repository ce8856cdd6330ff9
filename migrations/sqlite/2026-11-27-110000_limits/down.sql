DROP INDEX videos_served;
DROP INDEX videos_running_by_key;
DROP INDEX videos_waiting_by_key;
DROP INDEX videos_waiting;
DROP INDEX videos_asked_by_key;
DROP INDEX videos_asked_by_project;
DROP TABLE quotas;
