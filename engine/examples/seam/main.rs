//! Whether the place where a clip goes on can be seen or heard: `cargo run --release -p kinora-engine --example seam
//! [-- --seeds N]`. Clips of 4 s are extended to 8 s; printed are, at the seam and as a multiple of what the clip does
//! elsewhere,
//!
//! - the mean difference of the two frames, of 255, against the median of all neighbouring frames of the clip,
//! - the largest step from one sample to the next within 10 ms, against the largest step of the whole clip,
//! - the change of level, dB between the 20 ms before and after, against the 95th percentile of such changes in the clip.
//!
//! It fails when the first is above 1.5 for the median of the clips, or more than one in ten can be heard (step or change of
//! level above 1).

#[path = "../measures/sound.rs"]
mod sound;

use std::error::Error;
use std::ops::ControlFlow;

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{Clip, Engine, Frames, Material, Size, Source, SourceClip, Spec};

const PROMPTS: [&str; 8] = [
    "a red ball bounces on the grass",
    "a white bird flies over the sea",
    "a blue car rolls in the desert",
    "a yellow star spins at night",
    "a green boat sits on the beach",
    "a pink cube jumps on the floor",
    "a purple ball bounces on the snow",
    "a blue star jumps in the desert",
];
/// Length of the first clip and of both, seconds.
const LENGTHS: [u32; 2] = [4, 8];
/// Most that the frames at the seam may differ, of the clip's median.
const FRAMES_MAX: f64 = 1.5;
struct Seam {
    /// At the seam, and of the clip's median.
    frames: [f64; 2],
    step: f64,
    level: f64,
}

fn make(engine: &mut Mini, spec: &Spec, material: &Material) -> Result<Clip, Box<dyn Error>> {
    Ok(engine.generate(spec, material, &mut |_| ControlFlow::Continue(()))?)
}

fn extended(engine: &mut Mini, prompt: &str, seed: u32) -> Result<Clip, Box<dyn Error>> {
    let [short, long] = LENGTHS;
    let first = Spec::of_words(KINORA_MINI.id, prompt, Size::new(1280, 720), short, seed);
    let latents = make(engine, &first, &Material::default())?.latents.ok_or("no latents were kept")?;
    let source = Some(Source::Extend { source_seconds: short });
    let longer = Spec { source, seconds: long, seed: seed + 1, ..first };
    let material = Material { clip: Some(SourceClip::Latents(latents)), ..Material::default() };
    make(engine, &longer, &material)
}

/// Mean difference of each frame to the next, of 255.
fn differences(frames: &Frames) -> Vec<f64> {
    let all: Vec<_> = frames.iter().collect();
    let one = |pair: &[&[u8]]| {
        let sum: u64 = pair[0].iter().zip(pair[1]).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
        sum as f64 / pair[0].len() as f64
    };
    all.windows(2).map(one).collect()
}

fn percentile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share).round() as usize]
}

fn measure(clip: &Clip) -> Result<Seam, Box<dyn Error>> {
    let differences = differences(&clip.frames);
    let at = (LENGTHS[0] * clip.frames.per_second) as usize - 1;
    let heard = clip.audio.as_ref().ok_or("no sound")?;
    let [step, level] = sound::change(heard, heard.samples.len() * LENGTHS[0] as usize / LENGTHS[1] as usize);
    Ok(Seam { frames: [differences[at], differences[at] / percentile(&differences, 0.5)], step, level })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let seeds = match (words.next().as_deref(), words.next()) {
        (None, _) => 1,
        (Some("--seeds"), Some(count)) => count.parse()?,
        _ => return Err("usage: seam [--seeds N]".into()),
    };
    let mut engine = Mini::new(DeviceChoice::Auto);
    let mut seams = vec![];
    println!("{:38} {:>7} {:>9} {:>6} {:>6}", "", "frames", "of median", "step", "level");
    for (prompt, seed) in
        PROMPTS.iter().flat_map(|prompt| (0..seeds).map(move |seed| (prompt, 10 * seed + 1)))
    {
        let seam = measure(&extended(&mut engine, prompt, seed)?)?;
        let ([frames, share], name) = (seam.frames, format!("{prompt}, {seed}"));
        println!("{name:38} {frames:7.2} {share:9.2} {:6.2} {:6.2}", seam.step, seam.level);
        seams.push(seam);
    }
    let shares: Vec<f64> = seams.iter().map(|seam| seam.frames[1]).collect();
    let within = shares.iter().filter(|share| **share <= FRAMES_MAX).count();
    let median = percentile(&shares, 0.5);
    println!(
        "frames at the seam: {median:.2} of the clip's median; {within} of {} within {FRAMES_MAX}",
        shares.len()
    );
    let clicks = seams.iter().filter(|seam| seam.step > 1.0 || seam.level > 1.0).count();
    println!("sound: {clicks} of {} clips change more at the seam than elsewhere", seams.len());
    if median > FRAMES_MAX || clicks > seams.len() / 10 {
        return Err("the seam shows".into());
    }
    Ok(())
}
