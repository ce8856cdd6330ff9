//! How fast clips become files: `cargo run --release -p kinora-media --example encode_bench [SIZE [MP4]]`.
//!
//! Four seconds of moving shapes and grain, 48 frames of 224x128 with sound, to one size or to each that the
//! catalogue has. With a path, the movie is left there.

use std::ops::ControlFlow;
use std::time::Instant;

use kinora_spec::{Audio, Clip, CostReport, DeviceUse, Frames, Output, Size};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let sizes = match arguments.next() {
        Some(size) => vec![size.parse()?],
        None => kinora_spec::catalogue::KINORA_MINI.sizes.to_vec(),
    };
    let path = arguments.next();
    for size in sizes {
        let clip = clip(size);
        let start = Instant::now();
        let files = kinora_media::encode(&clip, size, 4, &mut |_| ControlFlow::Continue(()))?;
        let seconds = start.elapsed().as_secs_f64();
        println!(
            "{size}: {seconds:.2} s, {:.0} frames a second; {} kB video, {} kB thumbnail, {} kB spritesheet",
            clip.frames.count() as f64 / seconds,
            files.video.len() / 1_000,
            files.thumbnail.len() / 1_000,
            files.spritesheet.len() / 1_000,
        );
        if let Some(path) = &path {
            std::fs::write(path, &files.video)?;
        }
    }
    Ok(())
}

fn clip(size: Size) -> Clip {
    let (width, height) = if size.is_portrait() { (128, 224) } else { (224, 128) };
    let mut rgb = Vec::new();
    let mut noise = 1u32;
    for frame in 0..48 {
        for row in 0..height {
            for column in 0..width {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let disc = (column as f32 - 30.0 - 3.0 * frame as f32).hypot(row as f32 - 64.0) < 25.0;
                let grain = (noise >> 29) as u8;
                rgb.push(if disc { 220 } else { (column + frame) as u8 / 2 } + grain);
                rgb.push((row + 2 * frame) as u8 / 2 + grain);
                rgb.push(if disc { 40 } else { 160 } + grain);
            }
        }
    }
    let samples = (0..64_000).map(|n| 0.3 * (n as f32 * 0.17).sin()).collect();
    Clip {
        frames: Frames { width, height, per_second: 12, rgb },
        audio: Some(Audio { sample_rate: 16_000, samples }),
        latents: None,
        report: CostReport {
            device: DeviceUse { name: "none".into(), backend: "none".into(), assumed_watts: 0 },
            phases: Vec::new(),
            peak_memory_bytes: None,
            output: Output { milliseconds: 4_000, frames: 48, size, audio_milliseconds: 4_000, steps: 0 },
        },
    }
}
