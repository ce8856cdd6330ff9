//! The sound of a clip, put together: what happens, heard in the moment it is seen; what things do all the time; who calls or
//! talks; the place; the music. Each has its own file, and `level` says how loud it is.

use crate::act::Course;
use crate::action::FPS;
use crate::animal::Caller;
use crate::dice::{Dice, Part};
use crate::event::Event;
use crate::impact::{self, Body};
use crate::level::{self, ALONE, BEHIND, Beds, PEAK_MAX};
use crate::motion::Motion;
use crate::plan::Plan;
use crate::synth::STEP_S;
use crate::{ambience, animal, motor, music};

/// Samples a second.
pub const SAMPLE_RATE: u32 = 16_000;

/// The number of samples that belong to `frames` frames: sample `n` is heard during frame `n * 12 / 16000`.
pub fn length(frames: usize) -> usize {
    frames * SAMPLE_RATE as usize / FPS as usize
}

/// The sound of a planned clip about an object.
pub fn sound(plan: &Plan, motion: &Motion) -> Vec<f32> {
    let mut dice = Dice::new(plan.source, Part::Sound);
    let beds = if motion.events.is_empty() { ALONE } else { BEHIND };
    let mut samples = around(plan, beds, &mut dice);
    let depth = impact::depth(plan.size);
    if let Some(poses) = motion.bodies.first() {
        let mut own = vec![0.0; samples.len()];
        if motor::add(&mut own, (plan.object, plan.action), depth, poses, &mut dice) {
            level::mix(&mut samples, &own, level::loudest, beds.motor);
        }
    }
    let busy: Vec<f32> = motion.events.iter().map(|event| event.at).collect();
    animal::add(&mut samples, Caller { object: plan.object, depth, loud: beds.call }, &busy, &mut dice);
    let body = Body::thing(plan.object, plan.size, plan.scene);
    blows(&mut samples, motion.events.iter(), body, &mut dice);
    finish(&mut samples);
    samples
}

/// The sound of a planned clip about people.
pub fn people(plan: &Plan, courses: &[Course]) -> Vec<f32> {
    let mut dice = Dice::new(plan.source, Part::Sound);
    let quiet = plan.utterance.is_none() && courses.iter().all(|course| course.events.is_empty());
    let mut samples = around(plan, if quiet { ALONE } else { BEHIND }, &mut dice);
    let events = courses.iter().flat_map(|course| &course.events);
    blows(&mut samples, events, Body::feet(plan.scene), &mut dice);
    if let Some(said) = &plan.utterance {
        let first = (said.at / STEP_S) as usize;
        samples.iter_mut().skip(first).zip(&said.samples).for_each(|(sample, voice)| *sample += voice);
    }
    finish(&mut samples);
    samples
}

/// The place and the music.
fn around(plan: &Plan, beds: Beds, dice: &mut Dice) -> Vec<f32> {
    let mut samples = vec![0.0; length(plan.frames)];
    let mut own = samples.clone();
    ambience::add(&mut own, plan.scene, plan.time, plan.weather, dice);
    level::mix(&mut samples, &own, level::loudness, beds.place);
    if let Some(mood) = plan.music {
        own.fill(0.0);
        music::add(&mut own, mood, dice);
        level::mix(&mut samples, &own, level::loudness, beds.music);
    }
    samples
}

fn blows<'a>(samples: &mut [f32], events: impl Iterator<Item = &'a Event>, body: Body, dice: &mut Dice) {
    for event in events {
        impact::add(samples, *event, body, dice);
    }
}

/// Keeps the peak under its limit and fades both ends for 5 ms.
fn finish(samples: &mut [f32]) {
    let peak = level::peak(samples);
    let scale = if peak > PEAK_MAX { PEAK_MAX / peak } else { 1.0 };
    let fade = ((0.005 / STEP_S) as usize).min(samples.len() / 2).max(1);
    let count = samples.len();
    for (at, sample) in samples.iter_mut().enumerate() {
        let edge = at.min(count - 1 - at);
        *sample *= scale * (edge as f32 / fade as f32).min(1.0);
    }
}

#[cfg(test)]
#[path = "sound_tests.rs"]
mod tests;
