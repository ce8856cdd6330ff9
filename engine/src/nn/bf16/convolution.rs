//! Convolutions over two axes, stride 1, without taking the picture apart: padded, its rows are one line, on which every tap of a
//! kernel is a fixed way from the place that it is for.

use rayon::prelude::*;

use super::tile::{COLUMNS, ROWS, Rows, Starts, tile};
use super::{Pair, fill, pair};

/// Weights `[outputs, inputs, kernel, kernel]`, in groups of [`ROWS`] outputs, in which each tap of each pair of inputs stands for all
/// of them.
#[derive(Debug)]
pub(in crate::nn) struct Convolution {
    outputs: usize,
    inputs: usize,
    kernel: usize,
    groups: Vec<Pair>,
}

/// Pictures `[any, inputs, rows, columns]`.
pub(in crate::nn) struct Pictures<'a> {
    pub numbers: &'a [f32],
    /// Rows and columns.
    pub size: [usize; 2],
}

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
        let terms = inputs.div_ceil(2) * taps;
        let groups = (0..outputs.div_ceil(ROWS) * terms * ROWS).map(|n| {
            let (output, term) = (n / (terms * ROWS) * ROWS + n % ROWS, n / ROWS % terms);
            let (input, tap) = (term / taps * 2, term % taps);
            pair(at(output, input, tap), at(output, input + 1, tap))
        });
        Self { outputs, inputs, kernel, groups: groups.collect() }
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
        // From the last place of the last tile the farthest tap is `2 border` rows and places on.
        let stride = length.next_multiple_of(COLUMNS) + 2 * border * (width + 1);
        let line = Line { columns, width, length, stride };
        let lines = self.lines(pictures, of, &line);
        let taps = self.kernel * self.kernel;
        let starts = (0..pairs * taps).map(|term| {
            let tap = term % taps;
            term / taps * stride + tap / self.kernel * width + tap % self.kernel
        });
        let starts = Starts::new(starts.collect());
        let groups = self.outputs.div_ceil(ROWS);
        let size = self.groups.len() / groups;
        let mut parts: Vec<_> =
            out.chunks_mut(self.outputs * area).flat_map(|picture| picture.chunks_mut(ROWS * area)).collect();
        parts.par_iter_mut().enumerate().for_each(|(part, out)| {
            let (picture, group) = (part / groups, part % groups);
            let right = &lines[picture * pairs * stride..][..pairs * stride];
            let left = Rows { pairs: &self.groups[group * size..][..size], row: 1, step: ROWS };
            let bias = &bias[group * ROWS..];
            let mut sums = [[0.0; COLUMNS]; ROWS];
            for first in (0..length).step_by(COLUMNS) {
                tile(left, &right[first..], &starts, &mut sums);
                for ((out, sums), bias) in out.chunks_exact_mut(area).zip(&sums).zip(bias) {
                    add(out, &line, first, sums, *bias);
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
