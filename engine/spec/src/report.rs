//! What one run took. Measured where it says so; an estimate is called one.

use serde::{Deserialize, Serialize};

use crate::{Phase, Size};

/// The compute side of a clip's receipt; it knows no prices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CostReport {
    /// What it ran on.
    pub device: DeviceUse,
    /// What each part took, in the order it ran.
    pub phases: Vec<PhaseCost>,
    /// Largest resident memory of the process during the run, bytes, where the system tells.
    pub peak_memory_bytes: Option<u64>,
    /// What came out.
    pub output: Output,
}

/// The device of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeviceUse {
    /// Its name as the system gives it, for example the adapter's or the processor's.
    pub name: String,
    /// `flex`, `wgpu` or `none`.
    pub backend: String,
    /// Power assumed for the energy estimate, watts: not measured.
    pub assumed_watts: u32,
}

/// One part of a run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PhaseCost {
    /// Which part.
    pub phase: Phase,
    /// Time on the clock, microseconds.
    pub wall_us: u64,
    /// Time the device was held for it, microseconds; zero for parts that leave the device free.
    pub device_us: u64,
    /// Floating-point operations, counted from the model's configuration (a multiply-add is two).
    pub flops: u64,
}

/// What came out of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Output {
    /// Length, milliseconds.
    pub milliseconds: u32,
    /// Pictures.
    pub frames: u32,
    /// Pixels of the finished clip.
    pub size: Size,
    /// Length of the sound, milliseconds; zero without sound.
    pub audio_milliseconds: u32,
    /// Denoising steps over all windows and passes.
    pub steps: u32,
}

impl CostReport {
    /// Clock time of the whole run, microseconds.
    #[must_use]
    pub fn wall_us(&self) -> u64 {
        self.phases.iter().map(|cost| cost.wall_us).sum()
    }

    /// Time the device was held, microseconds: what the operator's rate per device-hour applies to.
    #[must_use]
    pub fn device_us(&self) -> u64 {
        self.phases.iter().map(|cost| cost.device_us).sum()
    }

    /// Floating-point operations of the whole run.
    #[must_use]
    pub fn flops(&self) -> u64 {
        self.phases.iter().map(|cost| cost.flops).sum()
    }

    /// Energy from the device time at the assumed power, millijoules: an estimate.
    #[must_use]
    pub fn energy_estimate_mj(&self) -> u64 {
        self.device_us().saturating_mul(u64::from(self.device.assumed_watts)) / 1_000
    }
}
