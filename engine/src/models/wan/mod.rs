//! The diffusion transformer of Wan2.1 (as diffusers' `WanTransformer3DModel`), widened by what the small model needs: audio
//! tokens beside video tokens, a timestep per token, another rotary base. With those left out it is Wan's, number by number.
//!
//! No image conditioning (Wan's I2V layers) and no control branch (VACE).

mod attention;
mod block;
mod conditions;
mod config;
mod count;
mod names;
mod patch;
mod time;
mod transformer;

pub use attention::ContextStates;
pub use config::{AudioPredicts, ConfigError, Grid, TransformerConfig};
pub use names::NAMES;
pub use time::Time;
pub use transformer::{Context, Latents, Transformer};
