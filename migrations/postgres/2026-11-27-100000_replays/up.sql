-- What was answered to a request that is not to be done twice, so that it can be answered again. The same facts as the
-- SQLite file beside it.
CREATE TABLE replays (
    -- SHA-256 of whose, method, path and key, lower-case hexadecimal.
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY CHECK (length(id) = 64),
    -- A project, an organization, or the operator.
    owner TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of the fields and files of the request.
    fingerprint BYTEA NOT NULL CHECK (length(fingerprint) = 32),
    -- 'begun': there is a thing of which the answer is not known yet, because another server is asked in between.
    -- 'refused': there is nothing but refusals.
    stage TEXT NOT NULL CHECK (stage IN ('begun', 'done', 'refused')),
    -- Sealed: the answer's body, or the name of what was begun. An answer may hold a new key.
    sealed BYTEA NOT NULL,
    -- How many equal first tries of SDKs were refused and are to come again.
    refused INTEGER NOT NULL DEFAULT 0 CHECK (refused >= 0),
    -- Whether a later try of an SDK was done, which may have overtaken its first one.
    by_retry BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL CHECK (expires_at > created_at)
);
CREATE INDEX replays_by_expiry ON replays (expires_at);
