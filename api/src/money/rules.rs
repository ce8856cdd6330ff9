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
pub fn item(spec: &Spec) -> Item {
    Item { model: spec.model.clone(), operation: Operation::Create, tier: tier(spec.size) }
}

/// What was asked for.
#[must_use]
pub fn asked(spec: &Spec) -> Quantities {
    Quantities { milliseconds: spec.seconds.saturating_mul(SECOND_MS), references: 0 }
}

/// What came out.
#[must_use]
pub fn delivered(output: &Output) -> Quantities {
    Quantities { milliseconds: output.milliseconds, references: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_is_named_for_the_shorter_side() {
        let tiers =
            [((1280, 720), "720p"), ((720, 1280), "720p"), ((1792, 1024), "1024p"), ((1080, 1920), "1080p")];
        for ((width, height), expected) in tiers {
            assert_eq!(tier(Size::new(width, height)), expected);
        }
    }
}
