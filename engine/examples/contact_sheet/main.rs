//! Twelve prompts, five frames each, for human eyes: `cargo run --release -p kinora-engine --example contact_sheet
//! [-- FILE]` writes `engine/contact-sheet.png`, or FILE. A star marks combinations that training never showed.

mod font;
mod page;

use std::error::Error;
use std::ops::ControlFlow;
use std::path::PathBuf;

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{Engine, Frames, Material, Size, Spec};
use page::{Page, TITLE};

/// A prompt, and its colour, object and action as `training/held-out.txt` names them.
const PROMPTS: [(&str, &str); 12] = [
    ("a red ball bounces on the grass", "red ball bounce"),
    ("a white bird flies over the sea", "white bird fly"),
    ("a blue car rolls in the desert", "blue car roll"),
    ("a yellow star spins at night", "yellow star spin"),
    ("a green boat sits on the beach", "green boat sit"),
    ("a pink cube jumps on the floor", "pink cube jump"),
    ("a purple ball bounces on the snow", "purple ball bounce"),
    ("an orange car rolls on the beach", "orange car roll"),
    ("a red cube flies over the meadow", "red cube fly"),
    ("a white boat spins in a room", "white boat spin"),
    ("a yellow bird flies at night", "yellow bird fly"),
    ("a blue star jumps in the desert", "blue star jump"),
];
const HELD_OUT: &str = include_str!("../../training/held-out.txt");

/// Frames shown of each clip, evenly from the first to the last.
const SHOWN: usize = 5;
/// Pixels between pictures.
const GAP: usize = 4;
const SEED: u32 = 1;

fn clip(engine: &mut Mini, prompt: &str) -> Result<Frames, Box<dyn Error>> {
    let spec = Spec {
        generate_audio: false,
        ..Spec::of_words(KINORA_MINI.id, prompt, Size::new(1280, 720), 4, SEED)
    };
    Ok(engine.generate(&spec, &Material::default(), &mut |_| ControlFlow::Continue(()))?.frames)
}

fn main() -> Result<(), Box<dyn Error>> {
    let committed = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("contact-sheet.png");
    let path = std::env::args_os().nth(1).map_or_else(committed, PathBuf::from);
    let mut engine = Mini::new(DeviceChoice::Auto);
    let mut page = Page::new(0, 0);
    for (index, (prompt, triple)) in PROMPTS.into_iter().enumerate() {
        let frames = clip(&mut engine, prompt)?;
        let (width, height) = (frames.width as usize, frames.height as usize);
        let band = TITLE + height + GAP;
        if index == 0 {
            page = Page::new(SHOWN * (width + GAP) + GAP, PROMPTS.len() * band);
        }
        let mark = if HELD_OUT.lines().any(|line| line == triple) { " *" } else { "" };
        page.text(&format!("{prompt}{mark}"), [GAP, index * band + GAP]);
        for shown in 0..SHOWN {
            let frame = shown * (frames.count() - 1) / (SHOWN - 1);
            let pixels = &frames.rgb[frame * frames.frame_bytes()..][..frames.frame_bytes()];
            page.picture(pixels, width, [GAP + shown * (width + GAP), index * band + TITLE]);
        }
        println!("{prompt}{mark}");
    }
    page.write(&path)?;
    println!("{}", path.display());
    Ok(())
}
