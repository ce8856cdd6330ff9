//! When the samples of a movie are seen and heard: edit lists, the order of pictures and the slots of an even rate.

use std::time::Duration;

use super::tables::Sample;
use super::tracks::Track;
use super::{UploadError, UploadLimits};

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

/// How much longer than the limit a movie may be, milliseconds: cameras stop after the frame, and sound after that.
const GRACE_MS: u64 = 500;

/// Pictures a second, on average, that a movie may have at most: phones film with 60.
pub const RATE_MAX: u32 = 60;

/// Seconds of a track that may be decoded without being shown, as trimmed recordings have.
const HIDDEN_SECONDS_MAX: u32 = 10;

/// Packets of sound a second that a movie may have: 96 kHz in packets of 960.
const PACKETS_PER_SECOND_MAX: u32 = 100;

impl UploadLimits {
    /// Most pictures.
    pub(super) const fn pictures(&self) -> usize {
        (self.seconds.saturating_add(HIDDEN_SECONDS_MAX) as usize).saturating_mul(RATE_MAX as usize)
    }

    /// Most packets of sound.
    pub(super) const fn packets(&self) -> usize {
        let seconds = self.seconds.saturating_add(HIDDEN_SECONDS_MAX) as usize;
        seconds.saturating_mul(PACKETS_PER_SECOND_MAX as usize)
    }
}

/// A picture on the timeline of the movie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Which sample of the track, in decoding order.
    pub sample: usize,
    /// When it is shown, nanoseconds.
    pub from: i64,
    /// When it is no longer shown, nanoseconds.
    pub to: i64,
}

/// Nanoseconds of ticks.
pub fn nanoseconds(ticks: i64, per_second: u32) -> i64 {
    let exact = i128::from(ticks) * i128::from(SECOND) / i128::from(per_second);
    i64::try_from(exact).unwrap_or(if ticks < 0 { i64::MIN / 4 } else { i64::MAX / 4 })
}

/// What a track's edits make of a time of its own, and the time at which they end it.
pub struct Edits {
    ticks: u32,
    first: i64,
    delay: i64,
    end: i64,
}

impl Edits {
    /// The edits of a track in a movie with so many ticks a second.
    pub fn of(track: &Track<'_>, movie_ticks: u32) -> Self {
        let movie = |ticks: u64| nanoseconds(i64::try_from(ticks).unwrap_or(i64::MAX), movie_ticks);
        let delay = movie(track.delay);
        let end = track.length.map_or(i64::MAX, |length| delay.saturating_add(movie(length)));
        Self { ticks: track.ticks, first: track.first, delay, end }
    }

    /// Nanoseconds of the movie at a tick of the track.
    pub fn at(&self, tick: i64) -> i64 {
        nanoseconds(tick.saturating_sub(self.first), self.ticks).saturating_add(self.delay)
    }

    /// When the track begins, nanoseconds of the movie.
    pub const fn begin(&self) -> i64 {
        self.delay
    }

    /// When the track ends at the latest, nanoseconds of the movie.
    pub const fn end(&self) -> i64 {
        self.end
    }
}

/// Refuses what lasts too long; returns how long it lasts, milliseconds.
pub fn check_length(length_ns: u64, limits: &UploadLimits) -> Result<u64, UploadError> {
    let found_ms = length_ns / 1_000_000;
    if found_ms > u64::from(limits.seconds) * 1_000 + GRACE_MS {
        return Err(UploadError::Seconds { found_ms, max: limits.seconds });
    }
    Ok(found_ms)
}

/// The pictures that are shown, in the order of time, the first at zero.
pub fn moments(
    samples: &[Sample],
    edits: &Edits,
    limits: &UploadLimits,
) -> Result<(Vec<Moment>, i64), UploadError> {
    let mut moments: Vec<Moment> = (0..)
        .zip(samples)
        .map(|(sample, one)| Moment {
            sample,
            from: edits.at(one.at),
            to: edits.at(one.at.saturating_add(i64::from(one.ticks))),
        })
        .collect();
    moments.sort_by_key(|moment| (moment.from, moment.sample));
    // A picture is shown until the next one is; the last for its own time.
    for place in 1..moments.len() {
        moments[place - 1].to = moments[place].from;
    }
    moments.retain_mut(|moment| {
        moment.from = moment.from.max(edits.begin());
        moment.to = moment.to.min(edits.end());
        moment.from < moment.to
    });
    let (Some(first), Some(last)) = (moments.first(), moments.last()) else {
        return Err(UploadError::NoLength);
    };
    let (origin, end) = (first.from, last.to);
    let length_ms = check_length((end - origin).unsigned_abs(), limits)?;
    let most = (length_ms * u64::from(RATE_MAX)).div_ceil(1_000) as usize + RATE_MAX as usize;
    if moments.len() > most {
        return Err(UploadError::Units { part: "video", units: "pictures", max: most });
    }
    for moment in &mut moments {
        (moment.from, moment.to) = (moment.from - origin, moment.to - origin);
    }
    Ok((moments, origin))
}

/// How long the pictures are shown.
pub fn length(moments: &[Moment]) -> Duration {
    Duration::from_nanos(moments.last().map_or(0, |last| last.to.unsigned_abs()))
}

/// The whole number of pictures a second that is nearest to the average of these.
pub fn rate(moments: &[Moment]) -> u32 {
    let average = moments.len() as f64 / length(moments).as_secs_f64();
    (average.round() as u32).clamp(1, RATE_MAX)
}

/// How often each picture is shown at an even rate: once for every slot in whose middle it is seen. The slots fill the
/// length of the movie, to the nearest; there is at least one.
pub fn repeats(moments: &[Moment], per_second: u32) -> Vec<u32> {
    let mut repeats = vec![0; moments.len()];
    let slots = (length(moments).as_secs_f64() * f64::from(per_second)).round().max(1.0) as i64;
    let mut place = 0;
    for slot in 0..slots {
        let middle = (2 * slot + 1) * SECOND / (2 * i64::from(per_second));
        while place + 1 < moments.len() && moments[place].to <= middle {
            place += 1;
        }
        repeats[place] += 1;
    }
    repeats
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(times: &[(i64, u32)]) -> Vec<Sample> {
        times.iter().map(|(at, ticks)| Sample { start: 0, bytes: 1, at: *at, ticks: *ticks }).collect()
    }

    fn plain(ticks: u32) -> Edits {
        Edits { ticks, first: 0, delay: 0, end: i64::MAX }
    }

    fn order(moments: &[Moment]) -> Vec<usize> {
        moments.iter().map(|moment| moment.sample).collect()
    }

    #[test]
    fn pictures_are_shown_in_the_order_of_time_each_until_the_next() {
        let (moments, origin) = moments(
            &samples(&[(20, 10), (50, 10), (30, 10), (40, 10), (60, 40)]),
            &plain(10),
            &UploadLimits::default(),
        )
        .unwrap();
        assert_eq!(order(&moments), [0, 2, 3, 1, 4]);
        assert_eq!(origin, 2 * SECOND);
        assert_eq!((moments[0].from, moments[0].to), (0, SECOND));
        assert_eq!(length(&moments), Duration::from_secs(8));
    }

    #[test]
    fn edits_hide_what_lies_before_and_after() {
        let edits = Edits { ticks: 10, first: 15, delay: SECOND, end: 4 * SECOND };
        let times: Vec<_> = (0..6).map(|n| (10 * n, 10)).collect();
        let (moments, origin) = moments(&samples(&times), &edits, &UploadLimits::default()).unwrap();
        // Of the second picture half is shown; after the delay three seconds are left.
        assert_eq!((order(&moments), origin), (vec![1, 2, 3, 4], SECOND));
        assert_eq!((moments[0].to, length(&moments)), (SECOND / 2, Duration::from_secs(3)));
    }

    #[test]
    fn a_movie_of_no_length_or_of_too_much_is_refused() {
        let limits = UploadLimits { seconds: 2, ..UploadLimits::default() };
        let read = |times: &[(i64, u32)]| moments(&samples(times), &plain(1_000), &limits).map(|_| ());
        assert_eq!(read(&[]), Err(UploadError::NoLength));
        assert_eq!(read(&[(0, 0), (0, 0)]), Err(UploadError::NoLength));
        assert_eq!(read(&[(0, 2_500)]), Ok(()));
        assert_eq!(read(&[(0, 2_501)]), Err(UploadError::Seconds { found_ms: 2_501, max: 2 }));
        assert!(matches!(read(&[(i64::MIN, 1), (i64::MAX, 1)]), Err(UploadError::Seconds { .. })));
        let crowd: Vec<_> = (0..122).map(|at| (at, 1)).collect();
        assert!(matches!(read(&crowd), Err(UploadError::Units { .. })));
    }

    #[test]
    fn an_even_rate_repeats_and_leaves_out_pictures() {
        let limits = UploadLimits::default();
        // 30 a second for one second, then one picture for half a second.
        let mut times: Vec<_> = (0..30).map(|n| (n * 20, 20)).collect();
        times.push((600, 300));
        let (moments, _) = moments(&samples(&times), &plain(600), &limits).unwrap();
        assert_eq!(rate(&moments), 21);
        let at_30 = repeats(&moments, 30);
        assert!(at_30[..30].iter().all(|count| *count == 1));
        assert_eq!((at_30[30], at_30.iter().sum::<u32>()), (15, 45));
        let at_10 = repeats(&moments, 10);
        assert_eq!(at_10[..4], [0, 1, 0, 0]);
        assert_eq!((at_10[30], at_10.iter().sum::<u32>()), (5, 15));
        assert_eq!(repeats(&moments[..1], 1), [1]);
    }
}
