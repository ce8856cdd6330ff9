//! Convolutions over two axes, stride 1, without taking the picture apart: padded, its rows are one line, on which every tap of a
//! kernel is a fixed way from the place that it is for.

use rayon::prelude::*;

use super::tile::{COLUMNS, ROWS, Rows, Starts, Tiles};
use super::{Aligned, Pair, fill, pair};

/// Weights `[outputs, inputs, kernel, kernel]`, as rows `[outputs, kernel, kernel, inputs / 2]`, the outputs made whole [`ROWS`]. The
/// pairs of inputs are last, because on the right side they are equally far apart.
#[derive(Debug)]
pub(in crate::nn) struct Convolution {
    outputs: usize,
    inputs: usize,
    kernel: usize,
    weights: Aligned,
}

/// Pictures `[any, inputs, rows, columns]`.
pub(in crate::nn) struct Pictures<'a> {
    pub numbers: &'a [f32],
    /// Rows and columns.
    pub size: [usize; 2],
}

/// Places that a thread takes at a time: with 64 channels they are 256 KB, which stay in its second cache while all outputs are
/// computed.
const PLACES: usize = 2048;

/// A padded picture as one line: places of all rows, and those that the last tile reads beyond the end.
struct Line {
    /// Of a row without its borders.
    columns: usize,
    width: usize,
    length: usize,
    /// Of a channel pair.
    stride: usize,
}

impl Convolution {
    pub(in crate::nn) fn of(weight: &[f32], [outputs, inputs, kernel]: [usize; 3]) -> Self {
        let taps = kernel * kernel;
        assert!(kernel % 2 == 1 && weight.len() == outputs * inputs * taps);
        let at = |output: usize, input: usize, tap: usize| {
            if output < outputs && input < inputs {
                weight[(output * inputs + input) * taps + tap]
            } else {
                0.0
            }
        };
        let pairs = inputs.div_ceil(2);
        let terms = taps * pairs;
        let mut weights = Aligned::zeros(outputs.next_multiple_of(ROWS) * terms);
        for (n, weight) in weights.edit().iter_mut().enumerate() {
            let (output, tap, input) = (n / terms, n % terms / pairs, n % pairs * 2);
            *weight = pair(at(output, input, tap), at(output, input + 1, tap));
        }
        Self { outputs, inputs, kernel, weights }
    }

    /// Adds the convolution of what `of` makes of each number to `out`.
    ///
    /// # Shapes
    /// - bias: `[outputs]` · out: `[as many as pictures, outputs, rows, columns]`
    pub(in crate::nn) fn add(
        &self,
        out: &mut [f32],
        pictures: &Pictures<'_>,
        of: impl Fn(f32) -> f32 + Sync,
        bias: &[f32],
    ) {
        if out.is_empty() {
            return;
        }
        let [rows, columns] = pictures.size;
        let (area, pairs, border) = (rows * columns, self.inputs.div_ceil(2), self.kernel / 2);
        let count = pictures.numbers.len() / (self.inputs * area);
        assert!(
            pictures.numbers.len() == count * self.inputs * area && bias.len() == self.outputs,
            "whole pictures"
        );
        assert_eq!(out.len(), count * self.outputs * area, "as many pictures");
        let width = columns + 2 * border;
        let length = rows * width;
        // A tile may begin at the last place, and from its last place the farthest tap is `2 border` rows and places on.
        let stride = length + COLUMNS - 1 + 2 * border * (width + 1);
        let line = Line { columns, width, length, stride };
        let lines = self.lines(pictures, of, &line);
        let terms = self.kernel * self.kernel * pairs;
        let starts = (0..terms).map(|term| {
            let tap = term / pairs;
            term % pairs * stride + tap / self.kernel * width + tap % self.kernel
        });
        let starts = Starts::new(starts.collect());
        let threads = rayon::current_num_threads();
        let band = (PLACES / width).min(rows.div_ceil(threads.div_ceil(count))).max(1);
        let bands = rows.div_ceil(band);
        let mut parts = banded(out, [self.outputs, area, band * columns]);
        parts.par_iter_mut().enumerate().for_each_init(Tiles::new, |tiles, (part, out)| {
            let (picture, start) = (part / bands, part % bands * band * width);
            let right = &lines[picture * pairs * stride..][..pairs * stride];
            let line = Line { length: out[0].len() / columns * width, ..line };
            // So many outputs at a time, because more places than that to write to are too many for a processor to foresee.
            let weights = self.weights.read().chunks_exact(ROWS * terms);
            for ((out, pairs), bias) in out.chunks_mut(ROWS).zip(weights).zip(bias.chunks(ROWS)) {
                let left = Rows { pairs, row: terms, count: out.len() };
                for first in (0..line.length).step_by(COLUMNS) {
                    tiles.products(left, &right[start + first..], &starts, |output, sums| {
                        add(out[output], &line, first, sums, bias[output]);
                    });
                }
            }
        });
    }

    /// The pictures as lines, `[any, pairs, stride]`, each place a pair of channels.
    fn lines(&self, pictures: &Pictures<'_>, of: impl Fn(f32) -> f32 + Sync, line: &Line) -> Vec<Pair> {
        let Pictures { numbers, size: [rows, columns] } = *pictures;
        let (area, border, pairs) = (rows * columns, self.kernel / 2, self.inputs.div_ceil(2));
        let count = numbers.len() / (self.inputs * area);
        let mut lines = vec![0; count * pairs * line.stride];
        lines.par_chunks_mut(line.stride).enumerate().for_each(|(n, places)| {
            let (picture, input) = (n / pairs, 2 * (n % pairs));
            // Of an odd number of channels the last stands twice, the second time with weights of zero.
            let channel = |input: usize| {
                &numbers[(picture * self.inputs + input.min(self.inputs - 1)) * area..][..area]
            };
            let (one, other) =
                (channel(input).chunks_exact(columns), channel(input + 1).chunks_exact(columns));
            for (row, (one, other)) in one.zip(other).enumerate() {
                let start = (row + border) * line.width + border;
                let numbers = one.iter().zip(other).map(|(one, other)| pair(of(*one), of(*other)));
                fill(&mut places[start..][..columns], numbers);
            }
        });
        lines
    }
}

/// Pictures in bands: of each picture, band after band, that part of each of its channels. A channel is `area` numbers, `band` of which
/// are in a band, but for the last.
fn banded(pictures: &mut [f32], [channels, area, band]: [usize; 3]) -> Vec<Vec<&mut [f32]>> {
    let bands = area.div_ceil(band);
    let mut parts = Vec::new();
    parts.resize_with(pictures.len() / (channels * area) * bands, || Vec::with_capacity(channels));
    for (n, channel) in pictures.chunks_mut(area).enumerate() {
        for (part, numbers) in channel.chunks_mut(band).enumerate() {
            parts[n / channels * bands + part].push(numbers);
        }
    }
    parts
}

/// Adds the sums from place `first` of a line on where they belong in a channel of a picture; those at its borders belong
/// nowhere.
fn add(channel: &mut [f32], line: &Line, first: usize, sums: &[f32; COLUMNS], bias: f32) {
    let end = (first + COLUMNS).min(line.length);
    let mut place = first;
    while place < end {
        let (row, column) = (place / line.width, place % line.width);
        let next = ((row + 1) * line.width).min(end);
        let inside = line.columns.saturating_sub(column).min(next - place);
        let out = &mut channel[row * line.columns + column.min(line.columns)..][..inside];
        out.iter_mut().zip(&sums[place - first..]).for_each(|(out, sum)| *out += sum + bias);
        place = next;
    }
}
