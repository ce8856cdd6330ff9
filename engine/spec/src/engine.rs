//! The seam between whoever leases runs and whatever makes clips.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::{Clip, Material, Picture, Spec};

/// The parts of a run, in order. `Encode` and `Upload` belong to the worker, the others to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Weights from disk to the device; only the first run of a process has it.
    Load,
    /// Prompt to text states.
    Text,
    /// Pictures and sound that were handed in to latents.
    Condition,
    /// The denoising steps.
    Denoise,
    /// Latents to pictures.
    Decode,
    /// Spectrogram to samples.
    Vocode,
    /// Pictures and samples to files.
    Encode,
    /// Files to the server.
    Upload,
}

impl Phase {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Text => "text",
            Self::Condition => "condition",
            Self::Denoise => "denoise",
            Self::Decode => "decode",
            Self::Vocode => "vocode",
            Self::Encode => "encode",
            Self::Upload => "upload",
        }
    }
}

/// How far a run is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// Share of the whole engine work that is done, in [0, 1], never falling.
    pub fraction: f32,
    /// What the clip will look like: once a run, about half way, from an engine that can tell.
    pub preview: Option<Picture>,
}

impl Progress {
    /// So far, without a picture.
    #[must_use]
    pub const fn new(phase: Phase, fraction: f32) -> Self {
        Self { phase, fraction, preview: None }
    }
}

/// Why an engine gave no clip.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The callback asked to stop.
    #[error("the run was canceled")]
    Canceled,
    /// The engine does not have this model.
    #[error("this engine has no model named {0}")]
    UnknownModel(String),
    /// The model cannot do what the spec asks; trying again would not help.
    #[error("{0}")]
    Unsupported(String),
    /// The weights are missing, damaged or of another shape.
    #[error("the weights cannot be used: {0}")]
    Weights(String),
    /// Anything else; another attempt may succeed.
    #[error("{0}")]
    Failed(String),
}

/// Turns a spec into a clip.
///
/// An engine is owned by one thread, which is also the only one that touches its device.
pub trait Engine {
    /// The ids of the models it can run, for claiming leases.
    fn models(&self) -> Vec<String>;

    /// Makes the clip: same spec, material and device class, same frames.
    ///
    /// `progress` is called at least once a denoising step and answers `Break` when the run is to stop.
    ///
    /// # Errors
    /// [`EngineError::Canceled`] within one denoising step of `Break`; the others as they are named.
    fn generate(
        &mut self,
        spec: &Spec,
        material: &Material,
        progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
    ) -> Result<Clip, EngineError>;
}
