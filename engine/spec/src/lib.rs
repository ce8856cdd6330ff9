#![doc = include_str!("../README.md")]

mod capture;
pub mod catalogue;
mod clip;
mod colour_bars;
mod engine;
pub mod lease;
mod likeness;
pub mod limits;
mod material;
mod names;
mod report;
mod spec;

pub use capture::{CaptureReader, FaceFindings, FacePose, Findings, Subject};
pub use clip::{Audio, Clip, Frames, Picture};
pub use colour_bars::ColourBars;
pub use engine::{Engine, EngineError, Phase, Progress};
pub use likeness::{Avatar, Colours, HairStyle, LIKENESS_FEATURES, Likeness, Rgb};
pub use material::{Material, SourceClip};
pub use names::{is_named, stands_at};
pub use report::{CostReport, DeviceUse, Output, PhaseCost};
pub use spec::{BadSize, Role, Shot, Size, Source, Spec};
