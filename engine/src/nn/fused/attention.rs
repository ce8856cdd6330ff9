//! Attention on the processor: each thread takes some queries of a head, so that their scores stay in its cache. Heads are
//! read and written where they lie in the rows of tokens, so nothing is copied to put them apart or together.

#![expect(
    unsafe_code,
    reason = "products on parts of arrays, which several threads write to, know only pointers"
)]

use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::rows;

/// Queries that are compared at once. With the 415 keys of a window their scores are 213 KB.
const QUERIES: usize = 128;

/// Sizes of an attention.
pub(in crate::nn) struct Shape {
    /// Samples.
    pub batch: usize,
    /// Keys of a sample.
    pub keys: usize,
    /// Heads of a token.
    pub heads: usize,
    /// Numbers of a head.
    pub head: usize,
}

/// Queries of one head, and where their sums go.
#[derive(Clone, Copy)]
struct Part {
    sample: usize,
    head: usize,
    /// First query in the sample.
    first: usize,
    count: usize,
}

/// Rows that several threads change at once, each other numbers of them.
struct Shared(*mut f32);

// SAFETY: a `Shared` is only a place; `attend` gives no number to two parts.
unsafe impl Sync for Shared {}

/// Replaces each query by its attention.
///
/// # Shapes
/// - query: `[batch, queries, heads * head]` · key, value: `[batch, keys, heads * head]`
pub(super) fn attend(query: &mut [f32], key: &[f32], value: &[f32], shape: &Shape) {
    if query.is_empty() {
        return;
    }
    let Shape { batch, keys, heads, head } = *shape;
    let width = heads * head;
    let queries = query.len() / (batch * width);
    assert_eq!(query.len(), batch * queries * width, "whole rows of queries");
    assert!(key.len() == batch * keys * width && value.len() == key.len(), "as many keys as values");
    let parts: Vec<Part> = (0..batch * heads)
        .flat_map(|both| {
            (0..queries).step_by(QUERIES).map(move |first| Part {
                sample: both / heads,
                head: both % heads,
                first,
                count: QUERIES.min(queries - first),
            })
        })
        .collect();
    let rows = Shared(query.as_mut_ptr());
    parts.into_par_iter().for_each_init(
        || vec![0.0_f32; QUERIES * keys],
        |scores, part| {
            let scores = &mut scores[..part.count * keys];
            let start = (part.sample * queries + part.first) * width + part.head * head;
            let others = part.sample * keys * width + part.head * head;
            // SAFETY: `start` is the first number of head `part.head` of the part's first query, and the part's `count`
            // queries, `width` apart, are in the array, as the first assertion says; no other part has this head of these
            // queries, so nobody else reads or writes these numbers meanwhile.
            let rows = unsafe { { &rows }.0.add(start) };
            let (key, value) = (&key[others..], &value[others..]);
            // SAFETY: `rows` as above; `key` and `value` hold `keys` rows from the head's first number on, the last up to
            // the head's end at least, as the second assertion says; `scores` holds `count * keys` numbers.
            unsafe { product_with_keys(rows, key.as_ptr(), scores, [part.count, keys, head], width) };
            let mut sums = [0.0; QUERIES];
            softmax_numerators(scores, &mut sums, keys, 1.0 / (head as f32).sqrt());
            // SAFETY: as before; the queries have been read.
            unsafe { product_with_values(scores, value.as_ptr(), rows, [part.count, keys, head], width) };
            for (row, sum) in sums[..part.count].iter().enumerate() {
                // SAFETY: as for `rows`; the products are done with them.
                let row = unsafe { std::slice::from_raw_parts_mut(rows.add(row * width), head) };
                let share = 1.0 / sum;
                row.iter_mut().for_each(|number| *number *= share);
            }
        },
    );
}

/// What is less likely than the likeliest by this power of e is nothing: far below the last bit of a sum of at least 1, and
/// left alone its products could be subnormal, which processors compute a hundred times slower.
const FAINT: f32 = -60.0;

/// Replaces the scores of each query, one for each of the keys, by `exp(scale (score - largest))`, and tells their sums.
pub(in crate::nn) fn softmax_numerators(scores: &mut [f32], sums: &mut [f32], keys: usize, scale: f32) {
    Arch::new().dispatch(Softmax { scores, sums, keys, scale });
}

/// What [`softmax_numerators`] does.
struct Softmax<'a> {
    scores: &'a mut [f32],
    sums: &'a mut [f32],
    keys: usize,
    scale: f32,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (scores, sum) in self.scores.chunks_exact_mut(self.keys).zip(self.sums) {
            let largest = rows::largest(scores);
            rows::each(scores, |score| {
                let power = (score - largest) * self.scale;
                if power < FAINT { 0.0 } else { rows::exp(power) }
            });
            *sum = rows::sum(scores, |score| score);
        }
    }
}

/// `scores = query key^T` for rows that are `width` numbers apart.
///
/// # Safety
/// `query` must be readable for `count` rows, `key` for `keys` rows of `head` numbers.
unsafe fn product_with_keys(
    query: *const f32,
    key: *const f32,
    scores: &mut [f32],
    [count, keys, head]: [usize; 3],
    width: usize,
) {
    assert_eq!(scores.len(), count * keys);
    let (to, step) = (scores.as_mut_ptr(), width as isize);
    // SAFETY: told above; `to` is `count` rows of `keys` numbers. The strides are, for each matrix, that of columns, then
    // that of rows; a column of `key^T` is a row of keys.
    unsafe {
        gemm::gemm(
            count,
            keys,
            head,
            to,
            1,
            keys as isize,
            false,
            query,
            1,
            step,
            key,
            step,
            1,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// `sums = weights value` for rows that are `width` numbers apart.
///
/// # Safety
/// `value` must be readable for `keys` rows, `sums` writable for `count` rows of `head` numbers, and neither in the other.
unsafe fn product_with_values(
    weights: &[f32],
    value: *const f32,
    sums: *mut f32,
    [count, keys, head]: [usize; 3],
    width: usize,
) {
    assert_eq!(weights.len(), count * keys);
    let (from, step) = (weights.as_ptr(), width as isize);
    // SAFETY: told above; `from` is `count` rows of `keys` numbers.
    unsafe {
        gemm::gemm(
            count,
            head,
            keys,
            sums,
            1,
            step,
            false,
            from,
            1,
            keys as isize,
            value,
            1,
            step,
            0.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}
