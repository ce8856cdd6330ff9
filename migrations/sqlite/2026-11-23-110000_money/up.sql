-- Money. Amounts are micro-dollars. What was written once is never changed or deleted: triggers refuse it.

-- How an organization pays.
CREATE TABLE billing_profiles (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    mode TEXT NOT NULL CHECK (mode IN ('prepaid', 'postpaid')),
    -- Whether another book (Stripe) is told what happens here, and the organization's name there.
    mirrored INTEGER NOT NULL DEFAULT 0 CHECK (mirrored IN (0, 1)),
    external_customer TEXT,
    updated_at INTEGER NOT NULL
) STRICT;

-- Price lists, as their files were. One that is in force is never changed; one that is not yet can be withdrawn.
CREATE TABLE price_lists (
    id TEXT NOT NULL PRIMARY KEY,
    effective_at INTEGER NOT NULL,
    content TEXT NOT NULL,
    -- SHA-256 of content, lower-case hexadecimal.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    loaded_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    -- Set once all its prices are there: then no row is added either.
    sealed INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1)),
    CONSTRAINT price_lists_withdrawn_before_in_force CHECK (withdrawn_at IS NULL OR withdrawn_at < effective_at)
) STRICT;
CREATE INDEX price_lists_by_effect ON price_lists (effective_at);
CREATE TRIGGER price_lists_stay BEFORE UPDATE ON price_lists
    WHEN NEW.id IS NOT OLD.id OR NEW.effective_at IS NOT OLD.effective_at OR NEW.content IS NOT OLD.content
        OR NEW.sha256 IS NOT OLD.sha256 OR NEW.loaded_at IS NOT OLD.loaded_at OR OLD.withdrawn_at IS NOT NULL
        OR NEW.sealed < OLD.sealed
    BEGIN SELECT RAISE(ABORT, 'price lists are never changed'); END;
CREATE TRIGGER price_lists_remain BEFORE DELETE ON price_lists
    BEGIN SELECT RAISE(ABORT, 'price lists are never deleted'); END;

CREATE TABLE prices (
    price_list_id TEXT NOT NULL REFERENCES price_lists (id),
    model TEXT NOT NULL,
    operation TEXT NOT NULL,
    tier TEXT NOT NULL,
    per_second_micros INTEGER NOT NULL CHECK (per_second_micros >= 0),
    per_job_micros INTEGER NOT NULL CHECK (per_job_micros >= 0),
    per_reference_micros INTEGER NOT NULL CHECK (per_reference_micros >= 0),
    PRIMARY KEY (price_list_id, model, operation, tier)
) STRICT;
CREATE TRIGGER prices_are_complete BEFORE INSERT ON prices
    WHEN EXISTS (SELECT 1 FROM price_lists WHERE id = NEW.price_list_id AND sealed = 1)
    BEGIN SELECT RAISE(ABORT, 'nothing is added to a price list'); END;
CREATE TRIGGER prices_stay BEFORE UPDATE ON prices
    BEGIN SELECT RAISE(ABORT, 'prices are never changed'); END;
CREATE TRIGGER prices_remain BEFORE DELETE ON prices
    BEGIN SELECT RAISE(ABORT, 'prices are never deleted'); END;

-- Off the list price, hundredths of a percent. The newest in force counts; a project's goes before its organization's.
CREATE TABLE discounts (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT REFERENCES projects (id),
    basis_points INTEGER NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    reason TEXT NOT NULL,
    effective_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX discounts_by_organization ON discounts (organization_id, effective_at);
CREATE TRIGGER discounts_stay BEFORE UPDATE ON discounts
    BEGIN SELECT RAISE(ABORT, 'discounts are never changed'); END;
CREATE TRIGGER discounts_remain BEFORE DELETE ON discounts
    BEGIN SELECT RAISE(ABORT, 'discounts are never deleted'); END;

-- The ledger. A balance is what came in less what went out, and moves with each transfer, by a trigger. Only
-- organizations' accounts carry it: on those of the platform every capture would wait for the one before.
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT REFERENCES organizations (id),
    kind TEXT NOT NULL
        CHECK (kind IN ('credit', 'held', 'owed', 'revenue', 'cash:stripe', 'promo', 'adjustment')),
    balance_micros INTEGER NOT NULL DEFAULT 0,
    -- The balance that must not be undercut; NULL for none.
    floor_micros INTEGER,
    CONSTRAINT accounts_kinds_of_organizations CHECK ((kind IN ('credit', 'held', 'owed')) = (organization_id IS NOT NULL)),
    CONSTRAINT accounts_balance_of_organizations CHECK (organization_id IS NOT NULL OR balance_micros = 0),
    CONSTRAINT accounts_credit_has_its_floor CHECK (
        kind NOT IN ('credit', 'held') OR (floor_micros IS NOT NULL AND floor_micros = 0)
    ),
    CONSTRAINT accounts_above_floor CHECK (floor_micros IS NULL OR balance_micros >= floor_micros)
) STRICT;
CREATE UNIQUE INDEX accounts_by_organization ON accounts (organization_id, kind);
CREATE TRIGGER accounts_remain BEFORE DELETE ON accounts
    BEGIN SELECT RAISE(ABORT, 'accounts are never deleted'); END;

CREATE TABLE transfers (
    id TEXT NOT NULL PRIMARY KEY,
    debit_account TEXT NOT NULL REFERENCES accounts (id),
    credit_account TEXT NOT NULL REFERENCES accounts (id),
    amount_micros INTEGER NOT NULL CHECK (amount_micros > 0),
    kind TEXT NOT NULL
        CHECK (kind IN ('hold', 'capture', 'release', 'grant', 'payment', 'correction', 'expiry')),
    -- What it is about: a hold, or a block of credit.
    subject TEXT NOT NULL,
    idempotency_key TEXT NOT NULL UNIQUE,
    reason TEXT,
    created_at INTEGER NOT NULL,
    CONSTRAINT transfers_two_sides CHECK (debit_account <> credit_account)
) STRICT;
CREATE TRIGGER transfers_move AFTER INSERT ON transfers BEGIN
    UPDATE accounts SET balance_micros = balance_micros - NEW.amount_micros
        WHERE id = NEW.debit_account AND organization_id IS NOT NULL;
    UPDATE accounts SET balance_micros = balance_micros + NEW.amount_micros
        WHERE id = NEW.credit_account AND organization_id IS NOT NULL;
END;
CREATE TRIGGER transfers_stay BEFORE UPDATE ON transfers
    BEGIN SELECT RAISE(ABORT, 'transfers are never changed'); END;
CREATE TRIGGER transfers_remain BEFORE DELETE ON transfers
    BEGIN SELECT RAISE(ABORT, 'transfers are never deleted'); END;

-- What an organization's credit is made of. What remains moves with each entry, by a trigger.
CREATE TABLE credit_blocks (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    source TEXT NOT NULL CHECK (source IN ('promotional', 'paid', 'correction')),
    -- Lower is spent first.
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 100),
    amount_micros INTEGER NOT NULL CHECK (amount_micros > 0),
    remaining_micros INTEGER NOT NULL DEFAULT 0,
    expires_at INTEGER,
    reason TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT credit_blocks_remain_in_range CHECK (remaining_micros BETWEEN 0 AND amount_micros)
) STRICT;
CREATE INDEX credit_blocks_with_credit ON credit_blocks (organization_id) WHERE remaining_micros > 0;
CREATE INDEX credit_blocks_by_expiry ON credit_blocks (expires_at) WHERE remaining_micros > 0;
CREATE INDEX credit_blocks_by_organization ON credit_blocks (organization_id, created_at);
CREATE TRIGGER credit_blocks_stay BEFORE UPDATE ON credit_blocks
    WHEN NEW.id IS NOT OLD.id OR NEW.organization_id IS NOT OLD.organization_id OR NEW.source IS NOT OLD.source
        OR NEW.priority IS NOT OLD.priority OR NEW.amount_micros IS NOT OLD.amount_micros
        OR NEW.expires_at IS NOT OLD.expires_at OR NEW.reason IS NOT OLD.reason OR NEW.created_at IS NOT OLD.created_at
    BEGIN SELECT RAISE(ABORT, 'credit blocks are never changed'); END;
CREATE TRIGGER credit_blocks_stay_there BEFORE DELETE ON credit_blocks
    BEGIN SELECT RAISE(ABORT, 'credit blocks are never deleted'); END;

CREATE TABLE credit_block_entries (
    transfer_id TEXT NOT NULL REFERENCES transfers (id),
    credit_block_id TEXT NOT NULL REFERENCES credit_blocks (id),
    -- Above 0 into the block, below 0 out of it.
    amount_micros INTEGER NOT NULL CHECK (amount_micros <> 0),
    PRIMARY KEY (transfer_id, credit_block_id)
) STRICT;
CREATE TRIGGER credit_block_entries_move AFTER INSERT ON credit_block_entries BEGIN
    UPDATE credit_blocks SET remaining_micros = remaining_micros + NEW.amount_micros WHERE id = NEW.credit_block_id;
END;
CREATE TRIGGER credit_block_entries_stay BEFORE UPDATE ON credit_block_entries
    BEGIN SELECT RAISE(ABORT, 'entries of credit blocks are never changed'); END;
CREATE TRIGGER credit_block_entries_remain BEFORE DELETE ON credit_block_entries
    BEGIN SELECT RAISE(ABORT, 'entries of credit blocks are never deleted'); END;

-- What is set aside for a subject (a video), with the quote it was computed from.
CREATE TABLE holds (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    subject TEXT NOT NULL UNIQUE,
    source_account TEXT NOT NULL REFERENCES accounts (id),
    amount_micros INTEGER NOT NULL CHECK (amount_micros >= 0),
    price_list_id TEXT NOT NULL REFERENCES price_lists (id),
    -- JSON: what was priced, the quantities asked for, the prices and the discount.
    quote TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (id, amount_micros)
) STRICT;
CREATE INDEX holds_by_organization ON holds (organization_id, created_at);
CREATE TRIGGER holds_stay BEFORE UPDATE ON holds
    BEGIN SELECT RAISE(ABORT, 'holds are never changed'); END;
CREATE TRIGGER holds_remain BEFORE DELETE ON holds
    BEGIN SELECT RAISE(ABORT, 'holds are never deleted'); END;

-- How a hold ended: once, and wholly.
CREATE TABLE settlements (
    hold_id TEXT NOT NULL PRIMARY KEY,
    held_micros INTEGER NOT NULL,
    captured_micros INTEGER NOT NULL CHECK (captured_micros >= 0),
    released_micros INTEGER NOT NULL CHECK (released_micros >= 0),
    outcome TEXT NOT NULL CHECK (outcome IN ('captured', 'released')),
    reason TEXT NOT NULL,
    settled_at INTEGER NOT NULL,
    CONSTRAINT settlements_whole CHECK (captured_micros + released_micros = held_micros),
    CONSTRAINT settlements_released_captures_nothing CHECK (outcome = 'captured' OR captured_micros = 0),
    FOREIGN KEY (hold_id, held_micros) REFERENCES holds (id, amount_micros)
) STRICT;
CREATE INDEX settlements_by_time ON settlements (settled_at);
CREATE TRIGGER settlements_stay BEFORE UPDATE ON settlements
    BEGIN SELECT RAISE(ABORT, 'settlements are never changed'); END;
CREATE TRIGGER settlements_remain BEFORE DELETE ON settlements
    BEGIN SELECT RAISE(ABORT, 'settlements are never deleted'); END;

-- What was charged, priced and rounded once a line.
CREATE TABLE lines (
    id TEXT NOT NULL PRIMARY KEY,
    hold_id TEXT NOT NULL REFERENCES settlements (hold_id),
    organization_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    api_key_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    model TEXT NOT NULL,
    operation TEXT NOT NULL,
    tier TEXT NOT NULL,
    component TEXT NOT NULL CHECK (component IN ('second', 'job', 'reference')),
    -- Thousandths of the component.
    quantity_milli INTEGER NOT NULL CHECK (quantity_milli >= 0),
    unit_micros INTEGER NOT NULL CHECK (unit_micros >= 0),
    discount_basis_points INTEGER NOT NULL CHECK (discount_basis_points BETWEEN 0 AND 10000),
    amount_micros INTEGER NOT NULL CHECK (amount_micros >= 0),
    price_list_id TEXT NOT NULL REFERENCES price_lists (id),
    captured_at INTEGER NOT NULL
) STRICT;
CREATE INDEX lines_by_organization ON lines (organization_id, captured_at);
CREATE INDEX lines_by_time ON lines (captured_at);
CREATE INDEX lines_by_hold ON lines (hold_id);
CREATE TRIGGER lines_stay BEFORE UPDATE ON lines
    BEGIN SELECT RAISE(ABORT, 'lines are never changed'); END;
CREATE TRIGGER lines_remain BEFORE DELETE ON lines
    BEGIN SELECT RAISE(ABORT, 'lines are never deleted'); END;

-- What a key has held and captured in a calendar month (UTC, written 202611), and what limits and alerts look at.
CREATE TABLE spend (
    api_key_id TEXT NOT NULL,
    month INTEGER NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT NOT NULL,
    committed_micros INTEGER NOT NULL CHECK (committed_micros >= 0),
    PRIMARY KEY (api_key_id, month)
) STRICT;
CREATE INDEX spend_by_organization ON spend (organization_id, month);

CREATE TABLE spend_limits (
    scope TEXT NOT NULL CHECK (scope IN ('organization', 'project', 'api_key')),
    scope_id TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    threshold_micros INTEGER NOT NULL CHECK (threshold_micros >= 0),
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (scope, scope_id)
) STRICT;
CREATE INDEX spend_limits_by_organization ON spend_limits (organization_id);

CREATE TABLE spend_alerts (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- NULL for the whole organization.
    project_id TEXT REFERENCES projects (id),
    threshold_micros INTEGER NOT NULL CHECK (threshold_micros > 0),
    -- JSON: whom to tell.
    notification_channel TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- The last month in which it went off.
    triggered_month INTEGER
) STRICT;
CREATE INDEX spend_alerts_by_organization ON spend_alerts (organization_id);

-- What happened that somebody may want to be told, in the order in which it did.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    project_id TEXT REFERENCES projects (id),
    -- JSON.
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX events_by_organization ON events (organization_id, id);

-- What another book must be told, written with what it is about. The id is its name there too, so that it counts once.
CREATE TABLE mirror_outbox (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'usage', 'credit_grant')),
    -- The hold, block or organization it is about.
    subject TEXT NOT NULL,
    amount_micros INTEGER NOT NULL CHECK (amount_micros >= 0),
    occurred_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'unsure', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 2147483647),
    first_attempt_at INTEGER,
    settled_at INTEGER,
    external_id TEXT,
    failure TEXT,
    CONSTRAINT mirror_outbox_once UNIQUE (kind, subject)
) STRICT;
CREATE INDEX mirror_outbox_pending ON mirror_outbox (organization_id, id) WHERE state = 'pending';
CREATE INDEX mirror_outbox_untold ON mirror_outbox (occurred_at) WHERE state <> 'sent';
CREATE INDEX mirror_outbox_by_time ON mirror_outbox (organization_id, kind, occurred_at);
CREATE TRIGGER mirror_outbox_stay BEFORE UPDATE ON mirror_outbox
    WHEN NEW.id IS NOT OLD.id OR NEW.organization_id IS NOT OLD.organization_id OR NEW.kind IS NOT OLD.kind
        OR NEW.subject IS NOT OLD.subject OR NEW.amount_micros IS NOT OLD.amount_micros
        OR NEW.occurred_at IS NOT OLD.occurred_at
    BEGIN SELECT RAISE(ABORT, 'what was to be told is never changed'); END;

-- Who is telling it about an organization now: one call at a time, and not before next_at.
CREATE TABLE mirror_lanes (
    organization_id TEXT NOT NULL PRIMARY KEY REFERENCES organizations (id),
    claimed_until INTEGER NOT NULL,
    -- Who claimed it last: takes it back at once when it is started again.
    claimed_by TEXT NOT NULL,
    next_at INTEGER NOT NULL,
    failures INTEGER NOT NULL CHECK (failures BETWEEN 0 AND 2147483647)
) STRICT;

-- Where the two books were found to differ.
CREATE TABLE mirror_differences (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    -- The UTC day, days since 1970.
    day INTEGER NOT NULL,
    ours_micros INTEGER NOT NULL,
    theirs_micros INTEGER NOT NULL,
    -- What was done about it, or why nothing was.
    action TEXT NOT NULL,
    found_at INTEGER NOT NULL
) STRICT;
CREATE INDEX mirror_differences_by_time ON mirror_differences (found_at);

-- What a payment provider told us, stored before it is acted on.
CREATE TABLE payment_events (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- JSON, as it came.
    payload TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    processed_at INTEGER,
    outcome TEXT
) STRICT;
CREATE INDEX payment_events_open ON payment_events (received_at) WHERE processed_at IS NULL;

-- Pages on which an organization buys credit.
CREATE TABLE checkouts (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organizations (id),
    amount_micros INTEGER NOT NULL CHECK (amount_micros > 0),
    external_id TEXT,
    created_at INTEGER NOT NULL,
    completed_at INTEGER
) STRICT;
CREATE INDEX checkouts_by_organization ON checkouts (organization_id, created_at);

INSERT INTO accounts (id, kind) VALUES
    ('revenue', 'revenue'), ('cash:stripe', 'cash:stripe'), ('promo', 'promo'), ('adjustment', 'adjustment');
-- Organizations that are here already were never charged: they go on without a limit, on account.
INSERT INTO billing_profiles (organization_id, mode, mirrored, updated_at) SELECT id, 'postpaid', 0, created_at FROM organizations;
INSERT INTO accounts (id, organization_id, kind, floor_micros) SELECT id || ':credit', id, 'credit', 0 FROM organizations;
INSERT INTO accounts (id, organization_id, kind, floor_micros) SELECT id || ':held', id, 'held', 0 FROM organizations;
INSERT INTO accounts (id, organization_id, kind, floor_micros) SELECT id || ':owed', id, 'owed', NULL FROM organizations;
