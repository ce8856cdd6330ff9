//! RGB to and from the planes of H.264: BT.709, studio range, 4:2:0 with chroma at the left luma sample, which is
//! where decoders expect it when the stream does not say.
//!
//! sRGB values are taken as BT.709 ones, as every player does in return.

use kinora_spec::Size;
use openh264::formats::YUVSource;

/// Fraction bits of the coefficients below.
const BITS: u32 = 16;
const Y: [i32; 3] = [11_966, 40_254, 4_064];
const CB: [i32; 3] = [-6_596, -22_188, 28_784];
const CR: [i32; 3] = [28_784, -26_145, -2_639];

/// One picture as three planes, rows without padding.
pub struct Planes {
    size: Size,
    y: Vec<u8>,
    cb: Vec<u8>,
    cr: Vec<u8>,
    /// Two rows added up, one vector a channel; each has one more column before the first, the first again.
    pair: [Vec<u16>; 3],
}

impl Planes {
    /// Room for a picture; both sides of `size` must be even.
    pub fn new(size: Size) -> Self {
        let (width, height) = (size.width as usize, size.height as usize);
        let chroma = vec![0; width / 2 * (height / 2)];
        Self {
            size,
            y: vec![0; width * height],
            cb: chroma.clone(),
            cr: chroma,
            pair: std::array::from_fn(|_| vec![0; width + 1]),
        }
    }

    /// Fills the planes from `[row, column, RGB]` of this size.
    pub fn fill(&mut self, rgb: &[u8]) {
        let width = self.size.width as usize;
        let pairs = rgb.chunks_exact(width * 6).zip(self.y.chunks_exact_mut(width * 2));
        let chroma = self.cb.chunks_exact_mut(width / 2).zip(self.cr.chunks_exact_mut(width / 2));
        for ((rgb, y), (cb, cr)) in pairs.zip(chroma) {
            for (pixel, y) in rgb.as_chunks().0.iter().zip(y) {
                *y = luma(*pixel);
            }
            add_rows(rgb, &mut self.pair);
            chroma_row(&self.pair, cb, cr);
        }
    }
}

fn luma(pixel: [u8; 3]) -> u8 {
    let sum: i32 = (0..3).map(|channel| Y[channel] * i32::from(pixel[channel])).sum();
    (16 + ((sum + (1 << (BITS - 1))) >> BITS)) as u8
}

fn add_rows(rgb: &[u8], pair: &mut [Vec<u16>; 3]) {
    let (upper, lower) = rgb.split_at(rgb.len() / 2);
    let [red, green, blue] = pair;
    let sums = red[1..].iter_mut().zip(&mut green[1..]).zip(&mut blue[1..]);
    let pixels = upper.as_chunks::<3>().0.iter().zip(lower.as_chunks::<3>().0);
    for (((red, green), blue), (upper, lower)) in sums.zip(pixels) {
        *red = u16::from(upper[0]) + u16::from(lower[0]);
        *green = u16::from(upper[1]) + u16::from(lower[1]);
        *blue = u16::from(upper[2]) + u16::from(lower[2]);
    }
    for channel in pair {
        channel[0] = channel[1];
    }
}

/// One row of chroma; across, the luma sample it sits on counts twice and its neighbours once.
fn chroma_row(pair: &[Vec<u16>; 3], cb: &mut [u8], cr: &mut [u8]) {
    for (column, (cb, cr)) in cb.iter_mut().zip(cr).enumerate() {
        let sum = |channel: &[u16]| {
            let near = &channel[2 * column..2 * column + 3];
            i32::from(near[0]) + 2 * i32::from(near[1]) + i32::from(near[2])
        };
        let rgb = [sum(&pair[0]), sum(&pair[1]), sum(&pair[2])];
        *cb = chroma(CB, rgb);
        *cr = chroma(CR, rgb);
    }
}

/// A chroma value from channel sums that weigh eight pixels.
fn chroma(weights: [i32; 3], rgb: [i32; 3]) -> u8 {
    let sum: i32 = (0..3).map(|channel| weights[channel] * rgb[channel]).sum();
    (128 + ((sum + (1 << (BITS + 2))) >> (BITS + 3))) as u8
}

impl YUVSource for Planes {
    fn dimensions(&self) -> (usize, usize) {
        (self.size.width as usize, self.size.height as usize)
    }

    fn strides(&self) -> (usize, usize, usize) {
        let width = self.size.width as usize;
        (width, width / 2, width / 2)
    }

    fn y(&self) -> &[u8] {
        &self.y
    }

    fn u(&self) -> &[u8] {
        &self.cb
    }

    fn v(&self) -> &[u8] {
        &self.cr
    }
}

/// What the values of decoded planes mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour {
    /// Luma and chroma weights of BT.709, not of BT.601.
    pub bt709: bool,
    /// Values from 0 to 255, not from 16 to 235 or 240.
    pub full: bool,
}

impl Colour {
    /// What players assume of a stream that does not say: BT.709 from high definition on.
    pub const fn guess(size: Size) -> Self {
        Self { bt709: size.width >= 1_280 || size.height > 576, full: false }
    }

    /// With the transfer and the matrix of ITU-T H.273; nothing if they are not those of ordinary video.
    pub const fn coded(self, transfer: u32, matrix: u32) -> Option<Self> {
        // PQ and HLG.
        if matches!(transfer, 16 | 18) {
            return None;
        }
        match matrix {
            1 => Some(Self { bt709: true, ..self }),
            4..=6 => Some(Self { bt709: false, ..self }),
            2 | 3 => Some(self),
            _ => None,
        }
    }

    /// By how much luma is scaled, and what Cr gives to red, Cb and Cr to green and Cb to blue, in parts of 2^16.
    fn weights(self) -> (i32, [i32; 4]) {
        // Kr and Kb of BT.709-6 and BT.601-7; green is what is left.
        let (red, blue) = if self.bt709 { (0.2126, 0.0722) } else { (0.299, 0.114) };
        let green = 1.0 - red - blue;
        let (luma, chroma) = if self.full { (1.0, 1.0) } else { (255.0 / 219.0, 255.0 / 224.0) };
        let fixed = |value: f64| (value * f64::from(1 << BITS)).round() as i32;
        let (cr, cb) = (2.0 * (1.0 - red), 2.0 * (1.0 - blue));
        let weights = [cr, -cb * blue / green, -cr * red / green, cb];
        (fixed(luma), weights.map(|weight| fixed(weight * chroma)))
    }
}

/// Appends the picture of decoded planes as `[row, column, RGB]`; chroma is repeated, not interpolated.
pub fn to_rgb(planes: &impl YUVSource, colour: Colour, rgb: &mut Vec<u8>) {
    let (width, height) = planes.dimensions();
    let (y_stride, cb_stride, cr_stride) = planes.strides();
    let (scale, [red, green_cb, green_cr, blue]) = colour.weights();
    let black = if colour.full { 0 } else { 16 };
    let half = 1 << (BITS - 1);
    let byte = |value: i32| (value >> BITS).clamp(0, 255) as u8;
    rgb.reserve(3 * width * height);
    for row in 0..height {
        let y = &planes.y()[row * y_stride..][..width];
        let cb = &planes.u()[row / 2 * cb_stride..][..width.div_ceil(2)];
        let cr = &planes.v()[row / 2 * cr_stride..][..width.div_ceil(2)];
        for ((pair, cb), cr) in y.chunks(2).zip(cb).zip(cr) {
            let (cb, cr) = (i32::from(*cb) - 128, i32::from(*cr) - 128);
            let chroma = [red * cr, green_cb * cb + green_cr * cr, blue * cb];
            for y in pair {
                let y = scale * (i32::from(*y) - black) + half;
                rgb.extend_from_slice(&chroma.map(|chroma| byte(y + chroma)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written here.
    const OURS: Colour = Colour { bt709: true, full: false };

    fn planes_of(pixel: [u8; 3]) -> (u8, u8, u8) {
        let mut planes = Planes::new(Size::new(4, 2));
        planes.fill(&pixel.repeat(8));
        assert!(planes.y.iter().all(|value| *value == planes.y[0]));
        (planes.y[0], planes.cb[0], planes.cr[1])
    }

    #[test]
    fn the_primaries_have_the_values_of_bt709() {
        assert_eq!(planes_of([0, 0, 0]), (16, 128, 128));
        assert_eq!(planes_of([255, 255, 255]), (235, 128, 128));
        assert_eq!(planes_of([255, 0, 0]), (63, 102, 240));
        assert_eq!(planes_of([0, 255, 0]), (173, 42, 26));
        assert_eq!(planes_of([0, 0, 255]), (32, 240, 118));
    }

    #[test]
    fn every_grey_comes_back_within_one_step() {
        for grey in 0..=255u8 {
            let mut planes = Planes::new(Size::new(2, 2));
            planes.fill(&[grey; 12]);
            let mut rgb = Vec::new();
            to_rgb(&planes, OURS, &mut rgb);
            assert!(rgb.iter().all(|value| value.abs_diff(grey) <= 1), "{grey} became {rgb:?}");
        }
    }

    #[test]
    fn chroma_sits_on_the_left_luma_sample() {
        // Red from column 2 on: the sample on column 2 has one grey neighbour of four parts, the one on column 0 none.
        let row: Vec<u8> = [[128; 3], [128; 3], [255, 0, 0], [255, 0, 0]].concat();
        let mut planes = Planes::new(Size::new(4, 2));
        planes.fill(&row.repeat(2));
        assert_eq!(planes.cr[0], 128);
        assert_eq!(i32::from(planes.cr[1]), 128 + (240 - 128) * 3 / 4);
    }
}
