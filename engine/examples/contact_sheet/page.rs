//! White paper with pictures and words on it.

use std::error::Error;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use super::font;

/// Pixels of a letter's dot, each way.
const DOT: usize = 2;
/// Rows that a line of words takes, pixels.
pub const TITLE: usize = 12 * DOT;

/// The paper.
pub struct Page {
    width: usize,
    rgb: Vec<u8>,
}

impl Page {
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, rgb: vec![255; width * height * 3] }
    }

    pub fn picture(&mut self, frame: &[u8], frame_width: usize, [left, top]: [usize; 2]) {
        for (row, line) in frame.chunks_exact(frame_width * 3).enumerate() {
            let start = ((top + row) * self.width + left) * 3;
            self.rgb[start..start + line.len()].copy_from_slice(line);
        }
    }

    pub fn text(&mut self, text: &str, [left, top]: [usize; 2]) {
        for (index, letter) in text.chars().enumerate() {
            for (row, bits) in font::rows(letter).into_iter().enumerate() {
                for column in (0..font::WIDTH).filter(|column| bits >> (font::WIDTH - 1 - column) & 1 == 1) {
                    let x = left + (index * (font::WIDTH + 1) + column) * DOT;
                    self.picture(&[0; DOT * DOT * 3], DOT, [x, top + row * DOT]);
                }
            }
        }
    }

    pub fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let height = self.rgb.len() / 3 / self.width;
        let file = BufWriter::new(File::create(path)?);
        let mut encoder = png::Encoder::new(file, self.width.try_into()?, height.try_into()?);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header()?.write_image_data(&self.rgb)?;
        Ok(())
    }
}
