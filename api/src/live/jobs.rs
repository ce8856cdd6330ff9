//! Looks for what became of the videos that somebody follows on this node: all of them in few queries, whatever the
//! number of followers, and none while there are none.

use std::time::Duration;

use actix_web::web::Data;
use kinora_store::Error;

use super::store;
use crate::App;

/// How long a change on another node may go unnoticed, milliseconds.
const LOOK_INTERVAL_MS: u64 = 250;
/// Least time between two looks, milliseconds, however much happens on this node.
const LOOK_GAP_MS: u64 = 20;
/// How long it rests after a look that failed, milliseconds.
const REST_MS: u64 = 2_000;
/// Most videos of one query.
const VIDEOS_MAX: usize = 500;

/// Tells followers what becomes of their videos, for as long as it is polled.
pub async fn follow(app: Data<App>) {
    loop {
        app.live.time_to_look(Duration::from_millis(LOOK_INTERVAL_MS)).await;
        let rest_ms = match look(&app).await {
            Ok(()) => LOOK_GAP_MS,
            Err(error) => {
                tracing::warn!(%error, "what became of videos that are followed could not be read");
                REST_MS
            }
        };
        tokio::time::sleep(Duration::from_millis(rest_ms)).await;
    }
}

async fn look(app: &App) -> Result<(), Error> {
    for ids in app.live.watched().chunks(VIDEOS_MAX) {
        let ids = ids.to_vec();
        let found = app.store.run(move |db| store::snapshots(db, &ids).map_err(Error::from)).await?;
        app.live.tell(found);
    }
    Ok(())
}
