//! Removes stored answers whose time is over.

use crate::{ApiError, App};

/// Most rows of one look, so that it stays short.
pub const PRUNE_ROWS_MAX: i64 = 1_000;

/// Removes answers whose time is over; how many.
///
/// # Errors
/// When the database fails; the next look goes on where this one stopped.
pub async fn prune(app: &App) -> Result<usize, ApiError> {
    let now_us = app.clock.now_us();
    app.store.run(move |db| Ok(super::store::prune(db, now_us, PRUNE_ROWS_MAX)?)).await
}
