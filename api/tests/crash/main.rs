//! `kinora` as a process: killed at random moments it loses nothing and makes nothing twice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod commands;
mod customer;
mod drain;
mod money;
mod process;
mod remains;

use std::time::{Duration, Instant};

use customer::Customer;
use kinora_store::testing::{TestDb, databases};
use process::Server;

/// Videos that are to be made.
const VIDEOS: usize = 6;
/// How often the server is killed.
const KILLS: u32 = 20;
/// A kill comes at most this long after the start of the process, milliseconds: about a run and a half.
const LIFE_MS_MAX: u64 = 1_500;
/// Longest wait for what is left to do after the last kill.
const PATIENCE: Duration = Duration::from_secs(120);

#[test]
fn a_server_that_is_killed_again_and_again_completes_every_video_once() {
    let mut dice = Dice::new();
    for database in databases() {
        let begun = Instant::now();
        survive(&database, &mut dice);
        println!("{}: {:.1} s", database.url.split(':').next().unwrap(), begun.elapsed().as_secs_f32());
    }
}

fn survive(database: &TestDb, dice: &mut Dice) {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let mut server = Server::spawn(&data_dir, &database.url);
    let url = server.ready();
    let customer = Customer::new(&data_dir);
    let videos: Vec<String> = (0..VIDEOS).map(|_| customer.create(&url)).collect();
    let mut lives = Vec::new();
    for _ in 0..KILLS {
        let life_ms = dice.below(LIFE_MS_MAX);
        lives.push(life_ms);
        std::thread::sleep(Duration::from_millis(life_ms));
        server.kill();
        server = Server::spawn(&data_dir, &database.url);
    }
    println!("killed after {lives:?} ms");
    let url = server.ready();
    customer.wait_for(&url, &videos, PATIENCE);
    let ended = server.terminate();
    assert!(ended.success(), "{ended}");
    // What the killed processes left half written, the next start removes.
    let mut server = Server::spawn(&data_dir, &database.url);
    server.ready();
    remains::wait_until_swept(&database.store, PATIENCE);
    assert!(server.terminate().success());
    remains::check(&database.store, &data_dir.join("assets"), &videos);
}

/// SplitMix64: the same seed gives the same kills.
struct Dice(u64);

impl Dice {
    /// With the seed in `KINORA_CRASH_SEED`, or with any, which is printed.
    fn new() -> Self {
        let seed = match std::env::var("KINORA_CRASH_SEED") {
            Ok(seed) => seed.parse().unwrap(),
            Err(_) => rand::random(),
        };
        println!("KINORA_CRASH_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, max: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % max
    }
}
