//! Which engine a worker gets, and what it computes on.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use kinora_spec::catalogue::{COLOUR_BARS, KINORA_MINI, Model};
use kinora_spec::{CaptureReader, ColourBars, Engine, EngineError};
use kinora_worker::EngineFactory;

/// Makes an engine with the embedded model for a device. It is quick: weights are loaded by the first clip.
pub type MakeMini = fn(Device) -> Box<dyn Engine>;

/// Makes a reader of captures, with the models of faces in a folder if there is one.
pub type MakeReader = fn(Option<&Path>) -> Result<Box<dyn CaptureReader>, EngineError>;

/// What a build with the embedded engine has.
#[derive(Clone, Copy)]
pub struct BuiltIn {
    /// Makes engines.
    pub mini: MakeMini,
    /// Makes readers of captures.
    pub reader: MakeReader,
}

/// What to compute on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Device {
    /// The graphics card if there is one, else the processor.
    Auto,
    /// A graphics card, through Vulkan, Metal or DirectX 12.
    Wgpu,
    /// The processor.
    Flex,
}

impl Device {
    /// The device of that name.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        let found = Self::from_str(name, false).ok();
        found.with_context(|| format!("`device` is auto, wgpu or flex, not {name:?}"))
    }

    /// The name, as on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Wgpu => "wgpu",
            Self::Flex => "flex",
        }
    }
}

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The embedded model.
    Mini,
    /// A test card without a model.
    ColourBars,
}

/// Which engine, and on what.
#[derive(Clone, Copy, Debug, Args)]
pub struct EngineArgs {
    /// What to compute on [default: auto]
    #[arg(long, env = "KINORA_DEVICE", value_enum)]
    pub device: Option<Device>,
    /// For tests only: `colour-bars` makes test cards instead of clips and offers the model of that name.
    #[arg(long, env = "KINORA_ENGINE", value_enum, default_value = "mini", hide = true)]
    engine: Kind,
    /// For tests only: how long each of the eight steps of a test card takes, milliseconds.
    #[arg(long, env = "KINORA_COLOUR_BARS_STEP_MS", default_value_t = 0, hide = true)]
    colour_bars_step_ms: u64,
}

impl EngineArgs {
    /// The model that the engine has.
    pub const fn model(&self) -> &'static Model {
        match self.engine {
            Kind::Mini => &KINORA_MINI,
            Kind::ColourBars => &COLOUR_BARS,
        }
    }

    /// The settings of a server that offers what the engine has: none where that is the default.
    pub fn overrides(&self) -> Vec<(&'static str, String)> {
        match self.engine {
            Kind::Mini => Vec::new(),
            Kind::ColourBars => {
                let model = COLOUR_BARS.id.to_owned();
                vec![("models", model.clone()), ("default_model", model)]
            }
        }
    }

    /// What makes the engine, on `device` unless the command line names another.
    pub fn factory(&self, built_in: Option<BuiltIn>, device: Device) -> anyhow::Result<EngineFactory> {
        let step = Duration::from_millis(self.colour_bars_step_ms);
        let device = self.device.unwrap_or(device);
        match (self.engine, built_in) {
            (Kind::ColourBars, _) => Ok(Arc::new(move || Ok(Box::new(ColourBars { step })))),
            (Kind::Mini, Some(built_in)) => Ok(Arc::new(move || Ok((built_in.mini)(device)))),
            (Kind::Mini, None) => bail!(
                "this kinora was built without the embedded engine (cargo feature `engine`), so it makes no clips \
                 itself: serve with --workers 0 and let workers elsewhere make them"
            ),
        }
    }
}
