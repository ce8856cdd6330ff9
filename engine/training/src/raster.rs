//! Anti-aliased painting from signed distances. Knows shapes only as functions; objects and scenes are
//! elsewhere.

use crate::colour::Rgb;

/// A rectangle of whole pixels, right and bottom excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Column after the last.
    pub right: usize,
    /// Row after the last.
    pub bottom: usize,
}

/// A picture being painted, in floating point so that many thin layers do not round away.
#[derive(Clone)]
pub struct Canvas {
    width: usize,
    height: usize,
    planes: [Vec<f32>; 3],
    cover: Vec<f32>,
}

impl Canvas {
    /// A black canvas.
    pub fn new(width: usize, height: usize) -> Self {
        let plane = vec![0.0; width * height];
        Self { width, height, planes: [plane.clone(), plane.clone(), plane], cover: vec![0.0; width] }
    }

    /// Width in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The whole canvas.
    pub fn whole(&self) -> Rect {
        Rect { left: 0, top: 0, right: self.width, bottom: self.height }
    }

    /// The part of the canvas within `half_width` and `half_height` of a point.
    pub fn around(&self, x: f32, y: f32, half_width: f32, half_height: f32) -> Rect {
        // `as` saturates, so a point outside the canvas gives an empty rectangle.
        let clip = |value: f32, limit: usize| (value as usize).min(limit);
        Rect {
            left: clip((x - half_width - 1.0).floor(), self.width),
            top: clip((y - half_height - 1.0).floor(), self.height),
            right: clip((x + half_width + 1.0).ceil(), self.width),
            bottom: clip((y + half_height + 1.0).ceil(), self.height),
        }
    }

    /// Paint `colour` where `distance(x, y)`, in pixels, is negative, with a soft edge one pixel wide.
    pub fn fill(&mut self, area: Rect, colour: Rgb, distance: impl Fn(f32, f32) -> f32) {
        for band in near(area, 0.5, &distance) {
            self.blend(band, |_| colour, |x, y| (0.5 - distance(x, y)).clamp(0.0, 1.0));
        }
    }

    /// Paint any cover between 0 and 1 of a colour, where the cover is 0 at a distance of more than `reach` pixels.
    pub fn glow(
        &mut self,
        area: Rect,
        (colour, reach): (Rgb, f32),
        (cover, distance): (impl Fn(f32) -> f32, impl Fn(f32, f32) -> f32),
    ) {
        for band in near(area, reach, &distance) {
            self.blend(band, |_| colour, |x, y| cover(distance(x, y)));
        }
    }

    /// As [`Canvas::fill`], with a colour that depends on the row.
    pub fn fill_rows(&mut self, area: Rect, colour: impl Fn(f32) -> Rgb, distance: impl Fn(f32, f32) -> f32) {
        self.blend(area, colour, |x, y| (0.5 - distance(x, y)).clamp(0.0, 1.0));
    }

    /// Paint with any cover between 0 and 1.
    pub fn blend(&mut self, area: Rect, colour: impl Fn(f32) -> Rgb, cover: impl Fn(f32, f32) -> f32) {
        if area.left >= area.right {
            return;
        }
        for row in area.top..area.bottom {
            let y = row as f32 + 0.5;
            let covers = &mut self.cover[area.left..area.right];
            // The cover goes to its own row first: both loops then have no branch and are done several
            // pixels at once.
            let mut most = 0.0_f32;
            for (column, slot) in covers.iter_mut().enumerate() {
                *slot = cover((area.left + column) as f32 + 0.5, y);
                most = most.max(*slot);
            }
            if most <= 0.0 {
                continue;
            }
            let tint = colour(y);
            let line = row * self.width;
            for (plane, tint) in self.planes.iter_mut().zip(tint) {
                let pixels = &mut plane[line + area.left..line + area.right];
                for (pixel, cover) in pixels.iter_mut().zip(covers.iter()) {
                    *pixel += (tint - *pixel) * cover;
                }
            }
        }
    }

    /// Paint a shape with an inner outline `width` pixels thick; its distance is only worked out once.
    pub fn outline(&mut self, area: Rect, inks: [Rgb; 2], width: f32, distance: impl Fn(f32, f32) -> f32) {
        for band in near(area, 0.5, &distance) {
            self.outline_band(band, inks, width, &distance);
        }
    }

    fn outline_band(&mut self, area: Rect, inks: [Rgb; 2], width: f32, distance: &impl Fn(f32, f32) -> f32) {
        for row in area.top..area.bottom {
            let distances = &mut self.cover[area.left..area.right];
            let mut least = f32::MAX;
            for (column, slot) in distances.iter_mut().enumerate() {
                *slot = distance((area.left + column) as f32 + 0.5, row as f32 + 0.5);
                least = least.min(*slot);
            }
            if least >= 0.5 {
                continue;
            }
            let line = row * self.width;
            for (channel, plane) in self.planes.iter_mut().enumerate() {
                let (edge, inside) = (inks[0][channel], inks[1][channel]);
                let pixels = &mut plane[line + area.left..line + area.right];
                for (pixel, distance) in pixels.iter_mut().zip(distances.iter()) {
                    let edged = *pixel + (edge - *pixel) * (0.5 - distance).clamp(0.0, 1.0);
                    *pixel = edged + (inside - edged) * (0.5 - distance - width).clamp(0.0, 1.0);
                }
            }
        }
    }

    /// Show a part of a larger canvas: the pixel in column `x` and row `y` of this one is at `x * scale + at.0`,
    /// `y * scale + at.1` of `from`, between whose four pixels there it lies.
    pub fn show(&mut self, from: &Self, scale: f32, at: (f32, f32)) {
        let place = |pixel: usize, at: f32, limit: usize| {
            let place = ((pixel as f32 + 0.5) * scale + at - 0.5).clamp(0.0, (limit - 2) as f32);
            (place as usize, place.fract())
        };
        let columns: Vec<(usize, f32)> = (0..self.width).map(|x| place(x, at.0, from.width)).collect();
        for y in 0..self.height {
            let (row, low) = place(y, at.1, from.height);
            for (plane, source) in self.planes.iter_mut().zip(&from.planes) {
                let (upper, lower) = source[row * from.width..][..2 * from.width].split_at(from.width);
                let line = &mut plane[y * self.width..][..self.width];
                for (pixel, (column, right)) in line.iter_mut().zip(&columns) {
                    let across = |row: &[f32]| row[*column] + (row[*column + 1] - row[*column]) * right;
                    let (top, bottom) = (across(upper), across(lower));
                    *pixel = top + (bottom - top) * low;
                }
            }
        }
    }

    /// Put back what `from` shows in `area`.
    pub fn restore(&mut self, from: &Self, area: Rect) {
        for row in area.top..area.bottom {
            let line = row * self.width;
            for (plane, source) in self.planes.iter_mut().zip(&from.planes) {
                let span = line + area.left..line + area.right;
                plane[span.clone()].copy_from_slice(&source[span]);
            }
        }
    }

    /// Write `area` into a picture of interleaved RGB bytes.
    pub fn write(&self, area: Rect, picture: &mut [u8]) {
        let [red, green, blue] = &self.planes;
        for row in area.top..area.bottom {
            let span = row * self.width + area.left..row * self.width + area.right;
            let pixels = picture[span.start * 3..span.end * 3].chunks_exact_mut(3);
            for (((pixel, red), green), blue) in
                pixels.zip(&red[span.clone()]).zip(&green[span.clone()]).zip(&blue[span])
            {
                // A float to byte cast saturates, which is the clamp that is wanted.
                pixel[0] = (red + 0.5) as u8;
                pixel[1] = (green + 0.5) as u8;
                pixel[2] = (blue + 0.5) as u8;
            }
        }
    }
}

/// Rows of a band, and columns between two tries, in pixels.
const BAND: usize = 8;

/// How much a distance may overstate what it is: ellipses are only exact near their edge.
const OVERSTATED: f32 = 1.7;

/// The parts of an area, a band of rows each, in which a shape comes within `reach` pixels: most shapes are far smaller than
/// the area that a caller knows.
fn near(area: Rect, reach: f32, distance: &impl Fn(f32, f32) -> f32) -> impl Iterator<Item = Rect> {
    let limit = reach + OVERSTATED * BAND as f32 * std::f32::consts::FRAC_1_SQRT_2;
    let rows = (area.top..area.bottom).step_by(BAND);
    rows.filter_map(move |top| {
        let bottom = (top + BAND).min(area.bottom);
        let middle = 0.5 * (top + bottom) as f32;
        let near = |left: &usize| {
            let right = (left + BAND).min(area.right);
            distance(0.5 * (left + right) as f32, middle) < limit
        };
        let mut columns = (area.left..area.right).step_by(BAND).filter(near);
        let left = columns.next()?;
        let right = columns.last().unwrap_or(left) + BAND;
        Some(Rect { left, top, right: right.min(area.right), bottom })
    })
}

/// A convex polygon, as the half planes it is the intersection of.
#[derive(Clone, Copy)]
pub struct Polygon<const CORNERS: usize>([(f32, f32, f32); CORNERS]);

impl<const CORNERS: usize> Polygon<CORNERS> {
    /// The polygon with these corners, in either sense of rotation.
    pub fn new(corners: [(f32, f32); CORNERS]) -> Self {
        let next = |at: usize| corners[(at + 1) % CORNERS];
        let area: f32 = (0..CORNERS).map(|at| corners[at].0 * next(at).1 - next(at).0 * corners[at].1).sum();
        Self(std::array::from_fn(|at| {
            let (from, to) = (corners[at], next(at));
            let (x, y) = ((to.1 - from.1) * area.signum(), (from.0 - to.0) * area.signum());
            let length = x.hypot(y).max(1e-6);
            let (x, y) = (x / length, y / length);
            (x, y, x * from.0 + y * from.1)
        }))
    }

    /// The signed distance to the edge, exact inside and near the sides.
    #[inline(always)]
    pub fn distance(&self, x: f32, y: f32) -> f32 {
        let mut most = f32::MIN;
        for (across, down, offset) in self.0 {
            most = most.max(x * across + y * down - offset);
        }
        most
    }
}

/// The signed distance to a circle around the origin.
#[inline(always)]
pub fn circle(x: f32, y: f32, radius: f32) -> f32 {
    (x * x + y * y).sqrt() - radius
}

/// The signed distance to a box around the origin, rounded by `round`.
#[inline(always)]
pub fn rounded_box(x: f32, y: f32, half_width: f32, half_height: f32, round: f32) -> f32 {
    let (x, y) = (x.abs() - half_width + round, y.abs() - half_height + round);
    let (out_x, out_y) = (x.max(0.0), y.max(0.0));
    (out_x * out_x + out_y * out_y).sqrt() + x.max(y).min(0.0) - round
}

/// The signed distance to a rod of half width `half` between two points.
#[inline(always)]
pub fn rod(x: f32, y: f32, from: (f32, f32), to: (f32, f32), half: f32) -> f32 {
    let (across, down) = (to.0 - from.0, to.1 - from.1);
    let (x, y) = (x - from.0, y - from.1);
    let along = ((x * across + y * down) / (across * across + down * down)).clamp(0.0, 1.0);
    circle(x - across * along, y - down * along, half)
}

/// The signed distance to an ellipse around the origin, good near its edge.
#[inline(always)]
pub fn ellipse(x: f32, y: f32, half_width: f32, half_height: f32) -> f32 {
    let (across, down) = (x / half_width, y / half_height);
    let level = (across * across + down * down).sqrt();
    let (across, down) = (across / half_width, down / half_height);
    let slope = (across * across + down * down).sqrt();
    level * (level - 1.0) / slope.max(1e-6)
}

/// The signed distance to a star with five points at distance 1, one of them up.
#[inline(always)]
pub fn star(x: f32, y: f32, depth: f32) -> f32 {
    const TURN: (f32, f32) = (0.809_017, -0.587_785_24);
    let (mut x, mut y) = (x.abs(), -y);
    let over = 2.0 * (TURN.0 * x + TURN.1 * y).max(0.0);
    (x, y) = (x - over * TURN.0, y - over * TURN.1);
    let over = 2.0 * (-TURN.0 * x + TURN.1 * y).max(0.0);
    (x, y) = ((x + over * TURN.0).abs(), y - over * TURN.1 - 1.0);
    let (side_x, side_y) = (-TURN.1 * depth, TURN.0 * depth - 1.0);
    let along = ((x * side_x + y * side_y) / (side_x * side_x + side_y * side_y)).clamp(0.0, 1.0);
    let (off_x, off_y) = (x - side_x * along, y - side_y * along);
    (off_x * off_x + off_y * off_y).sqrt().copysign(y * side_x - x * side_y)
}
