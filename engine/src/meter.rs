//! What a run takes, measured while it runs, and the place where it can be stopped. It knows no model.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use burn::tensor::Device;
use kinora_spec::{CostReport, DeviceUse, EngineError, Output, Phase, PhaseCost, Picture, Progress};

use crate::device::OpenDevice;

/// Receives progress; `Break` stops the run.
pub type Report<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// Clock, operations and progress of one run.
pub struct Meter<'a> {
    device: Option<Device>,
    report: Report<'a>,
    costs: Vec<PhaseCost>,
    flops_expected: u64,
    /// Told with the next progress.
    picture: Option<Picture>,
}

impl<'a> Meter<'a> {
    /// A meter for one run.
    pub fn new(report: Report<'a>) -> Self {
        reset_peak_memory();
        Self { device: None, report, costs: vec![], flops_expected: 0, picture: None }
    }

    /// The device whose work is waited for from now on.
    pub fn watch(&mut self, device: Device) {
        self.device = Some(device);
    }

    /// How many operations the whole run will take: what progress is a share of.
    pub fn expect(&mut self, flops: u64) {
        self.flops_expected = flops;
    }

    /// Runs a part that holds the device and waits until the device has done it.
    ///
    /// # Errors
    /// [`EngineError::Canceled`] before the part when the run is to stop, `Failed` when the device is.
    pub fn on_device<T>(
        &mut self,
        phase: Phase,
        flops: u64,
        work: impl FnOnce() -> T,
    ) -> Result<T, EngineError> {
        self.tell(phase)?;
        self.aside(phase, flops, work)
    }

    /// As [`Meter::on_device`], for a part of another phase within one: it is counted where it belongs and told nowhere.
    ///
    /// # Errors
    /// [`EngineError::Failed`] when the device fails.
    pub fn aside<T>(&mut self, phase: Phase, flops: u64, work: impl FnOnce() -> T) -> Result<T, EngineError> {
        let start = Instant::now();
        let value = work();
        if let Some(device) = &self.device {
            device.sync().map_err(|error| EngineError::Failed(format!("the device failed: {error:?}")))?;
        }
        let taken = start.elapsed();
        self.add(phase, flops, taken, taken);
        Ok(value)
    }

    /// Runs a part that leaves the device free; its operations are not counted.
    ///
    /// # Errors
    /// [`EngineError::Canceled`] before the part when the run is to stop.
    pub fn on_host<T>(&mut self, phase: Phase, work: impl FnOnce() -> T) -> Result<T, EngineError> {
        self.tell(phase)?;
        let start = Instant::now();
        let value = work();
        self.add(phase, 0, start.elapsed(), Duration::ZERO);
        Ok(value)
    }

    /// Shows what the clip will look like, with the next progress.
    pub fn show(&mut self, picture: Picture) {
        self.picture = Some(picture);
    }

    /// Ends the run.
    #[must_use]
    pub fn finish(self, device: &OpenDevice, output: Output) -> CostReport {
        CostReport {
            device: DeviceUse {
                name: device.name.clone(),
                backend: device.backend.to_owned(),
                assumed_watts: device.assumed_watts,
            },
            phases: self.costs,
            peak_memory_bytes: peak_memory_bytes(),
            output,
        }
    }

    fn tell(&mut self, phase: Phase) -> Result<(), EngineError> {
        let done: u64 = self.costs.iter().map(|cost| cost.flops).sum();
        let fraction = (done as f64 / self.flops_expected.max(1) as f64).min(1.0) as f32;
        match (self.report)(Progress { phase, fraction, preview: self.picture.take() }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(EngineError::Canceled),
        }
    }

    fn add(&mut self, phase: Phase, flops: u64, wall: Duration, device: Duration) {
        let (wall_us, device_us) = (micros(wall), micros(device));
        match self.costs.iter_mut().find(|cost| cost.phase == phase) {
            Some(cost) => {
                cost.wall_us += wall_us;
                cost.device_us += device_us;
                cost.flops += flops;
            }
            None => self.costs.push(PhaseCost { phase, wall_us, device_us, flops }),
        }
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// Sets the process's peak back to what it holds now, where the system can (Linux, `man 5 proc`, `clear_refs`). Where it
/// cannot, the peak stays that of the whole life of the process.
fn reset_peak_memory() {
    // A refusal, for example on a read-only /proc, only makes the number larger.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// Most resident memory of the process since [`reset_peak_memory`], bytes; nothing outside Linux. It counts the whole
/// process, whatever else runs in it.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_that_runs_twice_is_one_line_and_progress_is_the_share_of_operations() {
        let (mut told, mut shown) = (vec![], vec![]);
        let mut report = |progress: Progress| {
            told.push(progress.fraction);
            shown.push(progress.preview.is_some());
            ControlFlow::Continue(())
        };
        let mut meter = Meter::new(&mut report);
        meter.watch(Device::flex());
        meter.expect(8);
        for _ in 0..2 {
            meter.on_device(Phase::Denoise, 3, || ()).unwrap();
        }
        meter.aside(Phase::Decode, 1, || ()).unwrap();
        meter.show(Picture { width: 1, height: 1, rgb: vec![0; 3] });
        meter.on_device(Phase::Decode, 1, || ()).unwrap();
        meter.on_host(Phase::Vocode, || ()).unwrap();
        let flops: Vec<_> = meter.costs.iter().map(|cost| (cost.phase, cost.flops)).collect();
        assert_eq!(flops, [(Phase::Denoise, 6), (Phase::Decode, 2), (Phase::Vocode, 0)]);
        assert_eq!(told, [0.0, 0.375, 0.875, 1.0]);
        assert_eq!(shown, [false, false, true, false]);
    }

    #[test]
    fn a_part_is_not_begun_once_the_run_is_to_stop() {
        let mut report = |_| ControlFlow::Break(());
        let mut meter = Meter::new(&mut report);
        let outcome = meter.on_device(Phase::Denoise, 1, || unreachable!("begun"));
        assert!(matches!(outcome, Err::<(), _>(EngineError::Canceled)));
    }

    #[test]
    fn linux_tells_the_peak_memory() {
        assert_eq!(peak_memory_bytes().is_some(), cfg!(target_os = "linux"));
    }
}
