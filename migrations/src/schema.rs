//! The tables, as diesel sees them on both databases.
//!
//! Ids are TEXT, times are microseconds since the Unix epoch, money is micro-dollars, JSON is TEXT.
//! A test compares this file with both live databases.
#![allow(missing_docs, reason = "a column says in its name what it holds")]

use diesel::{allow_tables_to_appear_in_same_query, joinable, table};

table! {
    /// The top of the tenant tree: who is billed.
    organizations (id) {
        id -> Text,
        name -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// A part of an organization with keys and videos of its own.
    projects (id) {
        id -> Text,
        organization_id -> Text,
        name -> Text,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

table! {
    /// API keys: of a project (`kind = 'project'`), of an organization's administrator, of the operator, of a worker.
    api_keys (id) {
        id -> Text,
        kind -> Text,
        project_id -> Nullable<Text>,
        organization_id -> Nullable<Text>,
        name -> Text,
        /// HMAC-SHA256 of the secret under the pepper, 32 bytes.
        secret_hash -> Binary,
        /// Separated by spaces.
        scopes -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
    }
}

table! {
    /// The public resource.
    videos (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Text,
        api_key_id -> Text,
        /// The name as asked for.
        model -> Text,
        /// JSON.
        spec -> Text,
        prompt -> Text,
        size -> Text,
        seconds -> Integer,
        /// JSON.
        metadata -> Nullable<Text>,
        status -> Text,
        /// Percent, 0 to 100.
        progress -> Integer,
        phase -> Nullable<Text>,
        eta_ms -> Nullable<Integer>,
        priority -> Integer,
        attempts -> Integer,
        cancel_requested -> Bool,
        error_code -> Nullable<Text>,
        error_message -> Nullable<Text>,
        created_at -> BigInt,
        started_at -> Nullable<BigInt>,
        completed_at -> Nullable<BigInt>,
        canceled_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
        expires_at -> Nullable<BigInt>,
        /// The run that holds the video now, or the run that won.
        run_id -> Nullable<Text>,
        /// JSON.
        report -> Nullable<Text>,
        /// Micro-dollars.
        compute_micros -> Nullable<BigInt>,
        /// The id of the catalogue that `model` stood for.
        model_id -> Text,
        operation -> Text,
        /// Counts what changed of what its customer sees; a trigger does.
        revision -> Integer,
        /// Since when its files are gone, because somebody in it no longer wants to be seen.
        withdrawn_at -> Nullable<BigInt>,
    }
}

table! {
    /// What a video that is being made looks like.
    video_previews (video_id) {
        video_id -> Text,
        /// That of the video when the picture came.
        revision -> Integer,
        /// WebP or JPEG, at most 32 KiB.
        image -> Binary,
        created_at -> BigInt,
    }
}

table! {
    /// What a video is made from, beside its prompt; only videos with more than that have a row.
    video_sources (video_id) {
        video_id -> Text,
        parent_id -> Nullable<Text>,
        /// How many are in it, its own included.
        extensions -> Integer,
        /// How much of it was taken over from its source.
        source_seconds -> Integer,
        /// JSON.
        shots -> Nullable<Text>,
    }
}

table! {
    /// A file that workers fetch before they begin with a video.
    video_inputs (id) {
        id -> Text,
        /// None before the video is stored.
        video_id -> Nullable<Text>,
        kind -> Text,
        path -> Text,
        bytes -> BigInt,
        sha256 -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// One attempt at a video by one worker.
    runs (id) {
        id -> Text,
        video_id -> Text,
        attempt -> Integer,
        worker -> Text,
        state -> Text,
        lease_until -> BigInt,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        failure -> Nullable<Text>,
        /// Micro-dollars.
        compute_micros -> Nullable<BigInt>,
    }
}

table! {
    /// The files that a run delivered.
    assets (run_id, kind) {
        run_id -> Text,
        kind -> Text,
        path -> Text,
        bytes -> BigInt,
        /// Lower-case hexadecimal.
        sha256 -> Text,
    }
}

table! {
    /// How many videos a project may ask for in a minute.
    rate_limits (project_id, model) {
        project_id -> Text,
        model -> Text,
        /// Videos asked for in a minute.
        max_requests_per_1_minute -> Integer,
        updated_at -> BigInt,
    }
}

table! {
    /// Limits of a project (`scope = 'project'`) and of a key (`'api_key'`), over all models.
    quotas (scope, scope_id) {
        scope -> Text,
        scope_id -> Text,
        project_id -> Text,
        max_requests_per_1_minute -> Nullable<Integer>,
        max_concurrent_videos -> Nullable<Integer>,
        max_queued_videos -> Nullable<Integer>,
        max_video_seconds_per_1_day -> Nullable<Integer>,
        updated_at -> BigInt,
    }
}

table! {
    /// What an hour of a device costs the operator, from some time on.
    compute_rates (id) {
        id -> Text,
        device -> Nullable<Text>,
        micros_per_hour -> BigInt,
        effective_at -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    /// How an organization pays.
    billing_profiles (organization_id) {
        organization_id -> Text,
        mode -> Text,
        mirrored -> Bool,
        external_customer -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

table! {
    /// Price lists, as their files were.
    price_lists (id) {
        id -> Text,
        effective_at -> BigInt,
        content -> Text,
        /// Lower-case hexadecimal.
        sha256 -> Text,
        loaded_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
        sealed -> Bool,
    }
}

table! {
    /// The rows of price lists.
    prices (price_list_id, model, operation, tier) {
        price_list_id -> Text,
        model -> Text,
        operation -> Text,
        tier -> Text,
        /// Micro-dollars per second of output.
        per_second_micros -> BigInt,
        per_job_micros -> BigInt,
        per_reference_micros -> BigInt,
    }
}

table! {
    /// Off the list price, dated.
    discounts (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Nullable<Text>,
        /// Hundredths of a percent.
        basis_points -> Integer,
        reason -> Text,
        effective_at -> BigInt,
        created_at -> BigInt,
    }
}

table! {
    /// The accounts of the ledger.
    accounts (id) {
        id -> Text,
        organization_id -> Nullable<Text>,
        kind -> Text,
        balance_micros -> BigInt,
        /// The balance that must not be undercut.
        floor_micros -> Nullable<BigInt>,
    }
}

table! {
    /// The ledger: one row, two sides.
    transfers (id) {
        id -> Text,
        debit_account -> Text,
        credit_account -> Text,
        amount_micros -> BigInt,
        kind -> Text,
        subject -> Text,
        idempotency_key -> Text,
        reason -> Nullable<Text>,
        created_at -> BigInt,
    }
}

table! {
    /// What an organization's credit is made of.
    credit_blocks (id) {
        id -> Text,
        organization_id -> Text,
        source -> Text,
        priority -> Integer,
        amount_micros -> BigInt,
        remaining_micros -> BigInt,
        expires_at -> Nullable<BigInt>,
        reason -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// What a transfer put into a block or took out of it.
    credit_block_entries (transfer_id, credit_block_id) {
        transfer_id -> Text,
        credit_block_id -> Text,
        /// Above 0 into the block, below 0 out of it.
        amount_micros -> BigInt,
    }
}

table! {
    /// What is set aside for a subject.
    holds (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Text,
        api_key_id -> Text,
        subject -> Text,
        source_account -> Text,
        amount_micros -> BigInt,
        price_list_id -> Text,
        /// JSON.
        quote -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// How a hold ended.
    settlements (hold_id) {
        hold_id -> Text,
        held_micros -> BigInt,
        captured_micros -> BigInt,
        released_micros -> BigInt,
        outcome -> Text,
        reason -> Text,
        settled_at -> BigInt,
    }
}

table! {
    /// What was charged.
    lines (id) {
        id -> Text,
        hold_id -> Text,
        organization_id -> Text,
        project_id -> Text,
        api_key_id -> Text,
        subject -> Text,
        model -> Text,
        operation -> Text,
        tier -> Text,
        component -> Text,
        /// Thousandths of the component.
        quantity_milli -> BigInt,
        unit_micros -> BigInt,
        discount_basis_points -> Integer,
        amount_micros -> BigInt,
        price_list_id -> Text,
        captured_at -> BigInt,
    }
}

table! {
    /// What a key has held and captured in a month.
    spend (api_key_id, month) {
        api_key_id -> Text,
        /// UTC, written 202611.
        month -> Integer,
        organization_id -> Text,
        project_id -> Text,
        committed_micros -> BigInt,
    }
}

table! {
    /// What a tenant may spend in a month.
    spend_limits (scope, scope_id) {
        scope -> Text,
        scope_id -> Text,
        organization_id -> Text,
        threshold_micros -> BigInt,
        updated_at -> BigInt,
    }
}

table! {
    /// Whom to tell when a tenant has spent some amount in a month.
    spend_alerts (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Nullable<Text>,
        threshold_micros -> BigInt,
        notification_channel -> Text,
        created_at -> BigInt,
        triggered_month -> Nullable<Integer>,
    }
}

table! {
    /// What happened that somebody may want to be told.
    events (id) {
        id -> Text,
        kind -> Text,
        organization_id -> Text,
        project_id -> Nullable<Text>,
        data -> Text,
        created_at -> BigInt,
        dispatched_at -> Nullable<BigInt>,
    }
}

table! {
    /// Where a project wants to be told what happens.
    webhook_endpoints (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Text,
        kind -> Text,
        name -> Text,
        url -> Nullable<Text>,
        /// Separated by spaces.
        event_types -> Text,
        payload -> Text,
        /// Sealed.
        secret -> Binary,
        secret_hint -> Text,
        /// Sealed.
        old_secret -> Nullable<Binary>,
        old_secret_until -> Nullable<BigInt>,
        created_at -> BigInt,
        updated_at -> BigInt,
        failing_since -> Nullable<BigInt>,
        disabled_at -> Nullable<BigInt>,
        disabled_reason -> Nullable<Text>,
        deleted_at -> Nullable<BigInt>,
    }
}

table! {
    /// Where the asker of one video wants to be told.
    video_webhooks (video_id) {
        video_id -> Text,
        url -> Text,
        /// Separated by spaces.
        event_types -> Text,
    }
}

table! {
    /// One event for one endpoint.
    deliveries (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Text,
        event_id -> Text,
        endpoint_id -> Text,
        event_type -> Text,
        /// The video whose words are in the payload.
        video_id -> Nullable<Text>,
        url -> Nullable<Text>,
        target -> Text,
        /// JSON, as it is sent.
        payload -> Text,
        state -> Text,
        attempts -> Integer,
        scheduled -> Integer,
        manual -> Bool,
        next_at -> Nullable<BigInt>,
        claimed_by -> Nullable<Text>,
        claimed_until -> Nullable<BigInt>,
        created_at -> BigInt,
    }
}

table! {
    /// One request to an endpoint, and what came of it.
    delivery_attempts (delivery_id, number) {
        delivery_id -> Text,
        number -> Integer,
        attempted_at -> BigInt,
        status_code -> Nullable<Integer>,
        duration_ms -> Integer,
        error -> Nullable<Text>,
        response -> Nullable<Text>,
        cause -> Text,
    }
}

table! {
    /// What another book must be told.
    mirror_outbox (id) {
        id -> Text,
        organization_id -> Text,
        kind -> Text,
        subject -> Text,
        amount_micros -> BigInt,
        occurred_at -> BigInt,
        state -> Text,
        attempts -> Integer,
        first_attempt_at -> Nullable<BigInt>,
        settled_at -> Nullable<BigInt>,
        external_id -> Nullable<Text>,
        failure -> Nullable<Text>,
    }
}

table! {
    /// Who is telling it now.
    mirror_lanes (organization_id) {
        organization_id -> Text,
        claimed_until -> BigInt,
        claimed_by -> Text,
        next_at -> BigInt,
        failures -> Integer,
    }
}

table! {
    /// Where the two books were found to differ.
    mirror_differences (id) {
        id -> Text,
        organization_id -> Text,
        /// Days since 1970, UTC.
        day -> Integer,
        ours_micros -> BigInt,
        theirs_micros -> BigInt,
        action -> Text,
        found_at -> BigInt,
    }
}

table! {
    /// What a payment provider told us.
    payment_events (id) {
        id -> Text,
        kind -> Text,
        payload -> Text,
        received_at -> BigInt,
        processed_at -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
    }
}

table! {
    /// Pages on which credit is bought.
    checkouts (id) {
        id -> Text,
        organization_id -> Text,
        amount_micros -> BigInt,
        external_id -> Nullable<Text>,
        created_at -> BigInt,
        completed_at -> Nullable<BigInt>,
    }
}

table! {
    /// What was answered to a request that is not to be done twice.
    replays (id) {
        /// SHA-256 of whose, method, path and key, lower-case hexadecimal.
        id -> Text,
        owner -> Text,
        fingerprint -> Binary,
        stage -> Text,
        sealed -> Binary,
        refused -> Integer,
        by_retry -> Bool,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    /// Files that customers upload, and that batches write.
    files (id) {
        id -> Text,
        project_id -> Text,
        purpose -> Text,
        filename -> Text,
        /// While it is being written, the most it can become.
        bytes -> BigInt,
        path -> Text,
        state -> Text,
        created_at -> BigInt,
        expires_at -> BigInt,
    }
}

table! {
    /// Many videos asked for with one file.
    batches (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Text,
        api_key_id -> Text,
        input_file_id -> Text,
        output_file_id -> Nullable<Text>,
        error_file_id -> Nullable<Text>,
        /// JSON.
        metadata -> Nullable<Text>,
        /// JSON.
        errors -> Nullable<Text>,
        status -> Text,
        lines_total -> Integer,
        lines_completed -> Integer,
        lines_failed -> Integer,
        created_at -> BigInt,
        expires_at -> BigInt,
        in_progress_at -> Nullable<BigInt>,
        finalizing_at -> Nullable<BigInt>,
        completed_at -> Nullable<BigInt>,
        failed_at -> Nullable<BigInt>,
        expired_at -> Nullable<BigInt>,
        cancelling_at -> Nullable<BigInt>,
        cancelled_at -> Nullable<BigInt>,
        /// Until when one node works on it.
        claimed_until -> BigInt,
    }
}

table! {
    /// The lines of a batch.
    batch_items (batch_id, line) {
        batch_id -> Text,
        /// From 1.
        line -> Integer,
        custom_id -> Text,
        /// Where it is in the file.
        starts_at -> BigInt,
        bytes -> Integer,
        state -> Text,
        video_id -> Nullable<Text>,
        status_code -> Nullable<Integer>,
        /// JSON.
        error -> Nullable<Text>,
    }
}

table! {
    /// Under which name a project is known to others.
    handles (project_id) {
        project_id -> Text,
        handle -> Text,
        updated_at -> BigInt,
    }
}

table! {
    /// Who follows whom.
    follows (follower_id, followed_id) {
        follower_id -> Text,
        followed_id -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// Likenesses that videos may use.
    characters (id) {
        id -> Text,
        organization_id -> Text,
        project_id -> Text,
        api_key_id -> Text,
        kind -> Text,
        status -> Text,
        use_policy -> Text,
        sealed -> Nullable<Binary>,
        consent_id -> Nullable<Text>,
        refusal -> Nullable<Text>,
        created_at -> BigInt,
        updated_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        deleted_at -> Nullable<BigInt>,
    }
}

table! {
    /// The key under which each character is sealed.
    character_keys (character_id) {
        character_id -> Text,
        sealed -> Binary,
    }
}

table! {
    /// What was uploaded for characters, sealed.
    character_files (id) {
        id -> Text,
        character_id -> Text,
        kind -> Text,
        path -> Text,
        bytes -> BigInt,
        sha256 -> Text,
        state -> Text,
        created_at -> BigInt,
    }
}

table! {
    /// What a capture must answer.
    character_challenges (id) {
        id -> Text,
        character_id -> Text,
        sealed -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

table! {
    /// What somebody agreed to.
    consents (id) {
        id -> Text,
        character_id -> Text,
        organization_id -> Text,
        project_id -> Text,
        api_key_id -> Text,
        sealed -> Binary,
        wording_version -> Text,
        scopes -> Text,
        capture_sha256 -> Text,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    /// Whom an owner lets use a character.
    character_grants (id) {
        id -> Text,
        character_id -> Text,
        project_id -> Text,
        uses_max -> Nullable<Integer>,
        uses -> Integer,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

table! {
    /// Whose likeness is in which video.
    video_characters (video_id, character_id) {
        video_id -> Text,
        character_id -> Text,
        role -> Text,
        position -> Integer,
        consent_id -> Nullable<Text>,
        grant_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

table! {
    /// What was decided about characters. Append-only.
    character_audit (id) {
        id -> Text,
        character_id -> Text,
        decision -> Text,
        actor -> Text,
        project_id -> Nullable<Text>,
        api_key_id -> Nullable<Text>,
        subject_id -> Nullable<Text>,
        created_at -> BigInt,
    }
}

joinable!(projects -> organizations (organization_id));
joinable!(api_keys -> projects (project_id));
joinable!(videos -> organizations (organization_id));
joinable!(videos -> projects (project_id));
joinable!(videos -> api_keys (api_key_id));
joinable!(video_previews -> videos (video_id));
joinable!(video_inputs -> videos (video_id));
joinable!(runs -> videos (video_id));
joinable!(assets -> runs (run_id));
joinable!(rate_limits -> projects (project_id));
joinable!(quotas -> projects (project_id));
joinable!(billing_profiles -> organizations (organization_id));
joinable!(prices -> price_lists (price_list_id));
joinable!(discounts -> organizations (organization_id));
joinable!(discounts -> projects (project_id));
joinable!(accounts -> organizations (organization_id));
joinable!(credit_blocks -> organizations (organization_id));
joinable!(credit_block_entries -> transfers (transfer_id));
joinable!(credit_block_entries -> credit_blocks (credit_block_id));
joinable!(holds -> organizations (organization_id));
joinable!(holds -> accounts (source_account));
joinable!(holds -> price_lists (price_list_id));
joinable!(lines -> settlements (hold_id));
joinable!(lines -> price_lists (price_list_id));
joinable!(spend -> organizations (organization_id));
joinable!(spend_limits -> organizations (organization_id));
joinable!(spend_alerts -> organizations (organization_id));
joinable!(spend_alerts -> projects (project_id));
joinable!(events -> organizations (organization_id));
joinable!(events -> projects (project_id));
joinable!(webhook_endpoints -> projects (project_id));
joinable!(video_webhooks -> videos (video_id));
joinable!(deliveries -> events (event_id));
joinable!(deliveries -> webhook_endpoints (endpoint_id));
joinable!(delivery_attempts -> deliveries (delivery_id));
joinable!(mirror_outbox -> organizations (organization_id));
joinable!(mirror_lanes -> organizations (organization_id));
joinable!(mirror_differences -> organizations (organization_id));
joinable!(checkouts -> organizations (organization_id));
joinable!(files -> projects (project_id));
joinable!(batches -> projects (project_id));
joinable!(batch_items -> batches (batch_id));
joinable!(batch_items -> videos (video_id));
joinable!(handles -> projects (project_id));
joinable!(characters -> projects (project_id));
joinable!(character_challenges -> characters (character_id));
joinable!(consents -> characters (character_id));
joinable!(character_grants -> characters (character_id));
joinable!(video_characters -> videos (video_id));
joinable!(video_characters -> characters (character_id));

allow_tables_to_appear_in_same_query!(
    organizations,
    projects,
    api_keys,
    videos,
    video_previews,
    video_sources,
    video_inputs,
    runs,
    assets,
    rate_limits,
    quotas,
    compute_rates,
    billing_profiles,
    price_lists,
    prices,
    discounts,
    accounts,
    transfers,
    credit_blocks,
    credit_block_entries,
    holds,
    settlements,
    lines,
    spend,
    spend_limits,
    spend_alerts,
    events,
    webhook_endpoints,
    video_webhooks,
    deliveries,
    delivery_attempts,
    mirror_outbox,
    mirror_lanes,
    mirror_differences,
    payment_events,
    checkouts,
    replays,
    files,
    batches,
    batch_items,
    handles,
    follows,
    characters,
    character_keys,
    character_files,
    character_challenges,
    consents,
    character_grants,
    video_characters,
    character_audit
);
