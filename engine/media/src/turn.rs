//! Quarter turns and mirrors, as cameras note them beside a picture instead of turning it.

use kinora_spec::Size;

/// How a picture is turned before it is shown: first its axes are swapped, then it is mirrored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// Rows become columns.
    pub transpose: bool,
    /// Left becomes right.
    pub flip_x: bool,
    /// Top becomes bottom.
    pub flip_y: bool,
}

impl Turn {
    /// The turn of an orientation of Exif 2.32 (4.6.4 A), 1 to 8; any other number is none.
    pub const fn of_exif(orientation: u16) -> Self {
        let (transpose, flip_x, flip_y) = match orientation {
            2 => (false, true, false),
            3 => (false, true, true),
            4 => (false, false, true),
            5 => (true, false, false),
            6 => (true, true, false),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self { transpose, flip_x, flip_y }
    }

    /// The size of a turned picture, and of what has to be turned to get one of this size.
    pub const fn size(self, size: Size) -> Size {
        if self.transpose { Size::new(size.height, size.width) } else { size }
    }

    /// Turns a picture of `size`, `[row, column, RGB]`, into `turned`.
    pub fn apply(self, rgb: &[u8], size: Size, turned: &mut Vec<u8>) {
        turned.clear();
        if self == Self::default() {
            turned.extend_from_slice(rgb);
            return;
        }
        let to = self.size(size);
        let (width, height) = (to.width as usize, to.height as usize);
        let pixels = rgb.as_chunks::<3>().0;
        let from_width = size.width as usize;
        turned.reserve_exact(rgb.len());
        for row in 0..height {
            let row = if self.flip_y { height - 1 - row } else { row };
            for column in 0..width {
                let column = if self.flip_x { width - 1 - column } else { column };
                let place =
                    if self.transpose { column * from_width + row } else { row * from_width + column };
                turned.extend_from_slice(&pixels[place]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows of three grey pixels, turned; what stands in the rows of the result.
    fn turned(turn: Turn) -> (Size, Vec<u8>) {
        let rgb: Vec<u8> = (1..=6).flat_map(|value| [value; 3]).collect();
        let mut result = Vec::new();
        turn.apply(&rgb, Size::new(3, 2), &mut result);
        (turn.size(Size::new(3, 2)), result.into_iter().step_by(3).collect())
    }

    #[test]
    fn every_orientation_of_exif_brings_its_named_corner_to_the_top_left() {
        // Exif names where row 0 and column 0 of what is stored are seen: 1 top left, 2 top right, 3 bottom right, …
        let expected: [(u16, (u32, u32), [u8; 6]); 8] = [
            (1, (3, 2), [1, 2, 3, 4, 5, 6]),
            (2, (3, 2), [3, 2, 1, 6, 5, 4]),
            (3, (3, 2), [6, 5, 4, 3, 2, 1]),
            (4, (3, 2), [4, 5, 6, 1, 2, 3]),
            (5, (2, 3), [1, 4, 2, 5, 3, 6]),
            (6, (2, 3), [4, 1, 5, 2, 6, 3]),
            (7, (2, 3), [6, 3, 5, 2, 4, 1]),
            (8, (2, 3), [3, 6, 2, 5, 1, 4]),
        ];
        for (orientation, (width, height), pixels) in expected {
            let (size, found) = turned(Turn::of_exif(orientation));
            assert_eq!((size.width, size.height, found), (width, height, pixels.to_vec()), "{orientation}");
        }
    }
}
