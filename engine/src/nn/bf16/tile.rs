//! The product of a few rows with a few columns, from registers: all that is unsafe about products in bfloat16.

use super::Pair;

/// Rows of a tile.
pub(super) const ROWS: usize = 6;
/// Columns of a tile: four of the widest vectors. With [`ROWS`] that makes 24 sums, which hide the instruction's latency.
pub(super) const COLUMNS: usize = 64;

/// The sums of a tile.
pub(super) type Sums = [[f32; COLUMNS]; ROWS];

/// Whether tiles are worth it here. Tests compute them on any processor.
pub(super) fn is_supported() -> bool {
    cfg!(test) || has_instruction()
}

/// Whether the processor has `vdpbf16ps` on the widest vectors.
fn has_instruction() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16");
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// The left side of a tile: term `k` of row `r` is `pairs[r * row + k * step]`.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub pairs: &'a [Pair],
    pub row: usize,
    pub step: usize,
}

/// Where on the right side the terms begin: term `k` of column `c` is `pairs[starts[k] + c]`.
#[derive(Debug)]
pub(super) struct Starts {
    starts: Vec<usize>,
    last: usize,
}

impl Starts {
    pub(super) fn new(starts: Vec<usize>) -> Self {
        Self { last: starts.iter().copied().max().unwrap_or_default(), starts }
    }
}

/// The sums over all terms of a row's number times a column's.
///
/// # Panics
/// When a term is not there.
pub(super) fn tile(left: Rows<'_>, right: &[Pair], starts: &Starts, sums: &mut Sums) {
    let Some(last) = starts.starts.len().checked_sub(1) else { return *sums = [[0.0; COLUMNS]; ROWS] };
    let (row, term) = (left.row.checked_mul(ROWS - 1), left.step.checked_mul(last));
    let last_left = row.zip(term).and_then(|(row, term)| row.checked_add(term));
    assert!(last_left.is_some_and(|place| place < left.pairs.len()), "a term of each row");
    assert!(starts.last.checked_add(COLUMNS).is_some_and(|end| end <= right.len()), "a term of each column");
    if !has_instruction() {
        return scalar(left, right, &starts.starts, sums);
    }
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "vector instructions and their loads")]
    // SAFETY: the processor has what the function is compiled for; every place that it reads is at most the last of its side,
    // which are in their slices by the assertions above.
    unsafe {
        sum(left, right.as_ptr(), &starts.starts, sums);
    }
}

/// What a tile is, for processors that have no instruction for it.
fn scalar(left: Rows<'_>, right: &[Pair], starts: &[usize], sums: &mut Sums) {
    let halves = |pair: Pair| [f32::from_bits(pair << 16), f32::from_bits(pair & 0xFFFF_0000)];
    for (row, sums) in sums.iter_mut().enumerate() {
        for (column, sum) in sums.iter_mut().enumerate() {
            let terms = starts.iter().enumerate().map(|(term, start)| {
                let [a, b] = halves(left.pairs[row * left.row + term * left.step]);
                let [c, d] = halves(right[start + column]);
                a * c + b * d
            });
            *sum = terms.sum();
        }
    }
}

/// # Safety
/// The places of `left` for [`ROWS`] rows and `starts.len()` terms, and those of `right` for [`COLUMNS`] from each start on,
/// must be readable.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bf16")]
#[expect(unsafe_code, reason = "vector instructions and their loads")]
unsafe fn sum(left: Rows<'_>, right: *const Pair, starts: &[usize], sums: &mut Sums) {
    use std::arch::x86_64::{
        __m512bh, __m512i, _mm512_dpbf16_ps, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_ps,
        _mm512_storeu_ps,
    };
    use std::mem::transmute;
    const LANES: usize = 16;
    const VECTORS: usize = COLUMNS / LANES;

    let mut totals = [[_mm512_setzero_ps(); VECTORS]; ROWS];
    let mut number = left.pairs.as_ptr();
    for start in starts {
        // SAFETY: told above: the columns from `start` on, and term after term of each row. The types differ in name only.
        unsafe {
            let columns: [__m512bh; VECTORS] = std::array::from_fn(|n| {
                transmute::<__m512i, __m512bh>(_mm512_loadu_si512(right.add(start + n * LANES).cast()))
            });
            for (row, totals) in totals.iter_mut().enumerate() {
                let number = transmute::<__m512i, __m512bh>(_mm512_set1_epi32(
                    (*number.add(row * left.row)).cast_signed(),
                ));
                for (total, column) in totals.iter_mut().zip(columns) {
                    *total = _mm512_dpbf16_ps(*total, number, column);
                }
            }
        }
        number = number.wrapping_add(left.step);
    }
    for (sums, totals) in sums.iter_mut().zip(totals) {
        for (sums, total) in sums.as_chunks_mut::<LANES>().0.iter_mut().zip(totals) {
            // SAFETY: sixteen numbers.
            unsafe { _mm512_storeu_ps(sums.as_mut_ptr(), total) };
        }
    }
}
