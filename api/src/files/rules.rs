//! How large files may be, how many there may be, and how long they are kept. Pure.

use crate::clock::SECOND_US;
use crate::refusal::Refusal;

/// Largest file, bytes: as OpenAI's of a batch.
pub const FILE_BYTES_MAX: u64 = 200_000_000;
/// Most bytes of all files that a project uploaded and that are kept.
pub const FILES_BYTES_MAX: i64 = 2_000_000_000;
/// Most files that a project uploaded and that are kept.
pub const FILES_MAX: i64 = 1_000;
/// How long a file is kept when its upload says nothing, seconds: 30 days.
pub const KEPT_SECONDS_DEFAULT: i64 = 30 * 86_400;
/// Shortest time that an upload may ask for, seconds.
pub const KEPT_SECONDS_MIN: i64 = 3_600;
/// Longest time that an upload may ask for, seconds.
pub const KEPT_SECONDS_MAX: i64 = 30 * 86_400;
/// Longest name of a file, characters.
const FILENAME_CHARS_MAX: usize = 255;

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The lines of a batch.
    Batch,
    /// What a batch wrote.
    BatchOutput,
    /// Pictures that models are shown.
    Vision,
    /// Whatever a customer hands in.
    UserData,
}

impl Purpose {
    /// The name on the wire and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Batch => "batch",
            Self::BatchOutput => "batch_output",
            Self::Vision => "vision",
            Self::UserData => "user_data",
        }
    }

    /// The purpose of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Batch, Self::BatchOutput, Self::Vision, Self::UserData]
            .into_iter()
            .find(|one| one.name() == name)
    }

    /// Whether customers upload files for it; others the server writes.
    pub const fn is_uploaded(self) -> bool {
        !matches!(self, Self::BatchOutput)
    }

    /// Whether videos can be made from a file with the purpose of that name.
    pub fn of_material(name: &str) -> bool {
        matches!(Self::from_name(name), Some(Self::Vision | Self::UserData))
    }
}

/// Where a file is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Its bytes are arriving; nobody finds it.
    Uploading,
    /// It is there.
    Processed,
    /// Nobody finds it any more; its bytes are about to be removed.
    Deleted,
}

impl State {
    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Uploading => "uploading",
            Self::Processed => "processed",
            Self::Deleted => "deleted",
        }
    }
}

/// The name of a file, as its upload says. It is shown, and never a path of ours.
///
/// # Errors
/// When it is too long or has control characters.
pub fn filename(text: &str) -> Result<String, Refusal> {
    let chars = text.chars().count();
    if chars == 0 || chars > FILENAME_CHARS_MAX || text.chars().any(char::is_control) {
        let problem = "expected a file whose name has 1 to 255 characters and no control characters.";
        return Err(Refusal::invalid("file", problem));
    }
    Ok(text.to_owned())
}

/// When a file made at `now_us` is removed, microseconds since 1970.
pub fn expires_at(now_us: i64, kept_seconds: i64) -> i64 {
    now_us.saturating_add(kept_seconds.saturating_mul(SECOND_US))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_short_and_can_be_shown() {
        let long = "ä".repeat(255);
        for good in ["lines.jsonl", "../../etc/passwd", &long] {
            assert_eq!(filename(good).as_deref(), Ok(good));
        }
        for bad in ["", "a\0b", "a\nb", &format!("{long}x")] {
            assert!(filename(bad).is_err(), "{bad:?}");
        }
    }
}
