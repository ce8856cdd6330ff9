//! Rows times a matrix.

use rayon::prelude::*;

use super::tile::{COLUMNS, ROWS, Rows, Starts, tile};
use super::{Pair, pair, round_row};

/// Rows that one thread takes at most: rounded, at the 1536 numbers of a wide model, they fill half of its second cache.
const PART_ROWS: usize = 168;

/// A matrix `[inputs, outputs]`, in panels of [`COLUMNS`] outputs, in which each pair of inputs stands for all of them.
#[derive(Debug)]
pub(in crate::nn) struct Product {
    outputs: usize,
    inputs: usize,
    panels: Vec<Pair>,
    starts: Starts,
}

impl Product {
    pub(in crate::nn) fn of(weight: &[f32], [inputs, outputs]: [usize; 2]) -> Self {
        assert_eq!(weight.len(), inputs * outputs);
        let pairs = inputs.div_ceil(2);
        let at = |input: usize, output: usize| {
            if input < inputs && output < outputs { weight[input * outputs + output] } else { 0.0 }
        };
        let mut panels = vec![0; outputs.div_ceil(COLUMNS) * pairs * COLUMNS];
        panels.par_chunks_mut(pairs * COLUMNS).enumerate().for_each(|(panel, numbers)| {
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
        let part = count.div_ceil(parts.max(1)).next_multiple_of(ROWS);
        out.par_chunks_mut(part * outputs).zip(rows.par_chunks(part * inputs)).for_each_init(
            Vec::new,
            |pairs, (out, rows)| {
                self.part(rows, pairs, out);
            },
        );
    }

    fn part(&self, rows: &[f32], pairs: &mut Vec<Pair>, out: &mut [f32]) {
        let (inputs, outputs, row) = (self.inputs, self.outputs, self.inputs.div_ceil(2));
        let count = rows.len() / inputs;
        pairs.resize(count.next_multiple_of(ROWS) * row, 0);
        for (pairs, numbers) in pairs.chunks_exact_mut(row).zip(rows.chunks_exact(inputs)) {
            round_row(numbers, pairs);
        }
        let mut sums = [[0.0; COLUMNS]; ROWS];
        for (panel, right) in self.panels.chunks_exact(row * COLUMNS).enumerate() {
            let first = panel * COLUMNS;
            let width = COLUMNS.min(outputs - first);
            let blocks = out.chunks_mut(ROWS * outputs).zip(pairs.chunks_exact(ROWS * row));
            for (out, left) in blocks {
                tile(Rows { pairs: left, row, step: 1 }, right, &self.starts, &mut sums);
                for (out, sums) in out.chunks_exact_mut(outputs).zip(&sums) {
                    out[first..][..width].copy_from_slice(&sums[..width]);
                }
            }
        }
    }
}
