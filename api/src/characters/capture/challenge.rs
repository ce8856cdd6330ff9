//! What a capture must answer: digits to speak and a sequence of turns of the head, drawn anew each time. Pure but for the
//! draw.

use rand::TryRng as _;
use rand::rngs::SysRng;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ApiError;
use crate::clock::SECOND_US;

/// How long a challenge can be answered, microseconds.
pub const CHALLENGE_US: i64 = 600 * SECOND_US;
/// Digits to speak.
pub const DIGITS: usize = 3;
/// Turns of the head.
pub const TURNS: usize = 3;

/// Where a head turns, as its owner would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = HeadTurn)]
pub enum Turn {
    /// To the person's left: towards the right edge of a picture that is not mirrored.
    Left,
    /// To the person's right.
    Right,
}

impl Turn {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// To be spoken, one after the other.
    pub digits: String,
    /// To be made after that, each with a look ahead in between.
    pub turns: Vec<Turn>,
}

impl Task {
    /// A new one, from the system's source of chance.
    ///
    /// # Errors
    /// When the system has none.
    pub fn draw() -> Result<Self, ApiError> {
        let mut bytes = [0; 8];
        SysRng.try_fill_bytes(&mut bytes).map_err(|error| ApiError::Internal(error.into()))?;
        let number = u64::from_le_bytes(bytes);
        let (turns, digits) = (number % (1 << TURNS), (number >> TURNS) % 10_u64.pow(DIGITS as u32));
        let turn = |at: usize| if turns >> at & 1 == 0 { Turn::Left } else { Turn::Right };
        Ok(Self { digits: format!("{digits:0DIGITS$}"), turns: (0..TURNS).map(turn).collect() })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_task_has_its_form_and_all_turns_and_digits_occur() {
        let (mut sequences, mut digits) = (HashSet::new(), HashSet::new());
        for _ in 0..500 {
            let task = Task::draw().unwrap();
            assert_eq!(task.turns.len(), TURNS);
            assert!(task.digits.len() == DIGITS && task.digits.bytes().all(|byte| byte.is_ascii_digit()));
            sequences.insert(task.turns.iter().map(|turn| turn.name()).collect::<String>());
            digits.extend(task.digits.chars());
        }
        assert_eq!((sequences.len(), digits.len()), (1 << TURNS, 10));
    }
}
