//! What a clip was before it became pictures and sound, as it is kept: enough to make the same frames and samples again,
//! bit for bit on the same kind of device, and to go on from them.
//!
//! A reel is a safetensors file. For the N-th window from 0 it has `video.N`, `[1, z, steps, rows, columns]`, and `sound.N`,
//! `[1, tokens, audio_dim]`: everything that was denoised and the clean beginning, normalised, F32. Its metadata have one
//! entry, `reel`, the JSON of [`Label`].

use std::collections::HashMap;

use burn::tensor::{Device, Tensor};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::{Deserialize, Serialize};

use super::canvas::Canvas;
use super::config::Config;
use super::footage::{Footage, FootageShape};
use super::window::{Place, Window};
use crate::checkpoint::Checkpoint;

/// The form that is written; others are not read.
const VERSION: u32 = 1;
/// Key of the label among the metadata.
const LABEL: &str = "reel";

/// What is written on a reel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The form of the file.
    pub version: u32,
    /// Model and encoder, [`Config::latents_of`]; no other can do anything with it.
    pub model: String,
    /// Rows and columns that were painted, pixels.
    pub canvas: [usize; 2],
    /// Frames of the clip.
    pub frames: usize,
    /// Length of the clip, seconds.
    pub seconds: u32,
    /// How the windows follow each other.
    pub windows: Vec<Window>,
}

/// A clip's footage.
pub struct Reel {
    /// What it is.
    pub label: Label,
    /// One for each window of the label.
    pub footage: Vec<Footage>,
}

impl Reel {
    /// A reel of windows that were made.
    ///
    /// # Panics
    /// If there are not as many windows as pieces of footage.
    #[must_use]
    pub fn new(config: &Config, canvas: [usize; 2], windows: Vec<Window>, footage: Vec<Footage>) -> Self {
        assert_eq!(windows.len(), footage.len(), "every window has its footage");
        let frames = Place::default().after_all(&windows).frames;
        let seconds = frames as u32 / config.fps;
        let label = Label { version: VERSION, model: config.latents_of(), canvas, frames, seconds, windows };
        Self { label, footage }
    }

    /// The file. Waits for the device.
    ///
    /// # Errors
    /// A text for the operator when the device gives something else than F32 numbers.
    pub fn write(&self) -> Result<Vec<u8>, String> {
        let mut tensors = vec![];
        for (index, Footage { video, sound }) in self.footage.iter().enumerate() {
            tensors.push((format!("video.{index}"), video.dims().to_vec(), bytes(video.clone())?));
            tensors.push((format!("sound.{index}"), sound.dims().to_vec(), bytes(sound.clone())?));
        }
        let label = serde_json::to_string(&self.label).map_err(|error| error.to_string())?;
        let mut views = vec![];
        for (name, shape, bytes) in &tensors {
            let view =
                TensorView::new(Dtype::F32, shape.clone(), bytes).map_err(|error| error.to_string())?;
            views.push((name, view));
        }
        let metadata = HashMap::from([(LABEL.to_owned(), label)]);
        safetensors::serialize(views, Some(metadata)).map_err(|error| error.to_string())
    }

    /// Reads a file. Nothing in it is trusted: it must be of this model and canvas, windows must follow each other and tensors
    /// must be of their shape.
    ///
    /// # Errors
    /// A text that says what is wrong with it.
    pub fn read(bytes: &[u8], config: &Config, canvas: Canvas, device: &Device) -> Result<Self, String> {
        let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
        let label = metadata.metadata().as_ref().and_then(|all| all.get(LABEL));
        let label = label.ok_or("it is not labelled as a reel")?;
        let label: Label = serde_json::from_str(label).map_err(|error| format!("its label: {error}"))?;
        label.check(config, canvas)?;
        let file = Checkpoint::new(bytes).map_err(|error| error.to_string())?;
        let FootageShape { z, cells: [rows, columns], audio_dim } = FootageShape::new(config, canvas);
        let mut footage = vec![];
        for (index, window) in label.windows.iter().enumerate() {
            let video = file.tensor::<5>(&format!("video.{index}"), device);
            let sound = file.tensor::<3>(&format!("sound.{index}"), device);
            let (video, sound) = (video.map_err(in_words)?, sound.map_err(in_words)?);
            if video.dims() != [1, z, window.steps, rows, columns]
                || sound.dims() != [1, window.tokens, audio_dim]
            {
                let (video, sound) = (video.dims(), sound.dims());
                return Err(format!(
                    "window {index} has {video:?} and {sound:?}, which are not of its length"
                ));
            }
            footage.push(Footage { video, sound });
        }
        file.finish().map_err(in_words)?;
        Ok(Self { label, footage })
    }
}

impl Label {
    fn check(&self, config: &Config, canvas: Canvas) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!("its form is {}; only {VERSION} is read", self.version));
        }
        if self.model != config.latents_of() {
            return Err(format!("it is of {}, not of {}", self.model, config.latents_of()));
        }
        if self.canvas != canvas.painted {
            let ([rows, columns], [own_rows, own_columns]) = (self.canvas, canvas.painted);
            return Err(format!("it is {columns}x{rows} pixels; {own_columns}x{own_rows} are needed"));
        }
        let mut place = Place::default();
        for (index, window) in self.windows.iter().enumerate() {
            if !window.can_follow(place, config.sampling.prefix_latents) {
                return Err(format!("window {index} does not follow the one before"));
            }
            place = place.after(window);
        }
        if place.frames != self.frames
            || self.seconds.checked_mul(config.fps) != u32::try_from(self.frames).ok()
        {
            return Err(format!(
                "it has {} frames where {} and {} s are written on it",
                place.frames, self.frames, self.seconds
            ));
        }
        Ok(())
    }
}

fn in_words(error: crate::checkpoint::CheckpointError) -> String {
    error.to_string()
}

/// The numbers of a tensor, little-endian.
fn bytes<const D: usize>(tensor: Tensor<D>) -> Result<Vec<u8>, String> {
    let numbers = tensor.into_data().try_into_vec::<f32>().map_err(|error| format!("latents: {error:?}"))?;
    Ok(numbers.iter().flat_map(|number| number.to_le_bytes()).collect())
}
