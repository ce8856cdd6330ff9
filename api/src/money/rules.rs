//! What of a video is priced, and how much of it was delivered. Pure.

use kinora_billing::{Item, Operation, Quantities};
use kinora_spec::{Output, Size, Spec};

/// Milliseconds in a second.
const SECOND_MS: u32 = 1_000;

/// The resolution tier of a size, as price lists name it: the shorter side, for example `720p`.
#[must_use]
pub fn tier(size: Size) -> String {
    format!("{}p", size.width.min(size.height))
}

/// The row of a price list that a run of `spec` is charged by.
#[must_use]
pub fn item(spec: &Spec, operation: Operation) -> Item {
    Item { model: spec.model.clone(), operation, tier: tier(spec.size) }
}

/// What was asked for: what is new in the clip, and each likeness in it.
#[must_use]
pub fn asked(spec: &Spec) -> Quantities {
    Quantities { milliseconds: spec.new_seconds().saturating_mul(SECOND_MS), references: references(spec) }
}

/// What came out, without what was taken over from a source.
#[must_use]
pub fn delivered(spec: &Spec, output: &Output) -> Quantities {
    let taken_over = spec.seconds.saturating_sub(spec.new_seconds()).saturating_mul(SECOND_MS);
    Quantities { milliseconds: output.milliseconds.saturating_sub(taken_over), references: references(spec) }
}

fn references(spec: &Spec) -> u32 {
    u32::try_from(spec.cast.len()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use kinora_spec::Source;

    use super::*;

    #[test]
    fn a_tier_is_named_for_the_shorter_side() {
        let tiers =
            [((1280, 720), "720p"), ((720, 1280), "720p"), ((1792, 1024), "1024p"), ((1080, 1920), "1080p")];
        for ((width, height), expected) in tiers {
            assert_eq!(tier(Size::new(width, height)), expected);
        }
    }

    #[test]
    fn an_extension_costs_what_is_new_in_it() {
        let mut spec = Spec::of_words("m", "x", Size::new(720, 1280), 20, 1);
        spec.source = Some(Source::Extend { source_seconds: 12 });
        assert_eq!(asked(&spec).milliseconds, 8_000);
        let output = |milliseconds| Output {
            milliseconds,
            frames: 0,
            size: spec.size,
            audio_milliseconds: 0,
            steps: 8,
        };
        assert_eq!(delivered(&spec, &output(20_000)).milliseconds, 8_000);
        assert_eq!(delivered(&spec, &output(11_000)).milliseconds, 0);
        spec.source = Some(Source::Remix { strength_percent: 60 });
        assert_eq!(delivered(&spec, &output(20_000)).milliseconds, 20_000);
    }
}
