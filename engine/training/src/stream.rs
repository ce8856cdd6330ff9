//! Writes clips one after another, in order, however many threads make them. Opens no file.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::caption::caption;
use crate::cast::Cast;
use crate::clip::{Clip, clip};
use crate::dice::{Dice, Part, Source, Split};
use crate::only::Only;
use crate::plan::{Plan, plan};
use crate::speech::Speech;

/// Finished records a thread may be ahead of the reader: each is about 4 MB.
const AHEAD_MAX: usize = 2;

/// Draws of a plan after which a narrowed stream counts as empty.
const DRAWS_MAX: u64 = 20_000;

/// Between the seeds of two draws of one clip: far more than there are seeds of streams.
const DRAW_STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Which clips are wanted.
#[derive(Clone, Debug)]
pub struct Order {
    /// From which set.
    pub split: Split,
    /// From which stream.
    pub seed: u64,
    /// Which places in it.
    pub indices: Range<u64>,
    /// How many frames each.
    pub frames: usize,
    /// How many threads work.
    pub threads: usize,
    /// Only clips of one person, who is one of so many.
    pub identities: Option<u64>,
    /// What the clips are narrowed to.
    pub only: Vec<Only>,
    /// What people who want to talk can say; without it nobody says anything.
    pub speech: Option<Speech>,
}

impl Order {
    /// The plan of the clip at `index`.
    pub fn plan(&self, index: u64) -> Plan {
        let source = Source { split: self.split, seed: self.seed, index };
        let mut plan = self.fitting(source);
        if let Some(identities) = self.identities {
            plan.cast = Cast::one_of(source, identities, plan.stage);
            plan.water = false;
        }
        if let (Some(speech), Some(true)) =
            (&self.speech, plan.cast.people().first().map(|first| first.talks))
        {
            plan.utterance = speech.draw(&mut Dice::new(source, Part::Speech), self.frames);
        }
        plan
    }

    /// The first plan that fits; looks for ever if none does, see [`Self::is_possible`].
    fn fitting(&self, source: Source) -> Plan {
        let (mut draw, of_things) = (0, self.shows_things(source));
        loop {
            if let Some(plan) = self.draw(source, draw, of_things) {
                return plan;
            }
            draw += 1;
        }
    }

    /// Whether any clip fits what the order is narrowed to.
    pub fn is_possible(&self) -> bool {
        let source = Source { split: self.split, seed: self.seed, index: self.indices.start };
        let of_things = self.shows_things(source);
        (0..DRAWS_MAX).any(|draw| self.draw(source, draw, of_things).is_some())
    }

    /// Whether an object is seen and nobody; where both may be, as without narrowing, so that the shares stay.
    fn shows_things(&self, source: Source) -> bool {
        let allowed = self.only.iter().map(Only::takes_people_and_things);
        let (people, things) = allowed.fold((true, true), |all, one| (all.0 && one.0, all.1 && one.1));
        if people && things { plan(source, self.frames).cast.is_thing() } else { things }
    }

    /// A plan for a place in the stream, if it fits.
    fn draw(&self, source: Source, draw: u64, of_things: bool) -> Option<Plan> {
        let seed = source.seed ^ draw.wrapping_mul(DRAW_STEP);
        let plan = plan(Source { seed, ..source }, self.frames);
        let fits = plan.cast.is_thing() == of_things && self.only.iter().all(|only| only.takes(&plan));
        fits.then_some(plan)
    }
}

/// Write all clips of an order to `out`.
///
/// A record is the length of its label (`u32`, little endian), the label as JSON, the frames as RGB bytes
/// and the sound as 16-bit little-endian samples.
pub fn write(order: &Order, out: &mut impl Write) -> io::Result<()> {
    let threads = order.threads.max(1);
    thread::scope(|scope| {
        let mut lanes = Vec::with_capacity(threads);
        for lane in 0..threads {
            let (send, receive) = sync_channel(AHEAD_MAX);
            lanes.push(receive);
            scope.spawn(move || {
                for index in order.indices.clone().skip(lane).step_by(threads) {
                    // The writer hangs up when the reader has; then there is nobody left to work for.
                    if send.send(record(&clip(&order.plan(index)))).is_err() {
                        return;
                    }
                }
            });
        }
        // Each thread makes every n-th clip, so taking turns is already the right order.
        for (turn, _) in order.indices.clone().enumerate() {
            let Ok(record) = lanes[turn % threads].recv() else {
                return Err(io::Error::other("a thread stopped before its clips were made"));
            };
            out.write_all(&record?)?;
        }
        out.flush()
    })
}

/// The captions of an order, without a pixel painted.
pub fn captions(order: &Order) -> impl Iterator<Item = String> {
    order.indices.clone().map(|index| caption(&order.plan(index)))
}

/// The bytes of a clip.
pub fn record(clip: &Clip) -> io::Result<Vec<u8>> {
    let label = serde_json::to_vec(&clip.label)?;
    let length = u32::try_from(label.len()).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(4 + label.len() + clip.pixels.len() + clip.samples.len() * 2);
    bytes.extend(length.to_le_bytes());
    bytes.extend(label);
    bytes.extend(&clip.pixels);
    for sample in &clip.samples {
        bytes.extend(((sample * f32::from(i16::MAX)) as i16).to_le_bytes());
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::speech;

    fn bytes(seed: u64, threads: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let order = Order {
            split: Split::Train,
            seed,
            indices: 0..7,
            frames: 5,
            threads,
            identities: None,
            only: Vec::new(),
            speech: None,
        };
        write(&order, &mut out).unwrap();
        out
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_with_any_number_of_threads() {
        let one = bytes(11, 1);
        assert!(one == bytes(11, 1) && one == bytes(11, 2) && one == bytes(11, 3));
        assert!(one != bytes(12, 1));
    }

    #[test]
    fn people_talk_only_where_there_is_speech_and_then_it_is_heard_and_seen() {
        let order = |speech| Order {
            split: Split::Train,
            seed: 4,
            indices: 0..200,
            frames: 49,
            threads: 1,
            identities: None,
            only: Vec::new(),
            speech,
        };
        let (mute, told) = (order(None), order(Some(speech::for_tests())));
        assert!(mute.indices.clone().all(|index| mute.plan(index).utterance.is_none()));
        let talkers: Vec<u64> =
            told.indices.clone().filter(|at| told.plan(*at).utterance.is_some()).collect();
        assert!((15..50).contains(&talkers.len()), "{} of 200", talkers.len());
        let (talks, rests) = (clip(&told.plan(talkers[0])), clip(&mute.plan(talkers[0])));
        assert!(talks.label.talking && !rests.label.talking);
        assert!(talks.samples != rests.samples && talks.pixels != rests.pixels);
    }

    #[test]
    fn a_record_has_the_length_that_its_label_promises() {
        let clip = clip(&plan(Source { split: Split::Train, seed: 1, index: 3 }, 9));
        let bytes = record(&clip).unwrap();
        let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        let label: serde_json::Value = serde_json::from_slice(&bytes[4..4 + length]).unwrap();
        let count = |name: &str| label[name].as_u64().unwrap() as usize;
        let media = count("frames") * count("width") * count("height") * 3 + count("samples") * 2;
        assert_eq!(bytes.len(), 4 + length + media);
    }
}
