//! From noise to latents: schedules, solvers and guidance. Coefficients are computed in f64 on the host; tensors are only
//! scaled and added. Nothing here knows a model.

mod euler;
mod guidance;
pub mod schedule;
mod unipc;

pub use euler::euler;
pub use guidance::guided;
pub use schedule::Schedule;
pub use unipc::UniPc;
