//! Which device a process computes on: a graphics card through wgpu where there is one, else the processor.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use burn::tensor::Device;
use burn::tensor::wgpu::wgpu::DeviceType;
use burn::tensor::wgpu::{WgpuBackend, WgpuInitError};

/// What the operator asked for, written `auto`, `wgpu` or `flex`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The graphics card if there is one, else the processor.
    #[default]
    Auto,
    /// A graphics interface (Vulkan, Metal, DirectX 12), even one that is computed in software.
    Wgpu,
    /// The processor.
    Flex,
}

impl DeviceChoice {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Wgpu, Self::Flex];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Wgpu => "wgpu",
            Self::Flex => "flex",
        }
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The text names no choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a device is auto, wgpu or flex")]
pub struct BadDevice;

impl FromStr for DeviceChoice {
    type Err = BadDevice;

    fn from_str(text: &str) -> Result<Self, BadDevice> {
        Self::ALL.into_iter().find(|choice| choice.name() == text).ok_or(BadDevice)
    }
}

/// Why no device was opened.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DeviceError {
    /// There is no graphics interface at all, not even one in software.
    #[error("there is no graphics adapter that wgpu can use")]
    NoAdapter,
    /// There is an adapter, but it cannot be used.
    #[error("the graphics adapter cannot be used: {0}")]
    Refused(String),
}

/// Power assumed for a discrete graphics card under load, watts: the middle of the range of cards with 8 to 24 GB.
pub const WATTS_DISCRETE: u32 = 250;
/// Power assumed for a graphics unit that shares a chip with the processor, watts.
pub const WATTS_INTEGRATED: u32 = 30;
/// Power assumed for each hardware thread of a processor, watts: a server processor of 280 W with 64 threads, rounded up.
pub const WATTS_PER_THREAD: u32 = 5;

/// A device that is ready to compute.
#[derive(Clone, Debug)]
pub struct OpenDevice {
    /// For burn.
    pub device: Device,
    /// As the system names it.
    pub name: String,
    /// `wgpu` or `flex`.
    pub backend: &'static str,
    /// Power assumed for energy estimates, watts: not measured.
    pub assumed_watts: u32,
}

/// Opens the device that was asked for. The graphics adapter is looked for once a process.
///
/// Where there are several, `CUBECL_WGPU_DEFAULT_DEVICE` chooses, for example `DiscreteGpu(1)`.
///
/// # Errors
/// [`DeviceError`]; never with [`DeviceChoice::Flex`] or [`DeviceChoice::Auto`], which passes over a graphics card that
/// cannot be used.
pub fn open(choice: DeviceChoice) -> Result<OpenDevice, DeviceError> {
    match choice {
        DeviceChoice::Flex => Ok(processor()),
        DeviceChoice::Wgpu => adapter_of_this_process().map(|adapter| adapter.open),
        DeviceChoice::Auto => match adapter_of_this_process() {
            Ok(adapter) if !adapter.software => Ok(adapter.open),
            Ok(adapter) => {
                tracing::debug!(
                    name = adapter.open.name,
                    "the only graphics adapter is software, not using it"
                );
                Ok(processor())
            }
            Err(reason) => {
                tracing::debug!(%reason, "computing on the processor");
                Ok(processor())
            }
        },
    }
}

/// A graphics adapter.
#[derive(Clone, Debug)]
struct Adapter {
    open: OpenDevice,
    software: bool,
}

/// Graphics interfaces in the order they are tried; those of other systems cost nothing. OpenGL is left out: it computes
/// poorly, and asking for it looks for a display.
const INTERFACES: [WgpuBackend; 3] = [WgpuBackend::Vulkan, WgpuBackend::Metal, WgpuBackend::Dx12];

/// [`adapter`], once: burn refuses to open an adapter again.
fn adapter_of_this_process() -> Result<Adapter, DeviceError> {
    static ADAPTER: OnceLock<Result<Adapter, DeviceError>> = OnceLock::new();
    ADAPTER.get_or_init(adapter).clone()
}

/// The first hardware adapter, else the first in software.
fn adapter() -> Result<Adapter, DeviceError> {
    let mut outcome = Err(DeviceError::NoAdapter);
    for interface in INTERFACES {
        match acquire(interface) {
            Ok(adapter) if !adapter.software => return Ok(adapter),
            Ok(software) if outcome.is_err() => outcome = Ok(software),
            Err(refused @ DeviceError::Refused(_)) if outcome.is_err() => outcome = Err(refused),
            Ok(_) | Err(_) => {}
        }
    }
    outcome
}

/// The interface's fastest adapter.
fn acquire(interface: WgpuBackend) -> Result<Adapter, DeviceError> {
    let acquired = Device::wgpu_options().graphics_api(interface).init_with_setup();
    let (device, setup) = acquired.map_err(|error| match error {
        WgpuInitError::AdapterUnavailable { .. } | WgpuInitError::UnsupportedGraphicsApi { .. } => {
            DeviceError::NoAdapter
        }
        error => DeviceError::Refused(error.to_string()),
    })?;
    let info = setup.adapter.get_info();
    let assumed_watts = match info.device_type {
        DeviceType::DiscreteGpu | DeviceType::VirtualGpu => WATTS_DISCRETE,
        DeviceType::IntegratedGpu | DeviceType::Other => WATTS_INTEGRATED,
        DeviceType::Cpu => processor_watts(),
    };
    let open = OpenDevice { device, name: info.name, backend: "wgpu", assumed_watts };
    Ok(Adapter { open, software: info.device_type == DeviceType::Cpu })
}

fn processor() -> OpenDevice {
    OpenDevice {
        device: Device::flex(),
        name: processor_name(),
        backend: "flex",
        assumed_watts: processor_watts(),
    }
}

fn threads() -> u32 {
    std::thread::available_parallelism().map_or(1, |threads| u32::try_from(threads.get()).unwrap_or(u32::MAX))
}

fn processor_watts() -> u32 {
    threads().saturating_mul(WATTS_PER_THREAD)
}

/// The processor's name where the system tells it in a file, else its architecture.
fn processor_name() -> String {
    let listed = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = listed.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    model.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_read_back_as_it_is_written() {
        for choice in DeviceChoice::ALL {
            assert_eq!(choice.to_string().parse(), Ok(choice));
        }
        assert_eq!("gpu".parse::<DeviceChoice>(), Err(BadDevice));
    }

    #[test]
    fn the_processor_can_always_be_opened_and_auto_never_takes_a_software_adapter() {
        let flex = open(DeviceChoice::Flex).unwrap();
        assert_eq!(flex.backend, "flex");
        assert!(!flex.name.is_empty() && flex.assumed_watts > 0);
        let auto = open(DeviceChoice::Auto).unwrap();
        let software = adapter_of_this_process().is_ok_and(|adapter| adapter.software);
        assert!(!software || auto.backend == "flex");
    }
}
