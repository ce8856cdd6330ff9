//! kinora-engine: turns a spec into frames, samples and a cost report, on burn. It knows no customers, money or databases.

pub mod capture;
pub mod checkpoint;
pub mod device;
pub mod faces;
pub mod flops;
pub mod likeness;
pub mod meter;
pub mod models;
pub mod nn;
pub mod pipeline;
pub mod sample;
pub mod seed;

pub use capture::Reader;
pub use device::DeviceChoice;
pub use models::mini::Mini;
