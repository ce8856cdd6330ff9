//! A page of clips for human eyes. Training never reads it.

use std::io::{self, Write};

use crate::clip::clip;
use crate::plan::LONG_SIDE_PX;
use crate::stream::Order;

/// Frames shown of each clip.
const SHOWN: usize = 6;

/// Clips beside each other.
const ACROSS: usize = 2;

/// Pixels between two pictures.
const GAP_PX: usize = 4;

/// Write a PNG of an order's clips, row by row; the captions come back in the same order.
pub fn write(order: &Order, out: impl Write) -> io::Result<Vec<String>> {
    let clips: Vec<_> = order.indices.clone().map(|index| clip(&order.plan(index))).collect();
    let width = ACROSS * SHOWN * (LONG_SIDE_PX + GAP_PX);
    let rows: Vec<usize> = clips
        .chunks(ACROSS)
        .map(|row| row.iter().map(|clip| clip.label.height + GAP_PX).max().unwrap_or(0))
        .collect();
    let mut page = vec![255; width * rows.iter().sum::<usize>() * 3];
    let mut top = 0;
    for (row, height) in clips.chunks(ACROSS).zip(&rows) {
        for (column, clip) in row.iter().enumerate() {
            let frame_bytes = clip.label.width * clip.label.height * 3;
            for shown in 0..SHOWN {
                let frame = shown * (order.frames - 1) / (SHOWN - 1);
                let left = (column * SHOWN + shown) * (LONG_SIDE_PX + GAP_PX);
                let lines =
                    clip.pixels[frame * frame_bytes..][..frame_bytes].chunks_exact(clip.label.width * 3);
                for (line, pixels) in lines.enumerate() {
                    let start = ((top + line) * width + left) * 3;
                    page[start..start + pixels.len()].copy_from_slice(pixels);
                }
            }
        }
        top += height;
    }
    let side = |pixels: usize| u32::try_from(pixels).map_err(io::Error::other);
    let mut encoder = png::Encoder::new(out, side(width)?, side(top)?);
    encoder.set_color(png::ColorType::Rgb);
    encoder.write_header()?.write_image_data(&page)?;
    Ok(clips.into_iter().map(|clip| clip.label.caption).collect())
}
