-- Everything of the first schema. videos and runs point at each other; foreign keys are off here.
DROP TABLE assets;
DROP TABLE runs;
DROP TABLE videos;
DROP TABLE api_keys;
DROP TABLE projects;
DROP TABLE organizations;
