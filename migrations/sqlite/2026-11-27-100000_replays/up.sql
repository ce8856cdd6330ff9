-- What was answered to a request that is not to be done twice, so that it can be answered again.
CREATE TABLE replays (
    -- SHA-256 of whose, method, path and key, lower-case hexadecimal.
    id TEXT NOT NULL PRIMARY KEY CHECK (length(id) = 64),
    -- A project, an organization, or the operator.
    owner TEXT NOT NULL,
    -- SHA-256 of the fields and files of the request.
    fingerprint BLOB NOT NULL CHECK (length(fingerprint) = 32),
    -- 'begun': there is a thing of which the answer is not known yet, because another server is asked in between.
    stage TEXT NOT NULL CHECK (stage IN ('begun', 'done')),
    -- Sealed: the answer's body, or the name of what was begun. An answer may hold a new key.
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at)
) STRICT;
CREATE INDEX replays_by_expiry ON replays (expires_at);
