//! A server that is told to stop while it makes a video.

use std::time::Duration;

use diesel::{QueryDsl, RunQueryDsl};
use kinora_store::schema::{runs, videos};
use kinora_store::testing::{TestDb, databases};

use crate::customer::Customer;
use crate::process::Server;

const PATIENCE: Duration = Duration::from_secs(60);

/// Stops a server in the middle of a run that takes at least `step_ms` times eight and may go on for
/// `drain_ms`; the states of the video and of its run, and how many attempts are used up.
fn stop_in_the_middle(database: &TestDb, step_ms: &str, drain_ms: &str) -> (String, String, i32) {
    let folder = tempfile::tempdir().unwrap();
    let more = [("KINORA_COLOUR_BARS_STEP_MS", step_ms), ("KINORA_DRAIN_MS", drain_ms)];
    let mut server = Server::spawn_with(folder.path(), &database.url, &more);
    let url = server.ready();
    let customer = Customer::new(folder.path());
    let id = customer.create(&url);
    customer.wait_until_begun(&url, &id, PATIENCE);
    assert!(server.terminate().success());
    let found = database.store.run_blocking(|db| {
        let (status, attempts) =
            videos::table.find(&id).select((videos::status, videos::attempts)).first(db)?;
        Ok::<_, kinora_store::Error>((status, runs::table.select(runs::state).first(db)?, attempts))
    });
    found.unwrap()
}

#[test]
fn a_run_that_ends_within_the_drain_time_is_completed() {
    for database in databases() {
        let ended = stop_in_the_middle(&database, "100", "60000");
        assert_eq!(ended, ("completed".into(), "finished".into(), 1));
    }
}

#[test]
fn a_run_that_does_not_goes_back_to_the_queue_and_costs_no_attempt() {
    for database in databases() {
        let ended = stop_in_the_middle(&database, "1000", "0");
        assert_eq!(ended, ("queued".into(), "returned".into(), 0));
    }
}
