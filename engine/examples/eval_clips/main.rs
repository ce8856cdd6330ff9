//! Makes the clips that an evaluation looks at: `cargo run --release -p kinora-engine --example eval_clips -- LIST FOLDER
//! [WEIGHTS]`. Judges nothing; `training/python/evaluate.py` does.
//!
//! LIST has a line of JSON for every clip, see [`Wish`]. FOLDER gets, as the model painted them and before anything is scaled
//! or encoded, `ID.rgb` (frames of RGB bytes), `ID.pcm` (16-bit little-endian samples) and, last, `ID.json` with their sizes
//! and the seconds that making them took. A clip whose `ID.json` is there is not made again. WEIGHTS is a folder like
//! `weights/kinora-mini`; without it the weights are those of the program.

use std::error::Error;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, io};

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_engine::models::mini::Weights;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{
    Avatar, Clip, Colours, Engine, HairStyle, LIKENESS_FEATURES, Likeness, Material, Rgb, Role, Size, Spec,
};
use serde::Deserialize;
use serde_json::json;

/// Length of every clip: the model's window.
const SECONDS: u32 = 4;

/// A clip to be made.
#[derive(Deserialize)]
struct Wish {
    /// The name of its files.
    id: String,
    /// What it shows.
    prompt: String,
    /// Its noise.
    seed: u32,
    /// Whether it is higher than wide.
    portrait: bool,
    /// [`Likeness::features`] of who is seen, in the order in which the prompt mentions them.
    references: Vec<[f32; LIKENESS_FEATURES]>,
}

/// The looks that have these features: the inverse of [`Likeness::features`].
fn likeness(features: &[f32; LIKENESS_FEATURES]) -> Result<Likeness, String> {
    let colour = |at: usize| -> Rgb {
        [0, 1, 2].map(|channel| ((features[at + channel] + 1.0) * 127.5).round() as u8)
    };
    let is = |at: usize| features[at] > 0.5;
    let styles = [HairStyle::Bald, HairStyle::Short, HairStyle::Long, HairStyle::Curly];
    let found = if is(0) {
        let style = styles.into_iter().find(|style| is(12 + *style as usize));
        Likeness::Person(Avatar {
            skin: colour(3),
            hair: colour(6),
            shirt: colour(9),
            hair_style: style.ok_or("looks without a style of hair")?,
            glasses: is(16),
            beard: is(17),
            hat: is(18).then(|| colour(19)),
        })
    } else {
        let colours = Colours { main: colour(3), second: colour(6) };
        if is(1) { Likeness::Animal(colours) } else { Likeness::Object(colours) }
    };
    let back = found.features();
    match features.iter().zip(back).all(|(given, back)| (given - back).abs() < 0.01) {
        true => Ok(found),
        false => Err(format!("{features:?} are nobody's looks")),
    }
}

fn make(engine: &mut Mini, wish: &Wish) -> Result<Clip, Box<dyn Error>> {
    let size = if wish.portrait { Size::new(128, 224) } else { Size::new(224, 128) };
    let mut spec = Spec::of_words(KINORA_MINI.id, &wish.prompt, size, SECONDS, wish.seed);
    // The prompt has the model's own words for who is seen, and no name that would have to be replaced.
    spec.cast = wish.references.iter().map(|_| Role { name: String::new() }).collect();
    let likenesses = wish.references.iter().map(likeness).collect::<Result<_, _>>()?;
    let material = Material { likenesses, ..Material::default() };
    Ok(engine.generate(&spec, &material, &mut |_| ControlFlow::Continue(()))?)
}

fn save(clip: &Clip, seconds: f64, base: &Path) -> Result<(), Box<dyn Error>> {
    let sound = clip.audio.as_ref().ok_or("no sound")?;
    let samples = sound.samples.iter().map(|sample| (sample * f32::from(i16::MAX)) as i16);
    fs::write(base.with_extension("rgb"), &clip.frames.rgb)?;
    fs::write(base.with_extension("pcm"), samples.flat_map(i16::to_le_bytes).collect::<Vec<u8>>())?;
    let label = json!({
        "width": clip.frames.width,
        "height": clip.frames.height,
        "frames": clip.frames.count(),
        "per_second": clip.frames.per_second,
        "sample_rate": sound.sample_rate,
        "samples": sound.samples.len(),
        "seconds": seconds,
    });
    Ok(fs::write(base.with_extension("json"), label.to_string())?)
}

fn weights(folder: &Path) -> io::Result<Weights> {
    Ok(Weights {
        config: fs::read_to_string(folder.join("config.json"))?.into(),
        words: fs::read_to_string(folder.join("words.txt"))?.into(),
        concepts: fs::read_to_string(folder.join("concepts.txt"))?.into(),
        tensors: fs::read(folder.join("model.safetensors"))?.into(),
    })
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(list), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err("usage: eval_clips LIST FOLDER [WEIGHTS]".into());
    };
    let weights = arguments.next().map_or_else(|| Ok(Weights::embedded()), |folder| weights(&folder))?;
    let mut engine = Mini::with_weights(DeviceChoice::Auto, weights);
    fs::create_dir_all(&folder)?;
    let list = fs::read_to_string(list)?;
    let wishes = list.lines().map(serde_json::from_str).collect::<Result<Vec<Wish>, _>>()?;
    let is_missing = |wish: &&Wish| !folder.join(&wish.id).with_extension("json").exists();
    let missing: Vec<&Wish> = wishes.iter().filter(is_missing).collect();
    println!("{} clips, {} of them to be made", wishes.len(), missing.len());
    let start = Instant::now();
    for (done, wish) in missing.iter().enumerate() {
        let begun = Instant::now();
        let clip = make(&mut engine, wish).map_err(|error| format!("{}: {error}", wish.id))?;
        let seconds = begun.elapsed().as_secs_f64();
        save(&clip, seconds, &folder.join(&wish.id))?;
        let mean = start.elapsed().as_secs_f64() / (done + 1) as f64;
        let left = mean * (missing.len() - done - 1) as f64;
        println!("{} of {}, {seconds:.2} s, left {left:.0} s: {}", done + 1, missing.len(), wish.prompt);
        io::stdout().flush()?;
    }
    Ok(())
}
