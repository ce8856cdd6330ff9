//! Attention of heads that lie side by side: each thread takes some queries, so that their scores stay in its cache.

use rayon::prelude::*;

use super::tile::{COLUMNS, Rows, SIXTEEN, Starts, Tiles};
use super::{Aligned, Pair, fill, pair, round_row};
use crate::nn::fused::{Shape, softmax_numerators};

/// Queries that a thread takes at most. With the 415 keys of a window their scores are 239 KB.
const QUERIES: usize = 144;

/// Keys and values of one head of one sample, as tiles read them.
struct Head<'a> {
    /// `[head / 2, keys]`, the keys made whole [`COLUMNS`]: each a pair of numbers of a key.
    keys: &'a [Pair],
    /// `[keys / 2, head]`, the head made whole [`COLUMNS`]: each a number of a pair of keys.
    values: &'a [Pair],
}

/// How a head's keys and values are laid out.
struct Layout {
    keys: usize,
    head: usize,
    /// Terms of a score, and of a sum of values.
    score: Starts,
    sum: Starts,
}

impl Layout {
    fn new(keys: usize, head: usize) -> Self {
        let starts = |terms: usize, row: usize| Starts::new((0..terms).map(|term| term * row).collect());
        let score = starts(head.div_ceil(2), keys.next_multiple_of(COLUMNS));
        let sum = starts(keys.div_ceil(2), head.next_multiple_of(COLUMNS));
        Self { keys, head, score, sum }
    }

    fn sizes(&self) -> [usize; 2] {
        let Self { keys, head, .. } = *self;
        [head.div_ceil(2) * keys.next_multiple_of(COLUMNS), keys.div_ceil(2) * head.next_multiple_of(COLUMNS)]
    }

    /// Lays out rows of keys and of values, which begin with the head's first number and are `width` apart.
    fn pack(&self, pairs: &mut [Pair], key: &[f32], value: &[f32], width: usize) {
        let (keys, values) = pairs.split_at_mut(self.sizes()[0]);
        for (term, places) in keys.chunks_exact_mut(self.keys.next_multiple_of(COLUMNS)).enumerate() {
            let second = if 2 * term + 1 < self.head { 2 * term + 1 } else { 2 * term };
            fill(places, key.chunks(width).map(|row| pair(row[2 * term], row[second])));
        }
        let row = |key: usize| &value[key.min(self.keys - 1) * width..][..self.head];
        for (term, places) in values.chunks_exact_mut(self.head.next_multiple_of(COLUMNS)).enumerate() {
            fill(places, row(2 * term).iter().zip(row(2 * term + 1)).map(|(one, other)| pair(*one, *other)));
        }
    }
}

/// What a thread needs beside its queries.
struct Scratch {
    queries: Aligned,
    scores: Vec<f32>,
    weights: Aligned,
    sums: [f32; QUERIES],
}

impl Scratch {
    fn new(layout: &Layout) -> Self {
        Self {
            queries: Aligned::zeros(QUERIES * layout.head.div_ceil(2)),
            scores: vec![0.0; QUERIES * layout.keys],
            weights: Aligned::zeros(QUERIES * layout.keys.div_ceil(2)),
            sums: [0.0; QUERIES],
        }
    }
}

/// Replaces each query by its attention, `softmax(query key^T / sqrt(head)) value`.
///
/// # Shapes
/// - query: `[batch, queries, heads * head]` · key, value: `[batch, keys, heads * head]`
pub(in crate::nn) fn attend(query: &mut [f32], key: &[f32], value: &[f32], shape: &Shape) {
    if query.is_empty() {
        return;
    }
    let Shape { batch, keys, heads, head } = *shape;
    assert!(keys > 0, "queries look at something");
    let width = heads * head;
    let queries = query.len() / (batch * width);
    assert_eq!(query.len(), batch * queries * width, "whole rows of queries");
    assert!(key.len() == batch * keys * width && value.len() == key.len(), "as many keys as values");
    let layout = Layout::new(keys, head);
    let [for_keys, for_values] = layout.sizes();
    let size = for_keys + for_values;
    let mut packed = Aligned::zeros(batch * heads * size);
    packed.edit().par_chunks_mut(size).enumerate().for_each(|(both, pairs)| {
        let first = both / heads * keys * width + both % heads * head;
        layout.pack(pairs, &key[first..][..(keys - 1) * width + head], &value[first..], width);
    });
    let threads = rayon::current_num_threads();
    let blocks = queries.div_ceil(QUERIES).max(threads.div_ceil(batch)).min(queries);
    let block = queries.div_ceil(blocks).next_multiple_of(SIXTEEN).min(QUERIES);
    let mut parts: Vec<(usize, &mut [f32])> = query
        .chunks_mut(queries * width)
        .enumerate()
        .flat_map(|(sample, rows)| rows.chunks_mut(block * width).map(move |rows| (sample, rows)))
        .collect();
    parts.par_iter_mut().for_each_init(
        || Scratch::new(&layout),
        |scratch, (sample, rows)| {
            for (n, pairs) in
                packed.read()[*sample * heads * size..][..heads * size].chunks_exact(size).enumerate()
            {
                let (keys, values) = pairs.split_at(for_keys);
                attend_head(&Head { keys, values }, &layout, rows, [n * head, width], scratch);
            }
        },
    );
}

/// The attention of one head of some queries, whose numbers of this head begin at `first` of each of the rows.
fn attend_head(
    of: &Head<'_>,
    layout: &Layout,
    rows: &mut [f32],
    [first, width]: [usize; 2],
    scratch: &mut Scratch,
) {
    let Layout { keys, head, .. } = *layout;
    let (count, terms, halves) = (rows.len() / width, head.div_ceil(2), keys.div_ceil(2));
    let Scratch { queries, scores, weights, sums } = scratch;
    for (row, pairs) in rows.chunks_exact(width).zip(queries.edit().chunks_exact_mut(terms)) {
        round_row(&row[first..][..head], pairs);
    }
    let scores = &mut scores[..count * keys];
    let rows_of = |pairs, row| Rows { pairs, row, count };
    product(rows_of(queries.read(), terms), of.keys, &layout.score, keys, |row, column, part| {
        scores[row * keys + column..][..part.len()].copy_from_slice(part);
    });
    softmax_numerators(scores, &mut sums[..count], keys, 1.0 / (head as f32).sqrt());
    for (row, pairs) in scores.chunks_exact(keys).zip(weights.edit().chunks_exact_mut(halves)) {
        round_row(row, pairs);
    }
    product(rows_of(weights.read(), halves), of.values, &layout.sum, head, |row, column, part| {
        let share = 1.0 / sums[row];
        let out = &mut rows[row * width + first + column..][..part.len()];
        out.iter_mut().zip(part).for_each(|(out, sum)| *out = sum * share);
    });
}

/// The rows times the columns, of which there are `columns`; `put` takes a part of a row from a column on.
fn product(
    rows: Rows<'_>,
    right: &[Pair],
    starts: &Starts,
    columns: usize,
    mut put: impl FnMut(usize, usize, &[f32]),
) {
    let mut tiles = Tiles::new();
    for column in (0..columns).step_by(COLUMNS) {
        let part = COLUMNS.min(columns - column);
        tiles.products(rows, &right[column..], starts, |row, sums| put(row, column, &sums[..part]));
    }
}
