//! What is computed number by number or row by row, on slices: in one pass, over all threads, with the widest vectors that
//! the processor has. It knows no tensors.
//!
//! Sums are kept in [`LANES`] parts whatever the processor, so the same numbers give the same bytes.

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

/// Parts of a sum: the numbers of the widest vector (512 bits).
const LANES: usize = 16;
/// Numbers that one thread takes at a time: enough to be worth handing over (64 KiB), few enough for its nearest cache.
const PIECE: usize = 16 * 1024;

/// A chain of operations on one row.
///
/// It must be `#[inline(always)]`, as everything it calls: what is not inlined is compiled for the oldest processor.
pub(super) trait Chain: Sync {
    /// Changes the row at `place`; `beside` is the same row of the second array, or empty.
    fn run(&self, place: usize, row: &mut [f32], beside: &[f32]);
}

/// Runs a chain on every row of `rows`, which are `width` numbers each; `beside` is as long, or empty.
pub(super) fn each_row(rows: &mut [f32], beside: &[f32], width: usize, chain: &impl Chain) {
    assert!(beside.is_empty() || beside.len() == rows.len(), "two arrays of the same rows");
    let arch = Arch::new();
    let count = (PIECE / width).max(1);
    rows.par_chunks_mut(count * width).enumerate().for_each(|(piece, rows)| {
        let first = piece * count;
        let beside = if beside.is_empty() { beside } else { &beside[first * width..][..rows.len()] };
        arch.dispatch(Piece { rows, beside, width, first, chain });
    });
}

/// What one thread does.
struct Piece<'a, C> {
    rows: &'a mut [f32],
    beside: &'a [f32],
    width: usize,
    first: usize,
    chain: &'a C,
}

impl<C: Chain> WithSimd for Piece<'_, C> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (row, numbers) in self.rows.chunks_exact_mut(self.width).enumerate() {
            let beside = match self.beside {
                [] => self.beside,
                beside => &beside[row * self.width..][..self.width],
            };
            self.chain.run(self.first + row, numbers, beside);
        }
    }
}

/// Replaces each number by what `of` makes of it: a vector at a time, the rest of a row too.
#[inline(always)]
pub(super) fn each(numbers: &mut [f32], of: impl Fn(f32) -> f32) {
    let (pieces, rest) = numbers.as_chunks_mut::<LANES>();
    for piece in pieces {
        piece.iter_mut().for_each(|number| *number = of(*number));
    }
    let mut piece = [0.0; LANES];
    piece[..rest.len()].copy_from_slice(rest);
    piece.iter_mut().for_each(|number| *number = of(*number));
    rest.copy_from_slice(&piece[..rest.len()]);
}

/// The sum of `term` over the numbers.
#[inline(always)]
pub(super) fn sum(numbers: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0; LANES];
    let pieces = numbers.chunks_exact(LANES);
    let rest: f32 = pieces.remainder().iter().map(|number| term(*number)).sum();
    for piece in pieces {
        for (lane, number) in lanes.iter_mut().zip(piece) {
            *lane += term(*number);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// The largest of the numbers, `-inf` if there are none.
#[inline(always)]
pub(super) fn largest(numbers: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let pieces = numbers.chunks_exact(LANES);
    let greater = |a: f32, b: f32| if b > a { b } else { a };
    let rest = pieces.remainder().iter().fold(f32::NEG_INFINITY, |a, b| greater(a, *b));
    for piece in pieces {
        for (lane, number) in lanes.iter_mut().zip(piece) {
            *lane = greater(*lane, *number);
        }
    }
    lanes.iter().fold(rest, |a, b| greater(a, *b))
}

/// `1 / sqrt(mean(x^2) + eps)` over the channels of each place of pictures `[any, channels, area]`: `[any, area]`.
pub(super) fn sizes(pictures: &[f32], channels: usize, area: usize, eps: f32) -> Vec<f32> {
    struct Sizes<'a>(&'a [f32], &'a mut [f32], f32);
    impl WithSimd for Sizes<'_> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            let Self(picture, sizes, eps) = self;
            let area = sizes.len();
            for channel in picture.chunks_exact(area) {
                sizes.iter_mut().zip(channel).for_each(|(sum, x)| *sum += x * x);
            }
            let channels = (picture.len() / area) as f32;
            sizes.iter_mut().for_each(|sum| *sum = 1.0 / (*sum / channels + eps).sqrt());
        }
    }
    if pictures.is_empty() {
        return vec![];
    }
    let arch = Arch::new();
    let mut sizes = vec![0.0; pictures.len() / channels];
    sizes.par_chunks_mut(area).zip(pictures.par_chunks(channels * area)).for_each(|(sizes, picture)| {
        arch.dispatch(Sizes(picture, sizes, eps));
    });
    sizes
}

/// Mean and `1 / sqrt(variance + eps)` of a row, the variance being the biased one.
#[inline(always)]
pub(super) fn moments(row: &[f32], eps: f32) -> (f32, f32) {
    let count = row.len() as f32;
    let mean = sum(row, |number| number) / count;
    let variance = sum(row, |number| (number - mean) * (number - mean)) / count;
    (mean, 1.0 / (variance + eps).sqrt())
}

/// `e^x`, for x below -87 that of -87 (1.6e-38) and above 88 that of 88.
///
/// `x = n ln 2 + r` with a whole `n` and `|r| <= ln 2 / 2`; the Taylor polynomial of degree 7 is within 1e-8 of `e^r` there,
/// and `2^n` is made of its bits. `ln 2` is subtracted in two parts, of which the first has few bits, so that `n` times it is
/// exact (Cody and Waite, "Software Manual for the Elementary Functions", 1980).
#[inline(always)]
pub(in crate::nn) fn exp(x: f32) -> f32 {
    /// 1.5 * 2^23: adding it rounds to a whole number, which is then in the low bits.
    const ROUND: f32 = 12_582_912.0;
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let rounded = x * std::f32::consts::LOG2_E + ROUND;
    let n = rounded - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let mut power = 1.0 / 5040.0;
    for factor in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        power = power * r + factor;
    }
    let exponent = rounded.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    power * f32::from_bits(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_the_functions_of_std_to_the_last_bits() {
        for step in -8_700..=8_800 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp();
            assert!((f64::from(exp(x)) / exact - 1.0).abs() < 2e-7, "{x}: {} and not {exact}", exp(x));
        }
        assert!(exp(-1e30) < 2e-38 && exp(f32::NAN).is_nan());
    }

    #[test]
    fn sums_and_moments_are_those_of_whole_rows_whatever_their_length() {
        for width in [1, 15, 16, 17, 100] {
            let row: Vec<f32> = (0..width).map(|n| (n * n % 7) as f32 - 2.0).collect();
            assert!((sum(&row, |n| n) - row.iter().sum::<f32>()).abs() < 1e-4);
            assert_eq!(largest(&row), row.iter().copied().fold(f32::MIN, f32::max));
            let mut twice = row.clone();
            each(&mut twice, |n| 2.0 * n);
            assert!(twice.iter().zip(&row).all(|(twice, n)| *twice == 2.0 * n));
            let (mean, scale) = moments(&row, 1e-6);
            let normal: Vec<f32> = row.iter().map(|n| (n - mean) * scale).collect();
            let square = normal.iter().map(|n| n * n).sum::<f32>() / width as f32;
            assert!(normal.iter().sum::<f32>().abs() < 1e-3 && (width == 1 || (square - 1.0).abs() < 1e-3));
        }
    }

    /// Adds its place, or what is beside.
    struct Places;

    impl Chain for Places {
        fn run(&self, place: usize, row: &mut [f32], beside: &[f32]) {
            match beside {
                [] => row.iter_mut().for_each(|n| *n += place as f32),
                beside => row.iter_mut().zip(beside).for_each(|(n, beside)| *n += beside),
            }
        }
    }

    #[test]
    fn every_row_is_visited_once_and_told_its_place_and_what_is_beside() {
        let (width, count) = (3, PIECE + 5);
        let mut rows = vec![0.0; width * count];
        each_row(&mut rows, &[], width, &Places);
        let beside = rows.clone();
        each_row(&mut rows, &beside, width, &Places);
        assert!((0..count).all(|row| rows[row * width..][..width] == [2.0 * row as f32; 3]));
    }
}
