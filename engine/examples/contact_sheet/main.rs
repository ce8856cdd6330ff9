//! Twelve prompts, five frames each, for human eyes: `cargo run --release -p kinora-engine --example contact_sheet
//! [-- FILE]` writes `engine/contact-sheet.png`, or FILE. A star marks combinations that training never showed.

mod font;

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::ops::ControlFlow;
use std::path::PathBuf;

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{Engine, Frames, Material, Size, Spec};

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
/// Pixels of a letter's dot, each way.
const DOT: usize = 2;
/// Rows above the pictures of a clip, pixels.
const TITLE: usize = 12 * DOT;
const SEED: u32 = 1;

/// White paper with pixels on it.
struct Page {
    width: usize,
    rgb: Vec<u8>,
}

impl Page {
    fn new(width: usize, height: usize) -> Self {
        Self { width, rgb: vec![255; width * height * 3] }
    }

    fn picture(&mut self, frame: &[u8], frame_width: usize, [left, top]: [usize; 2]) {
        for (row, line) in frame.chunks_exact(frame_width * 3).enumerate() {
            let start = ((top + row) * self.width + left) * 3;
            self.rgb[start..start + line.len()].copy_from_slice(line);
        }
    }

    fn text(&mut self, text: &str, [left, top]: [usize; 2]) {
        for (index, letter) in text.chars().enumerate() {
            for (row, bits) in font::rows(letter).into_iter().enumerate() {
                for column in (0..font::WIDTH).filter(|column| bits >> (font::WIDTH - 1 - column) & 1 == 1) {
                    let x = left + (index * (font::WIDTH + 1) + column) * DOT;
                    self.picture(&[0; DOT * DOT * 3], DOT, [x, top + row * DOT]);
                }
            }
        }
    }
}

fn clip(engine: &mut Mini, prompt: &str) -> Result<Frames, Box<dyn Error>> {
    let spec = Spec {
        model: KINORA_MINI.id.to_owned(),
        prompt: prompt.to_owned(),
        size: Size::new(1280, 720),
        seconds: 4,
        seed: SEED,
        generate_audio: false,
        source: None,
        shots: vec![],
        cast: vec![],
    };
    Ok(engine.generate(&spec, &Material::default(), &mut |_| ControlFlow::Continue(()))?.frames)
}

fn write(page: &Page, path: &PathBuf) -> Result<(), Box<dyn Error>> {
    let height = page.rgb.len() / 3 / page.width;
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, page.width.try_into()?, height.try_into()?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&page.rgb)?;
    Ok(())
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
    write(&page, &path)?;
    println!("{}", path.display());
    Ok(())
}
