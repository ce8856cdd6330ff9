//! The whole URL map: one line a feature. Each handler carries its own path.

use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    accounts, alerts, batches, characters, corrections, credit, deliveries, files, keys, leases, limits,
    live, operator, payments, prices, projects, receipts, sources, spend, system, usage, videos, webhooks,
};

/// Adds every route.
pub fn configure(config: &mut ServiceConfig<'_>) {
    // Before videos: their words stand there where an id stands.
    characters::routes(config);
    sources::routes(config);
    videos::routes(config);
    live::routes(config);
    files::routes(config);
    batches::routes(config);
    receipts::routes(config);
    webhooks::routes(config);
    deliveries::routes(config);
    projects::routes(config);
    keys::routes(config);
    accounts::routes(config);
    limits::routes(config);
    spend::routes(config);
    alerts::routes(config);
    usage::routes(config);
    credit::routes(config);
    operator::routes(config);
    corrections::routes(config);
    prices::routes(config);
    payments::routes(config);
    system::routes(config);
    leases::routes(config);
}
