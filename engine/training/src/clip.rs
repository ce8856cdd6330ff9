//! Puts the parts of a clip together: pictures, sound, words and labels. Decides nothing itself.

use serde::Serialize;

use crate::action::{Motion, Pose, motion};
use crate::backdrop;
use crate::caption::caption;
use crate::colour::mix;
use crate::dice::{Dice, Part, Source};
use crate::plan::{Plan, plan};
use crate::raster::Canvas;
use crate::shape;
use crate::sound;

/// A finished clip.
pub struct Clip {
    /// What it shows.
    pub label: Label,
    /// Its frames one after another, each in rows of RGB bytes.
    pub pixels: Vec<u8>,
    /// Its sound, between -1 and 1.
    pub samples: Vec<f32>,
}

/// What is known about a clip.
#[derive(Serialize)]
pub struct Label {
    /// The clip's place in its stream.
    pub index: u64,
    /// What a person might write to get it.
    pub caption: String,
    /// Scene.
    pub scene: &'static str,
    /// Object.
    pub object: &'static str,
    /// Colour of the object.
    pub colour: &'static str,
    /// Action.
    pub action: &'static str,
    /// Size of the object.
    pub size: &'static str,
    /// "left", "right", or "none" where the action has no direction.
    pub direction: &'static str,
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Number of frames.
    pub frames: usize,
    /// Samples a second.
    pub sample_rate: u32,
    /// Number of samples.
    pub samples: usize,
    /// Whether there is music.
    pub music: bool,
    /// Centre and radius of the object in every frame, in pixels.
    pub track: Vec<[f32; 3]>,
    /// When something is heard that the pictures show, in seconds.
    pub events: Vec<f32>,
}

/// The clip at `source`.
pub fn clip(source: Source, frames: usize) -> Clip {
    let plan = plan(source, frames);
    let motion = motion(&plan, &mut Dice::new(source, Part::Motion));
    let samples = sound::sound(&plan, &motion);
    Clip { label: label(&plan, &motion), pixels: pictures(&plan, &motion), samples }
}

fn label(plan: &Plan, motion: &Motion) -> Label {
    let tenths = |value: f32| (value * 10.0).round() / 10.0;
    Label {
        index: plan.source.index,
        caption: caption(plan),
        scene: plan.scene.name(),
        object: plan.object.name(),
        colour: plan.colour.name(),
        action: plan.action.name(),
        size: plan.size.name(),
        direction: match (plan.action.has_direction(), plan.facing > 0.0) {
            (false, _) => "none",
            (true, true) => "right",
            (true, false) => "left",
        },
        width: plan.width,
        height: plan.height,
        frames: plan.frames,
        sample_rate: sound::SAMPLE_RATE,
        samples: sound::length(plan.frames),
        music: plan.music.is_some(),
        track: motion
            .poses
            .iter()
            .map(|Pose { x, y, radius, .. }| [x, y, radius].map(|value| tenths(*value)))
            .collect(),
        events: motion.events.clone(),
    }
}

/// Paints the background once and then, in each frame, only what the object touches.
fn pictures(plan: &Plan, motion: &Motion) -> Vec<u8> {
    let mut dice = Dice::new(plan.source, Part::Backdrop);
    let backdrop = backdrop::paint(plan, &mut dice);
    let tone = dice.between(-0.06, 0.06);
    let tint = if tone < 0.0 { [0.0; 3] } else { [255.0; 3] };
    let colour = mix(plan.colour.rgb(), tint, tone.abs());
    let mut canvas: Canvas = backdrop.clone();
    let frame_bytes = plan.width * plan.height * 3;
    let mut empty = vec![0; frame_bytes];
    backdrop.write(backdrop.whole(), &mut empty);
    let mut pixels = empty.repeat(plan.frames);
    for (pose, frame) in motion.poses.iter().zip(pixels.chunks_exact_mut(frame_bytes)) {
        // The areas overlap, so both are written before either is cleaned.
        let areas = shape::draw(&mut canvas, plan.object, colour, pose, plan.ground);
        areas.iter().for_each(|area| canvas.write(*area, frame));
        areas.iter().for_each(|area| canvas.restore(&backdrop, *area));
    }
    pixels
}
