//! How fast a movie is read: `cargo run --release -p kinora-media --example decode_bench MP4 [LONG_SIDE [PER_SECOND]]`.
//!
//! Shows every picture, or so many a second, at its own size or within so many pixels, then decodes the sound.

use std::ops::ControlFlow;
use std::time::Instant;

use kinora_media::{Fit, UploadLimits, View, decode_sound, for_each_frame};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = std::fs::read(arguments.next().ok_or("name a movie")?)?;
    let fit = arguments.next().map_or(Ok(Fit::Own), |side| side.parse().map(Fit::Within))?;
    let per_second = arguments.next().map(|rate| rate.parse()).transpose()?;
    let limits = UploadLimits { bytes: usize::MAX, seconds: 120, ..UploadLimits::default() };
    let start = Instant::now();
    let mut shown = 0;
    let info = for_each_frame(&file, &limits, &View { fit, per_second }, &mut |_| {
        shown += 1;
        ControlFlow::Continue(())
    })?;
    let pictures = start.elapsed().as_secs_f64();
    decode_sound(&file, &limits)?;
    println!(
        "{}, {} pictures in {:.1} s: {shown} shown in {pictures:.2} s, sound in {:.2} s",
        info.size,
        info.frames,
        info.duration.as_secs_f64(),
        start.elapsed().as_secs_f64() - pictures
    );
    Ok(())
}
