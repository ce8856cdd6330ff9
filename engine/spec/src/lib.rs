#![doc = include_str!("../README.md")]

pub mod catalogue;
mod clip;
mod colour_bars;
mod engine;
pub mod lease;
pub mod limits;
mod report;
mod spec;

pub use clip::{Audio, Clip, Frames, Picture};
pub use colour_bars::ColourBars;
pub use engine::{Engine, EngineError, Phase, Progress};
pub use report::{CostReport, DeviceUse, Output, PhaseCost};
pub use spec::{BadSize, Size, Spec};
