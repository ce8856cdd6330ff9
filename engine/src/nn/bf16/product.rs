//! Rows times a matrix.

use rayon::prelude::*;

use super::tile::{COLUMNS, ROWS, Rows, SIXTEEN, Starts, Tiles};
use super::{Aligned, Pair, pair, round_row};

/// Rows that one thread takes at most: rounded, at the 1536 numbers of a wide model, they fill less than half of its second cache.
const PART_ROWS: usize = 144;

/// A matrix `[inputs, outputs]`, in panels of [`COLUMNS`] outputs, in which each pair of inputs stands for all of them.
#[derive(Debug)]
pub(in crate::nn) struct Product {
    outputs: usize,
    inputs: usize,
    panels: Aligned,
    starts: Starts,
}

impl Product {
    pub(in crate::nn) fn of(weight: &[f32], [inputs, outputs]: [usize; 2]) -> Self {
        assert_eq!(weight.len(), inputs * outputs);
        let pairs = inputs.div_ceil(2);
        let at = |input: usize, output: usize| {
            if input < inputs && output < outputs { weight[input * outputs + output] } else { 0.0 }
        };
        let mut panels = Aligned::zeros(outputs.div_ceil(COLUMNS) * pairs * COLUMNS);
        panels.edit().par_chunks_mut(pairs * COLUMNS).enumerate().for_each(|(panel, numbers)| {
            for (n, number) in numbers.iter_mut().enumerate() {
                let (input, output) = (2 * (n / COLUMNS), panel * COLUMNS + n % COLUMNS);
                *number = pair(at(input, output), at(input + 1, output));
            }
        });
        Self { outputs, inputs, panels, starts: Starts::new((0..pairs).map(|k| k * COLUMNS).collect()) }
    }

    /// Writes the products of rows with the matrix.
    ///
    /// # Shapes
    /// - rows: `[any, inputs]` · out: `[as many, outputs]`
    pub(in crate::nn) fn times(&self, rows: &[f32], out: &mut [f32]) {
        let (inputs, outputs, count) = (self.inputs, self.outputs, rows.len() / self.inputs);
        if out.is_empty() {
            return;
        }
        assert!(rows.len() == count * inputs && out.len() == count * outputs, "whole rows");
        let threads = rayon::current_num_threads();
        let parts = threads * count.div_ceil(threads * PART_ROWS);
        let part = count.div_ceil(parts.max(1)).next_multiple_of(SIXTEEN);
        out.par_chunks_mut(part * outputs).zip(rows.par_chunks(part * inputs)).for_each_init(
            || Aligned::zeros(part.next_multiple_of(ROWS) * inputs.div_ceil(2)),
            |pairs, (out, rows)| self.part(rows, pairs.edit(), out),
        );
    }

    fn part(&self, rows: &[f32], pairs: &mut [Pair], out: &mut [f32]) {
        let (inputs, outputs, row) = (self.inputs, self.outputs, self.inputs.div_ceil(2));
        let count = rows.len() / inputs;
        for (pairs, numbers) in pairs.chunks_exact_mut(row).zip(rows.chunks_exact(inputs)) {
            round_row(numbers, pairs);
        }
        let left = Rows { pairs, row, count };
        let mut tiles = Tiles::new();
        for (panel, right) in self.panels.read().chunks_exact(row * COLUMNS).enumerate() {
            let first = panel * COLUMNS;
            let width = COLUMNS.min(outputs - first);
            tiles.products(left, right, &self.starts, |row, sums| {
                out[row * outputs + first..][..width].copy_from_slice(&sums[..width]);
            });
        }
    }
}
