//! What keeps the books by itself: credit ends at its time, and at night everything is added up again.

use kinora_billing::expire_due;

use super::store::{Audit, audit};
use crate::{ApiError, App};

/// How often credit whose time is over is looked for, milliseconds. Nothing that ended is ever spent: this only moves
/// it out of sight.
pub const EXPIRY_INTERVAL_MS: u64 = 60_000;

/// How often the books are added up, milliseconds.
pub const AUDIT_INTERVAL_MS: u64 = 24 * 3_600_000;

/// Most blocks of one look.
const BLOCKS_MAX: i64 = 256;

/// Ends credit whose time is over; how many blocks.
///
/// # Errors
/// When the database fails.
pub async fn expire_credit(app: &App) -> Result<usize, ApiError> {
    let now_us = app.clock.now_us();
    app.store.run(move |db| db.write_tx(|db| Ok(expire_due(db, now_us, BLOCKS_MAX)?))).await
}

/// Adds up all of the books and logs each fault.
///
/// # Errors
/// When the database fails.
pub async fn check_books(app: &App) -> Result<Audit, ApiError> {
    let found = app.store.run(move |db| db.read_tx(|db| Ok::<_, ApiError>(audit(db)?))).await?;
    for fault in &found.faults {
        tracing::error!(fault, "the books do not balance");
    }
    tracing::debug!(holds = found.holds, faults = found.faults.len(), "the books were added up");
    Ok(found)
}
