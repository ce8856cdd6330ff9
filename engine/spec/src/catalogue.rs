//! The models a run may ask for and what each can do: one row a model.

use crate::Size;

/// What one model can do.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    /// The name on the wire.
    pub id: &'static str,
    /// Who made it, as `owned_by` in the list of models.
    pub owned_by: &'static str,
    /// When it was added, Unix seconds.
    pub created_at: i64,
    /// The sizes a finished clip may have.
    pub sizes: &'static [Size],
    /// The lengths a finished clip may have, seconds.
    pub seconds: &'static [u32],
    /// Frames a second of the finished clip.
    pub frames_per_second: u32,
    /// Whether it can make sound.
    pub audio: bool,
}

/// Every size of the Sora API (`1280x720` and its relatives).
const SIZES: &[Size] = &[
    Size::new(720, 1280),
    Size::new(1280, 720),
    Size::new(1024, 1792),
    Size::new(1792, 1024),
    Size::new(1080, 1920),
    Size::new(1920, 1080),
];

/// Every length of the Sora API.
const SECONDS: &[u32] = &[4, 8, 12, 16, 20];

/// The small model whose weights are in the repository.
pub const KINORA_MINI: Model = Model {
    id: "kinora-mini",
    owned_by: "kinora",
    created_at: 1_795_392_000, // 2026-11-23
    sizes: SIZES,
    seconds: SECONDS,
    frames_per_second: 12,
    audio: true,
};

/// A test card without a model behind it; only tests and load tests offer it.
pub const COLOUR_BARS: Model = Model { id: "colour-bars", ..KINORA_MINI };

/// Every model this build knows. Which of them a server offers is its configuration.
pub const MODELS: &[Model] = &[KINORA_MINI, COLOUR_BARS];

/// The model of that id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_model_is_found_by_its_id_and_ids_are_unique() {
        for model in MODELS {
            assert_eq!(find(model.id).map(|found| found.id), Some(model.id));
            assert_eq!(MODELS.iter().filter(|other| other.id == model.id).count(), 1);
        }
    }
}
