//! What the mouth does for each phone, and from that in every frame. Phones are named as flite's American voices name
//! them; which of them look alike is old knowledge of lip readers (m, b and p are one shape, f and v another).

use crate::action::FPS;
use crate::mouth::Mouth;

/// Points of time in a frame whose mean its mouth is: a frame is longer than many a phone, and one that fell between two
/// vowels would show a closed mouth in the middle of a word.
const POINTS: usize = 8;

/// A shape of the mouth. There are eight, because more cannot be told apart on a face of 60 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Viseme {
    /// Nothing is said.
    Rest,
    /// Lips together: m, b, p.
    Closed,
    /// Lower lip at the teeth: f, v.
    Teeth,
    /// Nearly closed, the work is done inside: t, s, l, k and their like.
    Narrow,
    /// Wide and flat: "see", "day".
    Wide,
    /// Half open: "bed", "but", "bird".
    Mid,
    /// Wide open: "father", "cat", "my".
    Open,
    /// Lips forward: "you", "go", "we", "she".
    Round,
}

impl Viseme {
    /// The shape for a phone; nothing for a name that is none.
    pub fn of(phone: &str) -> Option<Self> {
        Some(match phone {
            "pau" => Self::Rest,
            "m" | "b" | "p" => Self::Closed,
            "f" | "v" => Self::Teeth,
            "t" | "d" | "n" | "l" | "s" | "z" | "th" | "dh" | "k" | "g" | "ng" | "hh" => Self::Narrow,
            "iy" | "ih" | "ey" | "y" => Self::Wide,
            "eh" | "ah" | "ax" | "er" => Self::Mid,
            "aa" | "ae" | "ay" | "aw" => Self::Open,
            "uw" | "uh" | "ow" | "ao" | "oy" | "w" | "r" | "sh" | "zh" | "ch" | "jh" => Self::Round,
            _ => return None,
        })
    }

    /// How far open and how round the mouth is.
    pub fn mouth(self) -> Mouth {
        let (open, round) = match self {
            Self::Rest | Self::Closed => (0.0, 0.0),
            Self::Teeth => (0.12, 0.0),
            Self::Narrow => (0.25, 0.0),
            Self::Wide => (0.5, 0.0),
            Self::Mid => (0.7, 0.2),
            Self::Open => (1.0, 0.0),
            Self::Round => (0.5, 1.0),
        };
        Mouth { open, round }
    }
}

/// The mouth in each of `frames` frames, when `phones` (each with its end, in seconds) begin at `start_s`.
///
/// A shape is reached in the middle of its phone and left at once for the next, as one vowel colours its neighbours.
pub fn mouths(phones: &[(Viseme, f32)], start_s: f32, frames: usize) -> Vec<Mouth> {
    let begins = std::iter::once(0.0).chain(phones.iter().map(|(_, end)| *end));
    let middles: Vec<(f32, Mouth)> = begins
        .zip(phones)
        .map(|(begin, (viseme, end))| (start_s + (begin + end) / 2.0, viseme.mouth()))
        .collect();
    let step = 1.0 / (FPS * POINTS as f32);
    (0..frames)
        .map(|frame| {
            let points =
                (0..POINTS).map(|point| at(&middles, ((frame * POINTS + point) as f32 + 0.5) * step));
            let sum = points.fold((0.0, 0.0), |sum, mouth| (sum.0 + mouth.open, sum.1 + mouth.round));
            Mouth { open: sum.0 / POINTS as f32, round: sum.1 / POINTS as f32 }
        })
        .collect()
}

/// The mouth at `time`, on a straight line from shape to shape.
fn at(middles: &[(f32, Mouth)], time: f32) -> Mouth {
    let next = middles.partition_point(|(middle, _)| *middle <= time);
    match (next.checked_sub(1).and_then(|last| middles.get(last)), middles.get(next)) {
        (Some((from, before)), Some((to, after))) => {
            let part = (time - from) / (to - from).max(f32::MIN_POSITIVE);
            Mouth {
                open: before.open + part * (after.open - before.open),
                round: before.round + part * (after.round - before.round),
            }
        }
        _ => Viseme::Rest.mouth(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mouth_is_open_in_a_vowel_shut_in_an_m_and_at_rest_before_and_after() {
        let phones = [
            (Viseme::Rest, 0.05),
            (Viseme::Open, 0.45),
            (Viseme::Closed, 0.7),
            (Viseme::Round, 1.0),
            (Viseme::Rest, 1.1),
        ];
        let mouths = mouths(&phones, 0.5, 36);
        assert_eq!(mouths.len(), 36);
        let frame = |seconds: f32| mouths[(seconds * FPS) as usize];
        assert_eq!((frame(0.2).open, frame(2.5).open), (0.0, 0.0));
        assert!(frame(0.76).open > 0.85, "{:?}", frame(0.76));
        assert!(frame(1.08).open < 0.25, "{:?}", frame(1.08));
        assert!(frame(1.35).round > 0.6 && frame(0.76).round < 0.1);
        assert!(mouths.iter().all(|mouth| (0.0..=1.0).contains(&mouth.open)));
    }

    #[test]
    fn a_name_that_is_no_phone_has_no_shape() {
        assert_eq!(Viseme::of("qq"), None);
    }
}
