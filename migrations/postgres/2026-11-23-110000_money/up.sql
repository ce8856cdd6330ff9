-- Money. Amounts are micro-dollars. What was written once is never changed or deleted: triggers refuse it.
-- The same facts as the SQLite file beside it.

-- How an organization pays.
CREATE TABLE billing_profiles (
    organization_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES organizations (id),
    mode TEXT NOT NULL CHECK (mode IN ('prepaid', 'postpaid')),
    -- Whether another book (Stripe) is told what happens here, and the organization's name there.
    mirrored BOOLEAN NOT NULL DEFAULT FALSE,
    external_customer TEXT COLLATE "C",
    updated_at BIGINT NOT NULL
);

-- Price lists, as their files were. One that is in force is never changed; one that is not yet can be withdrawn.
CREATE TABLE price_lists (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    effective_at BIGINT NOT NULL,
    content TEXT NOT NULL,
    -- SHA-256 of content, lower-case hexadecimal.
    sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
    loaded_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    -- Set once all its prices are there: then no row is added either.
    sealed BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT price_lists_withdrawn_before_in_force CHECK (withdrawn_at IS NULL OR withdrawn_at < effective_at)
);
CREATE INDEX price_lists_by_effect ON price_lists (effective_at);
CREATE TRIGGER price_lists_stay BEFORE UPDATE ON price_lists FOR EACH ROW
    WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.effective_at IS DISTINCT FROM OLD.effective_at OR NEW.content IS DISTINCT FROM OLD.content
        OR NEW.sha256 IS DISTINCT FROM OLD.sha256 OR NEW.loaded_at IS DISTINCT FROM OLD.loaded_at OR OLD.withdrawn_at IS NOT NULL
        OR NEW.sealed < OLD.sealed)
    EXECUTE FUNCTION kinora_refuse_change();
CREATE TRIGGER price_lists_remain BEFORE DELETE OR TRUNCATE ON price_lists
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

CREATE TABLE prices (
    price_list_id TEXT COLLATE "C" NOT NULL REFERENCES price_lists (id),
    model TEXT COLLATE "C" NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    per_second_micros BIGINT NOT NULL CHECK (per_second_micros >= 0),
    per_job_micros BIGINT NOT NULL CHECK (per_job_micros >= 0),
    per_reference_micros BIGINT NOT NULL CHECK (per_reference_micros >= 0),
    PRIMARY KEY (price_list_id, model, operation, tier)
);
CREATE FUNCTION kinora_refuse_addition() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM price_lists WHERE id = NEW.price_list_id AND sealed) THEN
        RAISE EXCEPTION 'nothing is added to a price list';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER prices_are_complete BEFORE INSERT ON prices FOR EACH ROW EXECUTE FUNCTION kinora_refuse_addition();
CREATE TRIGGER prices_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON prices
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

-- Off the list price, hundredths of a percent. The newest in force counts; a project's goes before its organization's.
CREATE TABLE discounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    project_id TEXT COLLATE "C" REFERENCES projects (id),
    basis_points INTEGER NOT NULL CHECK (basis_points BETWEEN 0 AND 10000),
    reason TEXT NOT NULL,
    effective_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX discounts_by_organization ON discounts (organization_id, effective_at);
CREATE TRIGGER discounts_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON discounts
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

-- The ledger. A balance is what came in less what went out, and moves with each transfer, by a trigger. Only
-- organizations' accounts carry it: on those of the platform every capture would wait for the one before.
CREATE TABLE accounts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" REFERENCES organizations (id),
    kind TEXT NOT NULL
        CHECK (kind IN ('credit', 'held', 'owed', 'revenue', 'cash:stripe', 'promo', 'adjustment')),
    balance_micros BIGINT NOT NULL DEFAULT 0,
    -- The balance that must not be undercut; NULL for none.
    floor_micros BIGINT,
    CONSTRAINT accounts_kinds_of_organizations CHECK ((kind IN ('credit', 'held', 'owed')) = (organization_id IS NOT NULL)),
    CONSTRAINT accounts_balance_of_organizations CHECK (organization_id IS NOT NULL OR balance_micros = 0),
    CONSTRAINT accounts_credit_has_its_floor CHECK (
        kind NOT IN ('credit', 'held') OR (floor_micros IS NOT NULL AND floor_micros = 0)
    ),
    CONSTRAINT accounts_above_floor CHECK (floor_micros IS NULL OR balance_micros >= floor_micros)
);
CREATE UNIQUE INDEX accounts_by_organization ON accounts (organization_id, kind);
CREATE TRIGGER accounts_remain BEFORE DELETE OR TRUNCATE ON accounts
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

CREATE FUNCTION kinora_move_balances() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE accounts SET balance_micros = balance_micros - NEW.amount_micros
        WHERE id = NEW.debit_account AND organization_id IS NOT NULL;
    UPDATE accounts SET balance_micros = balance_micros + NEW.amount_micros
        WHERE id = NEW.credit_account AND organization_id IS NOT NULL;
    RETURN NULL;
END $$;
CREATE TABLE transfers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    debit_account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    credit_account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    amount_micros BIGINT NOT NULL CHECK (amount_micros > 0),
    kind TEXT NOT NULL
        CHECK (kind IN ('hold', 'capture', 'release', 'grant', 'payment', 'correction', 'expiry')),
    -- What it is about: a hold, or a block of credit.
    subject TEXT COLLATE "C" NOT NULL,
    idempotency_key TEXT COLLATE "C" NOT NULL UNIQUE,
    reason TEXT,
    created_at BIGINT NOT NULL,
    CONSTRAINT transfers_two_sides CHECK (debit_account <> credit_account)
);
CREATE TRIGGER transfers_move AFTER INSERT ON transfers FOR EACH ROW EXECUTE FUNCTION kinora_move_balances();
CREATE TRIGGER transfers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON transfers
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

-- What an organization's credit is made of. What remains moves with each entry, by a trigger.
CREATE TABLE credit_blocks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    source TEXT NOT NULL CHECK (source IN ('promotional', 'paid', 'correction')),
    -- Lower is spent first.
    priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 100),
    amount_micros BIGINT NOT NULL CHECK (amount_micros > 0),
    remaining_micros BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT credit_blocks_remain_in_range CHECK (remaining_micros BETWEEN 0 AND amount_micros)
);
CREATE INDEX credit_blocks_with_credit ON credit_blocks (organization_id) WHERE remaining_micros > 0;
CREATE INDEX credit_blocks_by_expiry ON credit_blocks (expires_at) WHERE remaining_micros > 0;
CREATE INDEX credit_blocks_by_organization ON credit_blocks (organization_id, created_at);
CREATE TRIGGER credit_blocks_stay BEFORE UPDATE ON credit_blocks FOR EACH ROW
    WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.organization_id IS DISTINCT FROM OLD.organization_id OR NEW.source IS DISTINCT FROM OLD.source
        OR NEW.priority IS DISTINCT FROM OLD.priority OR NEW.amount_micros IS DISTINCT FROM OLD.amount_micros
        OR NEW.expires_at IS DISTINCT FROM OLD.expires_at OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.created_at IS DISTINCT FROM OLD.created_at)
    EXECUTE FUNCTION kinora_refuse_change();
CREATE TRIGGER credit_blocks_remain BEFORE DELETE OR TRUNCATE ON credit_blocks
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

CREATE FUNCTION kinora_move_remaining() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE credit_blocks SET remaining_micros = remaining_micros + NEW.amount_micros WHERE id = NEW.credit_block_id;
    RETURN NULL;
END $$;
CREATE TABLE credit_block_entries (
    transfer_id TEXT COLLATE "C" NOT NULL REFERENCES transfers (id),
    credit_block_id TEXT COLLATE "C" NOT NULL REFERENCES credit_blocks (id),
    -- Above 0 into the block, below 0 out of it.
    amount_micros BIGINT NOT NULL CHECK (amount_micros <> 0),
    PRIMARY KEY (transfer_id, credit_block_id)
);
CREATE TRIGGER credit_block_entries_move AFTER INSERT ON credit_block_entries
    FOR EACH ROW EXECUTE FUNCTION kinora_move_remaining();
CREATE TRIGGER credit_block_entries_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_block_entries
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

-- What is set aside for a subject (a video), with the quote it was computed from.
CREATE TABLE holds (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    project_id TEXT COLLATE "C" NOT NULL,
    api_key_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL UNIQUE,
    source_account TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
    amount_micros BIGINT NOT NULL CHECK (amount_micros >= 0),
    price_list_id TEXT COLLATE "C" NOT NULL REFERENCES price_lists (id),
    -- JSON: what was priced, the quantities asked for, the prices and the discount.
    quote TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (id, amount_micros)
);
CREATE INDEX holds_by_organization ON holds (organization_id, created_at);
CREATE TRIGGER holds_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON holds
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

-- How a hold ended: once, and wholly.
CREATE TABLE settlements (
    hold_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    held_micros BIGINT NOT NULL,
    captured_micros BIGINT NOT NULL CHECK (captured_micros >= 0),
    released_micros BIGINT NOT NULL CHECK (released_micros >= 0),
    outcome TEXT NOT NULL CHECK (outcome IN ('captured', 'released')),
    reason TEXT NOT NULL,
    settled_at BIGINT NOT NULL,
    CONSTRAINT settlements_whole CHECK (captured_micros + released_micros = held_micros),
    CONSTRAINT settlements_released_captures_nothing CHECK (outcome = 'captured' OR captured_micros = 0),
    FOREIGN KEY (hold_id, held_micros) REFERENCES holds (id, amount_micros)
);
CREATE INDEX settlements_by_time ON settlements (settled_at);
CREATE TRIGGER settlements_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON settlements
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

-- What was charged, priced and rounded once a line.
CREATE TABLE lines (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    hold_id TEXT COLLATE "C" NOT NULL REFERENCES settlements (hold_id),
    organization_id TEXT COLLATE "C" NOT NULL,
    project_id TEXT COLLATE "C" NOT NULL,
    api_key_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    tier TEXT COLLATE "C" NOT NULL,
    component TEXT NOT NULL CHECK (component IN ('second', 'job', 'reference')),
    -- Thousandths of the component.
    quantity_milli BIGINT NOT NULL CHECK (quantity_milli >= 0),
    unit_micros BIGINT NOT NULL CHECK (unit_micros >= 0),
    discount_basis_points INTEGER NOT NULL CHECK (discount_basis_points BETWEEN 0 AND 10000),
    amount_micros BIGINT NOT NULL CHECK (amount_micros >= 0),
    price_list_id TEXT COLLATE "C" NOT NULL REFERENCES price_lists (id),
    captured_at BIGINT NOT NULL
);
CREATE INDEX lines_by_organization ON lines (organization_id, captured_at);
CREATE INDEX lines_by_time ON lines (captured_at);
CREATE INDEX lines_by_hold ON lines (hold_id);
CREATE TRIGGER lines_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON lines
    FOR EACH STATEMENT EXECUTE FUNCTION kinora_refuse_change();

-- What a key has held and captured in a calendar month (UTC, written 202611), and what limits and alerts look at.
CREATE TABLE spend (
    api_key_id TEXT COLLATE "C" NOT NULL,
    month INTEGER NOT NULL,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    project_id TEXT COLLATE "C" NOT NULL,
    committed_micros BIGINT NOT NULL CHECK (committed_micros >= 0),
    PRIMARY KEY (api_key_id, month)
);
CREATE INDEX spend_by_organization ON spend (organization_id, month);

CREATE TABLE spend_limits (
    scope TEXT NOT NULL CHECK (scope IN ('organization', 'project', 'api_key')),
    scope_id TEXT COLLATE "C" NOT NULL,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    threshold_micros BIGINT NOT NULL CHECK (threshold_micros >= 0),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (scope, scope_id)
);
CREATE INDEX spend_limits_by_organization ON spend_limits (organization_id);

CREATE TABLE spend_alerts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    -- NULL for the whole organization.
    project_id TEXT COLLATE "C" REFERENCES projects (id),
    threshold_micros BIGINT NOT NULL CHECK (threshold_micros > 0),
    -- JSON: whom to tell.
    notification_channel TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- The last month in which it went off.
    triggered_month INTEGER
);
CREATE INDEX spend_alerts_by_organization ON spend_alerts (organization_id);

-- What happened that somebody may want to be told, in the order in which it did.
CREATE TABLE events (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    project_id TEXT COLLATE "C" REFERENCES projects (id),
    -- JSON.
    data TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX events_by_organization ON events (organization_id, id);

-- What another book must be told, written with what it is about. The id is its name there too, so that it counts once.
CREATE TABLE mirror_outbox (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    kind TEXT NOT NULL CHECK (kind IN ('customer', 'usage', 'credit_grant')),
    -- The hold, block or organization it is about.
    subject TEXT COLLATE "C" NOT NULL,
    amount_micros BIGINT NOT NULL CHECK (amount_micros >= 0),
    occurred_at BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'unsure', 'refused')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    first_attempt_at BIGINT,
    settled_at BIGINT,
    external_id TEXT COLLATE "C",
    failure TEXT,
    CONSTRAINT mirror_outbox_once UNIQUE (kind, subject)
);
CREATE INDEX mirror_outbox_pending ON mirror_outbox (organization_id, id) WHERE state = 'pending';
CREATE INDEX mirror_outbox_untold ON mirror_outbox (occurred_at) WHERE state <> 'sent';
CREATE INDEX mirror_outbox_by_time ON mirror_outbox (organization_id, kind, occurred_at);
CREATE TRIGGER mirror_outbox_stay BEFORE UPDATE ON mirror_outbox FOR EACH ROW
    WHEN (NEW.id IS DISTINCT FROM OLD.id OR NEW.organization_id IS DISTINCT FROM OLD.organization_id OR NEW.kind IS DISTINCT FROM OLD.kind
        OR NEW.subject IS DISTINCT FROM OLD.subject OR NEW.amount_micros IS DISTINCT FROM OLD.amount_micros
        OR NEW.occurred_at IS DISTINCT FROM OLD.occurred_at)
    EXECUTE FUNCTION kinora_refuse_change();

-- Who is telling it about an organization now: one call at a time, and not before next_at.
CREATE TABLE mirror_lanes (
    organization_id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES organizations (id),
    claimed_until BIGINT NOT NULL,
    -- Who claimed it last: takes it back at once when it is started again.
    claimed_by TEXT NOT NULL,
    next_at BIGINT NOT NULL,
    failures INTEGER NOT NULL CHECK (failures >= 0)
);

-- Where the two books were found to differ.
CREATE TABLE mirror_differences (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    -- The UTC day, days since 1970.
    day INTEGER NOT NULL,
    ours_micros BIGINT NOT NULL,
    theirs_micros BIGINT NOT NULL,
    -- What was done about it, or why nothing was.
    action TEXT NOT NULL,
    found_at BIGINT NOT NULL
);
CREATE INDEX mirror_differences_by_time ON mirror_differences (found_at);

-- What a payment provider told us, stored before it is acted on.
CREATE TABLE payment_events (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- JSON, as it came.
    payload TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    processed_at BIGINT,
    outcome TEXT
);
CREATE INDEX payment_events_open ON payment_events (received_at) WHERE processed_at IS NULL;

-- Pages on which an organization buys credit.
CREATE TABLE checkouts (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    organization_id TEXT COLLATE "C" NOT NULL REFERENCES organizations (id),
    amount_micros BIGINT NOT NULL CHECK (amount_micros > 0),
    external_id TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    completed_at BIGINT
);
CREATE INDEX checkouts_by_organization ON checkouts (organization_id, created_at);

INSERT INTO accounts (id, kind) VALUES
    ('revenue', 'revenue'), ('cash:stripe', 'cash:stripe'), ('promo', 'promo'), ('adjustment', 'adjustment');
-- Organizations that are here already were never charged: they go on without a limit, on account.
INSERT INTO billing_profiles (organization_id, mode, mirrored, updated_at) SELECT id, 'postpaid', FALSE, created_at FROM organizations;
INSERT INTO accounts (id, organization_id, kind, floor_micros) SELECT id || ':credit', id, 'credit', 0 FROM organizations;
INSERT INTO accounts (id, organization_id, kind, floor_micros) SELECT id || ':held', id, 'held', 0 FROM organizations;
INSERT INTO accounts (id, organization_id, kind, floor_micros) SELECT id || ':owed', id, 'owed', NULL FROM organizations;
