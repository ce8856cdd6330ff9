-- Characters: likenesses that people lend to videos, the consent that stands behind each, and who may use them. What a
-- character looks like and what its owner wrote of it is sealed under a key of its own, which is deleted with it.

-- Under which name a project is known to others.
CREATE TABLE handles (
    project_id TEXT NOT NULL PRIMARY KEY REFERENCES projects (id),
    handle TEXT NOT NULL CHECK (length(handle) BETWEEN 3 AND 30),
    updated_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX handles_by_name ON handles (handle);

-- Who follows whom.
CREATE TABLE follows (
    follower_id TEXT NOT NULL REFERENCES projects (id),
    followed_id TEXT NOT NULL REFERENCES projects (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (follower_id, followed_id),
    CONSTRAINT follows_another CHECK (follower_id <> followed_id)
) STRICT;
CREATE INDEX follows_by_followed ON follows (followed_id);

CREATE TABLE characters (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    api_key_id TEXT NOT NULL REFERENCES api_keys (id),
    kind TEXT NOT NULL CHECK (kind IN ('person', 'animal', 'object')),
    status TEXT NOT NULL CHECK (status IN ('pending', 'unverified', 'active', 'refused', 'revoked', 'deleted')),
    use_policy TEXT NOT NULL CHECK (use_policy IN ('only_me', 'approved', 'mutuals', 'everyone')),
    -- Its name, its looks, its owner's wishes and what the checks of its capture found.
    sealed BLOB,
    consent_id TEXT,
    -- Why the operator refused it.
    refusal TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revoked_at INTEGER,
    deleted_at INTEGER,
    CONSTRAINT characters_deleted_are_empty CHECK ((status = 'deleted') = (sealed IS NULL)),
    CONSTRAINT characters_deleted_at_a_time CHECK ((status = 'deleted') = (deleted_at IS NOT NULL)),
    CONSTRAINT characters_active_people_consented CHECK (kind <> 'person' OR status <> 'active' OR consent_id IS NOT NULL)
) STRICT;
CREATE INDEX characters_by_project ON characters (project_id, id);
CREATE INDEX characters_to_review ON characters (id) WHERE status = 'unverified';

-- The key of each character, itself sealed under the server's pepper. Without the row nothing of it can be opened again.
CREATE TABLE character_keys (
    character_id TEXT NOT NULL PRIMARY KEY REFERENCES characters (id),
    sealed BLOB NOT NULL
) STRICT;

-- What was uploaded for a character, sealed. A row is there before its file and after it.
CREATE TABLE character_files (
    id TEXT NOT NULL PRIMARY KEY,
    -- Not there yet while the file is expected.
    character_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('video', 'image', 'voice', 'capture')),
    path TEXT NOT NULL,
    bytes INTEGER NOT NULL CHECK (bytes >= 0),
    -- Of what was uploaded, lower-case hexadecimal.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    state TEXT NOT NULL CHECK (state IN ('expected', 'kept', 'gone')),
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX character_files_by_character ON character_files (character_id, id);
CREATE INDEX character_files_to_remove ON character_files (created_at) WHERE state <> 'kept';

-- What a capture must answer: once, and in time.
CREATE TABLE character_challenges (
    id TEXT NOT NULL PRIMARY KEY,
    character_id TEXT NOT NULL REFERENCES characters (id),
    sealed BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL CHECK (expires_at > created_at),
    used_at INTEGER
) STRICT;
CREATE INDEX character_challenges_by_character ON character_challenges (character_id, id);

CREATE TABLE consents (
    id TEXT NOT NULL PRIMARY KEY,
    character_id TEXT NOT NULL REFERENCES characters (id),
    organization_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    -- Who consented, in the words of whoever recorded it; sealed under the character's key.
    sealed BLOB NOT NULL,
    wording_version TEXT NOT NULL,
    -- Separated by spaces.
    scopes TEXT NOT NULL,
    -- Of the capture, lower-case hexadecimal.
    capture_sha256 TEXT NOT NULL CHECK (length(capture_sha256) = 64),
    created_at INTEGER NOT NULL,
    expires_at INTEGER CHECK (expires_at > created_at),
    revoked_at INTEGER
) STRICT;
CREATE INDEX consents_by_character ON consents (character_id, id);

-- Approvals: whom the owner lets use it, until when and how often.
CREATE TABLE character_grants (
    id TEXT NOT NULL PRIMARY KEY,
    character_id TEXT NOT NULL REFERENCES characters (id),
    project_id TEXT NOT NULL REFERENCES projects (id),
    uses_max INTEGER CHECK (uses_max BETWEEN 1 AND 2147483647),
    uses INTEGER NOT NULL DEFAULT 0 CHECK (uses BETWEEN 0 AND 2147483647),
    created_at INTEGER NOT NULL,
    expires_at INTEGER CHECK (expires_at > created_at),
    revoked_at INTEGER,
    CONSTRAINT character_grants_used_within_count CHECK (uses_max IS NULL OR uses <= uses_max)
) STRICT;
CREATE INDEX character_grants_by_character ON character_grants (character_id, id);
CREATE UNIQUE INDEX character_grants_one_a_party ON character_grants (character_id, project_id) WHERE revoked_at IS NULL;

-- Whose likeness is in which video.
CREATE TABLE video_characters (
    video_id TEXT NOT NULL REFERENCES videos (id),
    character_id TEXT NOT NULL REFERENCES characters (id),
    -- 'cast': it was asked for. 'source': it may still be seen, since it was in the clip that this one was made from.
    role TEXT NOT NULL CHECK (role IN ('cast', 'source')),
    -- Its place in the cast, from 0.
    position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 2147483647),
    consent_id TEXT REFERENCES consents (id),
    grant_id TEXT REFERENCES character_grants (id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (video_id, character_id)
) STRICT;
CREATE INDEX video_characters_by_character ON video_characters (character_id, video_id);

-- Since when a video is withdrawn: its files are gone, because somebody in it no longer wants to be seen.
ALTER TABLE videos ADD COLUMN withdrawn_at INTEGER;

-- What was decided about a character, and on whose request. Rows are never changed or deleted; they hold ids alone.
CREATE TABLE character_audit (
    id TEXT NOT NULL PRIMARY KEY,
    character_id TEXT NOT NULL,
    decision TEXT NOT NULL,
    actor TEXT NOT NULL CHECK (actor IN ('owner', 'other', 'operator', 'server')),
    -- The project that asked, if it was one.
    project_id TEXT,
    api_key_id TEXT,
    -- The video, grant, consent, challenge or file it is about.
    subject_id TEXT,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX character_audit_by_character ON character_audit (character_id, id);
CREATE TRIGGER character_audit_stays BEFORE UPDATE ON character_audit
    BEGIN SELECT RAISE(ABORT, 'rows of the audit are never changed'); END;
CREATE TRIGGER character_audit_remains BEFORE DELETE ON character_audit
    BEGIN SELECT RAISE(ABORT, 'rows of the audit are never deleted'); END;
