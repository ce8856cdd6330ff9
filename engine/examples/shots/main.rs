//! Whether shots look alike and cannot be heard to cut: `cargo run --release -p kinora-engine --example shots`. Clips of two
//! shots of 4 s in one scene. Printed are
//!
//! - what the second shot has of the first (blurred, the correlation of frames), and what a clip of the same words from
//!   another seed has of it: the floor,
//! - the sound at the cut, as `seam` has it at a seam.
//!
//! It fails when shots are less alike than the floor, or when there is a click (a step above 1). A change of level may be what
//! the second shot sounds like.

#[path = "../measures/look.rs"]
mod look;
#[path = "../measures/sound.rs"]
mod sound;

use std::error::Error;
use std::ops::ControlFlow;

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{Clip, Engine, Frames, Material, Shot, Size, Spec};

const PAIRS: [[&str; 2]; 6] = [
    ["a red ball bounces on the grass", "a blue car rolls on the grass"],
    ["a white bird flies over the sea", "a red boat sits over the sea"],
    ["a blue car rolls in the desert", "a yellow star spins in the desert"],
    ["a yellow star spins at night", "a green cube jumps at night"],
    ["a green boat sits on the beach", "a purple ball bounces on the beach"],
    ["a pink cube jumps on the snow", "a white bird flies on the snow"],
];
const SECONDS: u32 = 4;

fn make(engine: &mut Mini, spec: &Spec) -> Result<Clip, Box<dyn Error>> {
    Ok(engine.generate(spec, &Material::default(), &mut |_| ControlFlow::Continue(()))?)
}

/// Both halves of a clip.
fn halves(frames: &Frames) -> [Frames; 2] {
    let (first, second) = frames.rgb.split_at(frames.rgb.len() / 2);
    [first, second].map(|rgb| Frames { rgb: rgb.to_vec(), ..frames.clone() })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut engine = Mini::new(DeviceChoice::Auto);
    let mut rows = vec![];
    println!("{:72} {:>6} {:>6} {:>6} {:>6}", "", "alike", "floor", "step", "level");
    for (seed, [first, second]) in (1..).zip(PAIRS) {
        let shot = |prompt: &str| Shot { prompt: prompt.to_owned(), seconds: SECONDS, cast: vec![] };
        let plain = Spec::of_words(KINORA_MINI.id, second, Size::new(1280, 720), SECONDS, seed);
        let cut = Spec { shots: vec![shot(first), shot(second)], seconds: 2 * SECONDS, ..plain.clone() };
        let clip = make(&mut engine, &cut)?;
        let other = make(&mut engine, &Spec { seed: seed + 100, ..plain })?;
        let [before, after] = halves(&clip.frames);
        let heard = clip.audio.as_ref().ok_or("no sound")?;
        let [step, level] = sound::change(heard, heard.samples.len() / 2);
        let row = [look::likeness(&before, &after), look::likeness(&before, &other.frames), step, level];
        let name = format!("{first}, {second}");
        println!("{name:72} {:6.3} {:6.3} {:6.2} {:6.2}", row[0], row[1], row[2], row[3]);
        rows.push(row);
    }
    let mean = |at: usize| rows.iter().map(|row| row[at]).sum::<f64>() / rows.len() as f64;
    let clicks = rows.iter().filter(|row| row[2] > 1.0).count();
    println!("alike {:.3}, floor {:.3}; {clicks} of {} click", mean(0), mean(1), rows.len());
    match mean(0) > mean(1) && clicks == 0 {
        true => Ok(()),
        false => Err("the shots differ, or the cut clicks".into()),
    }
}
