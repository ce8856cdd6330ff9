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
    }
}

table! {
    /// API keys: of a project (`kind = 'project'`), of the operator, of a worker.
    api_keys (id) {
        id -> Text,
        kind -> Text,
        project_id -> Nullable<Text>,
        name -> Text,
        /// HMAC-SHA256 of the secret under the pepper, 32 bytes.
        secret_hash -> Binary,
        /// Separated by spaces.
        scopes -> Text,
        created_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
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

joinable!(projects -> organizations (organization_id));
joinable!(api_keys -> projects (project_id));
joinable!(videos -> organizations (organization_id));
joinable!(videos -> projects (project_id));
joinable!(videos -> api_keys (api_key_id));
joinable!(runs -> videos (video_id));
joinable!(assets -> runs (run_id));

allow_tables_to_appear_in_same_query!(organizations, projects, api_keys, videos, runs, assets);
