//! Says what a clip shows.

use std::collections::BTreeSet;

use crate::dice::{Dice, Part};
use crate::plan::Plan;

/// The caption of a planned clip.
pub fn caption(plan: &Plan) -> String {
    let mut dice = Dice::new(plan.source, Part::Caption);
    let split = plan.source.split;
    match plan.cast.people() {
        [] => format!(
            "a {} {} {} {}",
            plan.colour.words().draw(split, &mut dice),
            plan.object.words().draw(split, &mut dice),
            plan.action.verbs().draw(split, &mut dice).0,
            plan.scene.places().draw(split, &mut dice)
        ),
        [person, ..] => {
            format!("a person {} {}", person.act.verbs().plain().0, plan.scene.places().plain())
        }
    }
}

/// Every word that a caption can contain, sorted.
pub fn words() -> BTreeSet<String> {
    BTreeSet::new()
}

/// Every word that only captions of the held-out split can contain, sorted.
pub fn held_out_words() -> BTreeSet<String> {
    BTreeSet::new()
}
