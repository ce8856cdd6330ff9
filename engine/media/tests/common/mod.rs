//! A clip whose every pixel is known by formula, so that what comes out of a codec can be compared with the truth
//! and not with another program's scaling. The programs that look at files are in `programs`.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod films;
pub mod programs;

use std::f32::consts::TAU;
use std::ops::ControlFlow;

use kinora_media::Files;
use kinora_spec::{Audio, Clip, CostReport, DeviceUse, Frames, Output, Size};

/// Frames a second of every clip here.
pub const PER_SECOND: u32 = 12;

/// Samples a second of every clip here.
pub const SAMPLE_RATE: u32 = 16_000;

/// Moving gradients of `native` pixels with a 440 Hz tone.
pub fn clip(native: Size, seconds: u32) -> Clip {
    let mut rgb = Vec::new();
    for frame in 0..seconds * PER_SECOND {
        for row in 0..native.height {
            for column in 0..native.width {
                let place = (column as f32 + 0.5, row as f32 + 0.5);
                rgb.extend(colour(native, place, frame).map(|value| value.round() as u8));
            }
        }
    }
    let tone = |n: u32| 0.5 * (TAU * 440.0 * n as f32 / SAMPLE_RATE as f32).sin();
    let samples = (0..seconds * SAMPLE_RATE).map(tone).collect();
    with(
        Frames { width: native.width, height: native.height, per_second: PER_SECOND, rgb },
        Some(Audio { sample_rate: SAMPLE_RATE, samples }),
    )
}

/// A clip of these pictures and this sound.
pub fn with(frames: Frames, audio: Option<Audio>) -> Clip {
    let report = CostReport {
        device: DeviceUse { name: "none".into(), backend: "none".into(), assumed_watts: 0 },
        phases: Vec::new(),
        peak_memory_bytes: None,
        output: Output { milliseconds: 0, frames: 0, size: Size::new(0, 0), audio_milliseconds: 0, steps: 0 },
    };
    Clip { frames, audio, latents: None, report }
}

/// The colour at a place of a native frame, pixels from its corner; half pixels are the middles.
pub fn colour(native: Size, (x, y): (f32, f32), frame: u32) -> [f32; 3] {
    let (u, v) = (x / native.width as f32, y / native.height as f32);
    let wave = |turns: f32| 128.0 + 90.0 * (TAU * (turns + frame as f32 / 40.0)).sin();
    [wave(1.5 * u), wave(2.0 * v + 0.3), wave(u + v + 0.6)]
}

/// Peak signal to noise of pictures of `size` against the formula from frame `first` on, decibels.
pub fn psnr(rgb: &[u8], native: Size, size: Size, first: u32) -> f64 {
    let scale = (size.width as f32 / native.width as f32).max(size.height as f32 / native.height as f32);
    let left = (native.width as f32 - size.width as f32 / scale) / 2.0;
    let top = (native.height as f32 - size.height as f32 / scale) / 2.0;
    let (mut squares, mut count) = (0.0, 0);
    // A prime step visits every row and column without looking at every pixel.
    for (index, pixel) in rgb.as_chunks::<3>().0.iter().enumerate().step_by(101) {
        let (row, column) = (index / size.width as usize, index % size.width as usize);
        let (frame, row) = (row / size.height as usize, row % size.height as usize);
        let place = (left + (column as f32 + 0.5) / scale, top + (row as f32 + 0.5) / scale);
        let truth = colour(native, place, first + frame as u32);
        squares += (0..3)
            .map(|channel| (f64::from(pixel[channel]) - f64::from(truth[channel])).powi(2))
            .sum::<f64>();
        count += 3;
    }
    10.0 * (255.0f64.powi(2) * f64::from(count) / squares).log10()
}

/// The files of a clip that has nothing wrong with it.
pub fn files(clip: &Clip, size: Size, seconds: u32) -> Files {
    kinora_media::encode(clip, size, seconds, &mut |_| ControlFlow::Continue(())).unwrap()
}
