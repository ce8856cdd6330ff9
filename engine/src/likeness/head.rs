//! Where a head is in a picture, and the colours of its regions.

use kinora_spec::{Picture, Rgb};

use crate::faces::Landmarks;

/// Places looked at along each side of a region.
const PLACES: usize = 16;

/// A head's own axes: from between the eyes to the chin is 1 down, and as much to the right is 1 right. With them the face is
/// 0.6 wide to each side, the ears are at 0.65 and the crown is 1 up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Head {
    /// Between the eyes, pixels.
    pub eyes: [f32; 2],
    /// From there to the chin, pixels.
    pub down: [f32; 2],
}

/// A rectangle on a head's axes: to the right, and down.
#[derive(Clone, Copy)]
pub(super) struct Region(pub [f32; 2], pub [f32; 2]);

impl Region {
    /// The same on the other side of the face.
    pub const fn mirrored(self) -> Self {
        Self([-self.0[1], -self.0[0]], self.1)
    }
}

impl Head {
    /// The head of a face.
    #[must_use]
    pub fn of(face: &Landmarks) -> Self {
        let (left, right, chin) = (face.mean(36..42), face.mean(42..48), face.0[8]);
        let eyes = [f32::midpoint(left[0], right[0]), f32::midpoint(left[1], right[1])];
        Self { eyes, down: [chin[0] - eyes[0], chin[1] - eyes[1]] }
    }

    /// Where it is assumed when nothing can find it: as in a portrait, its eyes two fifths down the middle of the picture and
    /// its chin a fifth of the height below.
    #[must_use]
    pub fn assumed(picture: &Picture) -> Self {
        let [width, height] = [picture.width as f32, picture.height as f32];
        Self { eyes: [width * 0.5, height * 0.4], down: [0.0, height * 0.2] }
    }

    /// The colours of a region, as far as it is in the picture.
    pub(super) fn colours(&self, picture: &Picture, region: Region) -> Vec<Rgb> {
        let place = |[from, to]: [f32; 2], at: usize| from + (to - from) * (at as f32 + 0.5) / PLACES as f32;
        let mut colours = vec![];
        for (row, column) in (0..PLACES).flat_map(|row| (0..PLACES).map(move |column| (row, column))) {
            let (right, down) = (place(region.0, column), place(region.1, row));
            let x = self.eyes[0] + right * self.down[1] + down * self.down[0];
            let y = self.eyes[1] - right * self.down[0] + down * self.down[1];
            colours.extend(pixel(picture, x, y));
        }
        colours
    }

    /// The colours of a region and of the same on the other side of the face.
    pub(super) fn both(&self, picture: &Picture, region: Region) -> Vec<Rgb> {
        let mut colours = self.colours(picture, region);
        colours.extend(self.colours(picture, region.mirrored()));
        colours
    }
}

/// The pixel at a place, if the place is in the picture.
fn pixel(picture: &Picture, x: f32, y: f32) -> Option<Rgb> {
    let within = |at: f32, end: u32| (at >= 0.0 && at < end as f32).then_some(at as usize);
    let (column, row) = (within(x, picture.width)?, within(y, picture.height)?);
    let at = (row * picture.width as usize + column) * 3;
    picture.rgb.get(at..at + 3)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_turns_with_the_head() {
        // The left half is red, the right half is blue, and the head lies on its right ear: its right is below.
        let rgb = (0..40 * 40).flat_map(|at| if at % 40 < 20 { [255, 0, 0] } else { [0, 0, 255] }).collect();
        let picture = Picture { width: 40, height: 40, rgb };
        let head = Head { eyes: [20.0, 20.0], down: [-10.0, 0.0] };
        let chin = head.colours(&picture, Region([-0.5, 0.5], [0.2, 0.9]));
        assert!(!chin.is_empty() && chin.iter().all(|colour| *colour == [255, 0, 0]));
        let crown = head.colours(&picture, Region([-0.5, 0.5], [-0.9, -0.2]));
        assert!(!crown.is_empty() && crown.iter().all(|colour| *colour == [0, 0, 255]));
        assert!(head.colours(&picture, Region([3.0, 4.0], [0.0, 1.0])).is_empty());
    }
}
