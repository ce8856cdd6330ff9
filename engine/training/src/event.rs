//! What is seen and heard in one moment.

use serde::{Serialize, Serializer};

/// A moment whose sound begins at once, so that it can be measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// Seconds from the start of the clip.
    pub at: f32,
    /// What it is.
    pub kind: Kind,
}

/// What happens in that moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something lands on the ground.
    Thud,
    /// Something takes off from the ground.
    Leap,
    /// Two things meet.
    Click,
    /// Something explodes.
    Explosion,
    /// Something falls into water.
    Splash,
    /// A foot meets the ground.
    Step,
    /// A drum is hit.
    Drum,
    /// A bell rings.
    Bell,
}

impl Kind {
    /// Its name in labels.
    pub fn name(self) -> &'static str {
        match self {
            Self::Thud => "thud",
            Self::Leap => "leap",
            Self::Click => "click",
            Self::Explosion => "explosion",
            Self::Splash => "splash",
            Self::Step => "step",
            Self::Drum => "drum",
            Self::Bell => "bell",
        }
    }
}

/// `[seconds, "kind"]`.
impl Serialize for Event {
    fn serialize<Out: Serializer>(&self, out: Out) -> Result<Out::Ok, Out::Error> {
        (self.at, self.kind.name()).serialize(out)
    }
}
