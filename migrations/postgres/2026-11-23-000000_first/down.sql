-- Everything of the first schema, in one statement, because videos and runs point at each other.
DROP TABLE assets, runs, videos, api_keys, projects, organizations;
