//! In front of everything that works: how many requests a second one address may send to this node. It lives in
//! memory, so that a flood costs no query; the limits that count are `limits`, in the database.

use std::hash::{BuildHasher as _, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError as _, web};
use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::clock::Clock;
use crate::limits::{Exceeded, Left, Limit};
use crate::{ApiError, App};

/// How many times as many requests as a second allows may come at once.
const BURST_SECONDS: u32 = 2;
/// Most addresses that are told apart. A flood from more of them shares [`CROWD_MAX`] places, so that memory has a limit.
const ADDRESSES_MAX: usize = 100_000;
/// How many places there are for the addresses of a crowd.
const CROWD_MAX: u64 = 16_384;
/// After how many requests addresses that were quiet are forgotten.
const FORGET_AFTER_REQUESTS: u64 = 4_096;
/// Where workers speak.
const INTERNAL: &str = "/internal/";
/// What is asked to see whether the server is well.
pub(crate) const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// Whose requests are counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Peer {
    V4(Ipv4Addr),
    /// A /64 network, which is what one subscriber has.
    V6(u64),
    /// One of the places that all share while there are too many.
    Crowd(u64),
}

impl Peer {
    fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self::V4(address),
            IpAddr::V6(address) => Self::V6(network(address)),
        }
    }
}

fn network(address: Ipv6Addr) -> u64 {
    u64::try_from(address.to_bits() >> 64).unwrap_or(0)
}

/// Time that never goes back, from a clock that may be set: it stands still until the clock goes on.
#[derive(Clone)]
struct Steady {
    clock: Arc<dyn Clock>,
    seen: Arc<Mutex<Seen>>,
}

/// What the clock showed last, microseconds since 1970, and how much time had passed then.
struct Seen {
    clock_us: i64,
    passed: Duration,
}

impl Steady {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let seen = Seen { clock_us: clock.now_us(), passed: Duration::ZERO };
        Self { clock, seen: Arc::new(Mutex::new(seen)) }
    }
}

impl governor::clock::Clock for Steady {
    type Instant = Duration;

    fn now(&self) -> Duration {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let clock_us = self.clock.now_us();
        let more_us = u64::try_from(clock_us.saturating_sub(seen.clock_us)).unwrap_or(0);
        seen.clock_us = clock_us;
        seen.passed = seen.passed.saturating_add(Duration::from_micros(more_us));
        seen.passed
    }
}

/// Counts the requests of each address.
pub struct Shield {
    per_second_max: NonZeroU32,
    peers: RateLimiter<Peer, DashMapStateStore<Peer>, Steady, NoOpMiddleware<Duration>>,
    time: Steady,
    addresses_max: usize,
    requests: AtomicU64,
    is_crowded: AtomicBool,
    places: RandomState,
}

impl Shield {
    /// As the settings of `app` say; `None` where they want none.
    #[must_use]
    pub fn of(app: &App) -> Option<Self> {
        let per_second_max = NonZeroU32::new(app.config.requests_per_second_max)?;
        Some(Self::new(per_second_max, ADDRESSES_MAX, app.clock.clone()))
    }

    fn new(per_second_max: NonZeroU32, addresses_max: usize, clock: Arc<dyn Clock>) -> Self {
        let burst = per_second_max.saturating_mul(NonZeroU32::MIN.saturating_add(BURST_SECONDS - 1));
        let time = Steady::new(clock);
        let quota = Quota::per_second(per_second_max).allow_burst(burst);
        let peers = RateLimiter::dashmap_with_clock(quota, time.clone());
        let (requests, is_crowded) = (AtomicU64::new(0), AtomicBool::new(false));
        let places = RandomState::new();
        Self { per_second_max, peers, time, addresses_max, requests, is_crowded, places }
    }

    /// Counts a request.
    ///
    /// # Errors
    /// [`ApiError::Limited`] when too many came from this address.
    fn admit(&self, address: IpAddr) -> Result<(), ApiError> {
        if self.requests.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER_REQUESTS == FORGET_AFTER_REQUESTS - 1
        {
            self.peers.retain_recent();
            self.is_crowded.store(self.peers.len() > self.addresses_max, Ordering::Relaxed);
        }
        let mut peer = Peer::of(address);
        if self.is_crowded.load(Ordering::Relaxed) {
            peer = Peer::Crowd(self.places.hash_one(peer) % CROWD_MAX);
        }
        let Err(until) = self.peers.check_key(&peer) else { return Ok(()) };
        let wait = until.wait_time_from(self.time.now());
        let wait_ms = i64::try_from(wait.as_micros().div_ceil(1_000)).unwrap_or(i64::MAX);
        let max = i64::from(self.per_second_max.get());
        let retry_after_ms = Some(wait_ms.max(1));
        Err(Box::new(Exceeded { limit: Limit::Address, max, retry_after_ms, left: Left::default() }).into())
    }
}

/// Whether nothing is counted: health, which must be answered most of all in a flood, and the workers of this machine.
fn is_exempt(path: &str, address: IpAddr) -> bool {
    HEALTH.contains(&path) || (path.starts_with(INTERNAL) && address.to_canonical().is_loopback())
}

pub(super) async fn shield<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    // A connection that is no TCP connection has no address.
    let address = request.peer_addr().map(|peer| peer.ip());
    let shield = request.app_data::<web::Data<Option<Shield>>>().and_then(|shield| shield.as_ref().as_ref());
    let refused = match (shield, address) {
        (Some(shield), Some(address)) if !is_exempt(request.path(), address) => shield.admit(address).err(),
        _ => None,
    };
    match refused {
        Some(error) => Ok(request.into_response(error.error_response()).map_into_right_body()),
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{FakeClock, SECOND_US};

    /// Addresses that a shield of these tests tells apart.
    const FEW: usize = 5_000;

    fn shield(per_second_max: u32) -> (Shield, Arc<FakeClock>) {
        let clock = Arc::new(FakeClock::at(1_000 * SECOND_US));
        (Shield::new(NonZeroU32::new(per_second_max).unwrap(), FEW, clock.clone()), clock)
    }

    fn passed(shield: &Shield, address: &str, tries: usize) -> usize {
        let address = address.parse().unwrap();
        (0..tries).filter(|_| shield.admit(address).is_ok()).count()
    }

    #[test]
    fn a_burst_is_twice_the_rate_and_comes_back_with_time() {
        let (shield, clock) = shield(10);
        assert_eq!(passed(&shield, "192.0.2.1", 100), 20);
        clock.advance(SECOND_US / 2);
        assert_eq!(passed(&shield, "192.0.2.1", 100), 5);
        clock.advance(60 * SECOND_US);
        assert_eq!(passed(&shield, "192.0.2.1", 100), 20);
    }

    #[test]
    fn addresses_are_counted_apart_and_networks_of_ipv6_together() {
        let (shield, _) = shield(1);
        for (address, expected) in [
            ("192.0.2.1", 2),
            ("192.0.2.2", 2),
            ("::ffff:192.0.2.1", 0),
            ("2001:db8:0:1::1", 2),
            ("2001:db8:0:1:ffff::2", 0),
            ("2001:db8:0:2::1", 2),
        ] {
            assert_eq!(passed(&shield, address, 5), expected, "{address}");
        }
    }

    #[test]
    fn a_clock_that_is_set_back_locks_nobody_out() {
        let (shield, clock) = shield(10);
        assert_eq!(passed(&shield, "192.0.2.1", 100), 20);
        clock.advance(-3_600 * SECOND_US);
        assert_eq!(passed(&shield, "192.0.2.1", 1), 0);
        clock.advance(SECOND_US);
        assert_eq!(passed(&shield, "192.0.2.1", 100), 10);
    }

    #[test]
    fn a_crowd_of_addresses_takes_no_more_than_its_room() {
        let (shield, clock) = shield(1);
        let most = FEW + usize::try_from(FORGET_AFTER_REQUESTS + CROWD_MAX).unwrap();
        for number in 0..60_000_u32 {
            let _ = shield.admit(IpAddr::V4(Ipv4Addr::from_bits(number)));
        }
        assert!(shield.is_crowded.load(Ordering::Relaxed));
        assert!(shield.peers.len() <= most, "{}", shield.peers.len());
        clock.advance(3_600 * SECOND_US);
        passed(&shield, "192.0.2.1", usize::try_from(FORGET_AFTER_REQUESTS).unwrap());
        assert!(!shield.is_crowded.load(Ordering::Relaxed));
        assert!(shield.peers.len() <= 2, "{}", shield.peers.len());
    }

    #[test]
    fn health_is_always_answered_and_only_this_machines_workers_are_exempt() {
        for (path, address, expected) in [
            ("/healthz", "192.0.2.1", true),
            ("/readyz", "2001:db8::1", true),
            ("/internal/v1/leases", "127.0.0.1", true),
            ("/internal/v1/leases", "::1", true),
            ("/internal/v1/leases", "::ffff:127.0.0.1", true),
            ("/internal/v1/leases", "192.0.2.1", false),
            ("/v1/videos", "127.0.0.1", false),
            ("/healthzz", "127.0.0.1", false),
        ] {
            assert_eq!(is_exempt(path, address.parse().unwrap()), expected, "{path} {address}");
        }
    }
}
