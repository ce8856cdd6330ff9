-- Events are passed on to whoever wants to be told: endpoints, deliveries to them, and every attempt at one.

-- When the deliveries of an event were written. What happened before this release is passed on to nobody.
ALTER TABLE events ADD COLUMN dispatched_at INTEGER;
UPDATE events SET dispatched_at = created_at;
CREATE INDEX events_to_dispatch ON events (id) WHERE dispatched_at IS NULL;
CREATE INDEX events_by_age ON events (created_at);

-- Where a project wants to be told. The one of kind 'default' has no URL: it holds the secret under which deliveries to
-- the URLs of single videos are signed.
CREATE TABLE webhook_endpoints (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    kind TEXT NOT NULL CHECK (kind IN ('registered', 'default')),
    name TEXT NOT NULL,
    url TEXT,
    -- Separated by spaces.
    event_types TEXT NOT NULL,
    payload TEXT NOT NULL CHECK (payload IN ('thin', 'full')),
    -- Sealed, and its last characters.
    secret BLOB NOT NULL,
    secret_hint TEXT NOT NULL,
    old_secret BLOB,
    old_secret_until INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    -- The first failure since the last success.
    failing_since INTEGER,
    disabled_at INTEGER,
    disabled_reason TEXT CHECK (disabled_reason IN ('asked', 'gone', 'failing')),
    deleted_at INTEGER,
    CONSTRAINT webhook_endpoints_url_of_registered CHECK ((kind = 'registered') = (url IS NOT NULL)),
    CONSTRAINT webhook_endpoints_old_secret_ends CHECK ((old_secret IS NULL) = (old_secret_until IS NULL)),
    CONSTRAINT webhook_endpoints_disabled_for_a_reason CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL))
) STRICT;
CREATE INDEX webhook_endpoints_by_project ON webhook_endpoints (project_id, id);
CREATE INDEX webhook_endpoints_by_organization ON webhook_endpoints (organization_id);
CREATE UNIQUE INDEX webhook_endpoints_one_default ON webhook_endpoints (project_id) WHERE kind = 'default';

-- Where the asker of one video wants to be told.
CREATE TABLE video_webhooks (
    video_id TEXT NOT NULL PRIMARY KEY REFERENCES videos (id),
    url TEXT NOT NULL,
    -- Separated by spaces.
    event_types TEXT NOT NULL
) STRICT;

-- One event for one endpoint.
CREATE TABLE deliveries (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    event_id TEXT NOT NULL REFERENCES events (id),
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (id),
    event_type TEXT NOT NULL,
    -- The video whose words are in the payload, so that they can be forgotten with it.
    video_id TEXT REFERENCES videos (id),
    -- The URL of a single video's; the endpoint's own otherwise.
    url TEXT,
    -- What shares a number of attempts at a time: the endpoint, or the host of a single video's URL.
    target TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'canceled')),
    -- All attempts, and those since the schedule last began.
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 2147483647),
    scheduled INTEGER NOT NULL DEFAULT 0 CHECK (scheduled BETWEEN 0 AND 2147483647),
    -- Whether somebody asked for the next attempt.
    manual INTEGER NOT NULL DEFAULT 0 CHECK (manual IN (0, 1)),
    next_at INTEGER,
    claimed_by TEXT,
    claimed_until INTEGER,
    created_at INTEGER NOT NULL,
    CONSTRAINT deliveries_pending_has_its_time CHECK ((state = 'pending') = (next_at IS NOT NULL)),
    CONSTRAINT deliveries_claimed_for_a_time CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    CONSTRAINT deliveries_claimed_is_pending CHECK (claimed_by IS NULL OR state = 'pending')
) STRICT;
CREATE UNIQUE INDEX deliveries_once ON deliveries (event_id, endpoint_id);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, id);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state = 'pending';
CREATE INDEX deliveries_due_by_target ON deliveries (target, next_at) WHERE state = 'pending';
CREATE INDEX deliveries_by_video ON deliveries (video_id) WHERE video_id IS NOT NULL;
CREATE INDEX deliveries_by_age ON deliveries (created_at);

-- One request to an endpoint, and what came of it.
CREATE TABLE delivery_attempts (
    delivery_id TEXT NOT NULL REFERENCES deliveries (id),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 2147483647),
    attempted_at INTEGER NOT NULL,
    status_code INTEGER CHECK (status_code BETWEEN 0 AND 2147483647),
    duration_ms INTEGER NOT NULL CHECK (duration_ms BETWEEN 0 AND 2147483647),
    error TEXT,
    -- How the answer began.
    response TEXT,
    cause TEXT NOT NULL CHECK (cause IN ('scheduled', 'manual')),
    PRIMARY KEY (delivery_id, number)
) STRICT;

-- Whoever may make videos may be told of them.
UPDATE api_keys SET scopes = scopes || ' webhooks:read webhooks:write'
    WHERE kind = 'project' AND ' ' || scopes || ' ' LIKE '% videos:write %';
