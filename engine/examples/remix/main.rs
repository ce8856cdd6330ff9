//! How much of a clip is left when it is changed: `cargo run --release -p kinora-engine --example remix [-- FILE]` prints the
//! correlation of what eight clips look like, blurred, with what is made of them at strengths 30, 60 and 90; the floor is what
//! another seed gives for the same words. It writes `engine/remix-sheet.png`, or FILE: the clips, what became of them, and a
//! clip that begins with a given picture.

#[path = "../contact_sheet/font.rs"]
mod font;
#[path = "../measures/look.rs"]
mod look;
#[path = "../contact_sheet/page.rs"]
mod page;

use std::error::Error;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{Clip, Engine, Frames, Material, Picture, Size, Source, SourceClip, Spec};
use page::{Page, TITLE};

/// What a clip shows and what it is changed to.
const CLIPS: [(&str, &str); 8] = [
    ("a red ball bounces on the grass", "a blue ball bounces on the grass"),
    ("a white bird flies over the sea", "a white bird flies at night"),
    ("a blue car rolls in the desert", "a yellow car rolls in the desert"),
    ("a yellow star spins at night", "a yellow ball spins at night"),
    ("a green boat sits on the beach", "a red boat sits on the beach"),
    ("a pink cube jumps on the floor", "a pink cube jumps on the snow"),
    ("a purple ball bounces on the snow", "a green ball bounces on the snow"),
    ("a blue star jumps in the desert", "a blue cube jumps in the desert"),
];
const STRENGTHS: [u8; 3] = [30, 60, 90];
const SECONDS: u32 = 4;
/// Pixels between pictures.
const GAP: usize = 4;
/// Pictures in a row of the sheet.
const COLUMNS: usize = 5;

fn make(engine: &mut Mini, spec: &Spec, material: &Material) -> Result<Clip, Box<dyn Error>> {
    Ok(engine.generate(spec, material, &mut |_| ControlFlow::Continue(()))?)
}

fn frame(frames: &Frames, index: usize) -> &[u8] {
    &frames.rgb[index * frames.frame_bytes()..][..frames.frame_bytes()]
}

/// A row of the sheet: words, and pictures under them.
struct Row {
    title: String,
    pictures: Vec<Vec<u8>>,
}

fn sheet(rows: &[Row], frames: &Frames, path: &Path) -> Result<(), Box<dyn Error>> {
    let (width, height) = (frames.width as usize, frames.height as usize);
    let band = TITLE + height + GAP;
    let mut page = Page::new(COLUMNS * (width + GAP) + GAP, rows.len() * band);
    for (index, row) in rows.iter().enumerate() {
        page.text(&row.title, [GAP, index * band + GAP]);
        for (column, picture) in row.pictures.iter().enumerate() {
            page.picture(picture, width, [GAP + column * (width + GAP), index * band + TITLE]);
        }
    }
    page.write(path)
}

/// A clip that begins with a picture of another: its row.
fn begun(engine: &mut Mini, picture: &Frames) -> Result<Row, Box<dyn Error>> {
    let size = Size::new(picture.width, picture.height);
    let given = frame(picture, 0).to_vec();
    let source = Some(Source::Picture);
    let prompt = "a red ball bounces on the grass";
    let spec = Spec { source, ..Spec::of_words(KINORA_MINI.id, prompt, size, SECONDS, 5) };
    let picture = Picture { width: size.width, height: size.height, rgb: given.clone() };
    let clip = make(engine, &spec, &Material { picture: Some(picture), ..Material::default() })?;
    let shown = [0, 15, 31, 47].map(|index| frame(&clip.frames, index).to_vec());
    let title = format!("a picture, then {prompt} from it");
    Ok(Row { title, pictures: [given].into_iter().chain(shown).collect() })
}

fn main() -> Result<(), Box<dyn Error>> {
    let committed = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("remix-sheet.png");
    let path = std::env::args_os().nth(1).map_or_else(committed, PathBuf::from);
    let mut engine = Mini::new(DeviceChoice::Auto);
    let (mut rows, mut kept, mut last) = (vec![], vec![], None);
    println!("{:40} {:>6} {:>6} {:>6} {:>6}", "left of the clip at strength", "30", "60", "90", "floor");
    for (index, (prompt, new)) in (1..).zip(CLIPS) {
        let spec = Spec::of_words(KINORA_MINI.id, prompt, Size::new(1280, 720), SECONDS, index);
        let clip = make(&mut engine, &spec, &Material::default())?;
        let material = Material { clip: clip.latents.map(SourceClip::Latents), ..Material::default() };
        let changed = Spec { prompt: new.to_owned(), seed: index + 100, ..spec };
        let mut made = vec![];
        for strength_percent in STRENGTHS {
            let source = Some(Source::Remix { strength_percent });
            made.push(make(&mut engine, &Spec { source, ..changed.clone() }, &material)?.frames);
        }
        made.push(make(&mut engine, &changed, &Material::default())?.frames);
        let share: Vec<f64> = made.iter().map(|frames| look::likeness(&clip.frames, frames)).collect();
        println!("{new:40} {:6.3} {:6.3} {:6.3} {:6.3}", share[0], share[1], share[2], share[3]);
        let middle = clip.frames.count() / 2;
        let all = [&clip.frames].into_iter().chain(&made);
        let pictures = all.map(|frames| frame(frames, middle).to_vec()).collect();
        rows.push(Row { title: format!("{prompt}: 30, 60, 90 to {new}, and new"), pictures });
        kept.push(share);
        last = Some(clip.frames);
    }
    let mean = |at: usize| kept.iter().map(|share| share[at]).sum::<f64>() / kept.len() as f64;
    let means = [0, 1, 2, 3].map(mean);
    println!("{:40} {:6.3} {:6.3} {:6.3} {:6.3}", "mean", means[0], means[1], means[2], means[3]);
    let frames = last.ok_or("no clip")?;
    rows.push(begun(&mut engine, &frames)?);
    sheet(&rows, &frames, &path)?;
    println!("{}", path.display());
    match means.is_sorted_by(|stronger, weaker| stronger > weaker) {
        true => Ok(()),
        false => Err("more strength must leave less".into()),
    }
}
