//! The products of rows with a few columns, from registers: with `amx`, all that is unsafe about products in bfloat16.

use super::{Pair, amx};

/// Columns of a tile: four of the widest vectors.
pub(super) const COLUMNS: usize = 64;
/// Rows that AMX computes at once.
pub(super) const SIXTEEN: usize = 16;
/// Rows that AVX-512 computes at once: with [`COLUMNS`] that makes 24 sums, which hide the instruction's latency.
pub(super) const SIX: usize = 6;
/// A whole number of tiles of either height. AMX computes so many rows in one go, because getting it ready takes as long as a
/// small tile.
pub(super) const ROWS: usize = 48;

/// The sums of a row of a tile.
pub(super) type Sums = [f32; COLUMNS];

/// The left side: term `k` of row `r` is `pairs[r * row + k]`. Of the rows `count` are meant; there are whole [`ROWS`].
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub pairs: &'a [Pair],
    pub row: usize,
    pub count: usize,
}

/// Where on the right side the terms begin: term `k` of column `c` is `pairs[starts[k] + c]`.
#[derive(Debug)]
pub(super) struct Starts {
    starts: Vec<usize>,
    last: usize,
    runs: Option<amx::Runs>,
}

impl Starts {
    pub(super) fn new(starts: Vec<usize>) -> Self {
        Self { last: starts.iter().copied().max().unwrap_or_default(), runs: amx::Runs::of(&starts), starts }
    }
}

/// What tiles are computed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Amx,
    Avx512,
    Scalar,
}

impl Way {
    /// The fastest first.
    pub(super) const ALL: [Self; 3] = [Self::Amx, Self::Avx512, Self::Scalar];

    /// Whether the processor can.
    pub(super) fn is_here(self) -> bool {
        match self {
            Self::Amx => amx::is_supported(),
            Self::Avx512 => has_instruction(),
            Self::Scalar => true,
        }
    }

    /// Whether such terms can be computed so.
    pub(super) fn takes(self, starts: &Starts) -> bool {
        self != Self::Amx || starts.runs.is_some()
    }

    /// Rows of a tile, and of those that are computed in one go.
    fn rows(self) -> [usize; 2] {
        match self {
            Self::Amx => [SIXTEEN, ROWS],
            Self::Avx512 => [SIX, SIX],
            Self::Scalar => [1, SIX],
        }
    }
}

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

/// Computes tiles: room for the sums of some.
pub(super) struct Tiles {
    way: Way,
    sums: [Sums; ROWS],
}

impl Tiles {
    /// As fast as the processor can.
    pub(super) fn new() -> Self {
        Self::by(Way::Amx)
    }

    /// So, or by the next way that can be gone.
    pub(super) fn by(way: Way) -> Self {
        Self { way, sums: [[0.0; COLUMNS]; ROWS] }
    }

    /// Hands over each row's number and the sums over all terms of the row's times each column's.
    ///
    /// # Panics
    /// When a term is not there.
    pub(super) fn products(
        &mut self,
        left: Rows<'_>,
        right: &[Pair],
        starts: &Starts,
        mut put: impl FnMut(usize, &Sums),
    ) {
        let mut ways = Way::ALL.into_iter().skip_while(|way| *way != self.way);
        let way = ways.find(|way| way.is_here() && way.takes(starts)).unwrap_or(Way::Scalar);
        let [tile, together] = way.rows();
        for first in (0..left.count).step_by(together) {
            let count = (left.count - first).min(together);
            let left = Rows { pairs: &left.pairs[first * left.row..], ..left };
            let sums = &mut self.sums[..count.next_multiple_of(tile)];
            tiles(way, left, right, starts, sums);
            for (row, sums) in sums[..count].iter().enumerate() {
                put(first + row, sums);
            }
        }
    }
}

/// As many rows as there are sums, which are whole tiles.
fn tiles(way: Way, left: Rows<'_>, right: &[Pair], starts: &Starts, sums: &mut [Sums]) {
    let [rows, terms] = [sums.len(), starts.starts.len()].map(|count| count.checked_sub(1));
    let (Some(rows), Some(terms)) = (rows, terms) else { return sums.fill([0.0; COLUMNS]) };
    let last = left.row.checked_mul(rows).and_then(|row| row.checked_add(terms));
    assert!(last.is_some_and(|place| place < left.pairs.len()), "a term of each row");
    assert!(starts.last.checked_add(COLUMNS).is_some_and(|end| end <= right.len()), "a term of each column");
    assert!(way.is_here(), "instructions that there are");
    match way {
        Way::Amx => {
            let (tiles, []) = sums.as_chunks_mut() else { unreachable!("whole tiles") };
            let Some(runs) = &starts.runs else { unreachable!("asked for only where there are runs") };
            #[expect(unsafe_code, reason = "tile instructions and their loads")]
            // SAFETY: the processor has them; every place that they read is at most the last of its side, which are in their
            // slices by the assertions above.
            unsafe {
                amx::sum(left, right.as_ptr(), runs, tiles);
            }
        }
        #[cfg(target_arch = "x86_64")]
        Way::Avx512 => {
            let (tiles, []) = sums.as_chunks_mut() else { unreachable!("whole tiles") };
            for (tile, sums) in tiles.iter_mut().enumerate() {
                let left = Rows { pairs: &left.pairs[tile * SIX * left.row..], ..left };
                #[expect(unsafe_code, reason = "vector instructions and their loads")]
                // SAFETY: as above.
                unsafe {
                    sum(left, right.as_ptr(), &starts.starts, sums);
                }
            }
        }
        _ => scalar(left, right, &starts.starts, sums),
    }
}

/// What a tile is, for processors that have no instruction for it.
fn scalar(left: Rows<'_>, right: &[Pair], starts: &[usize], sums: &mut [Sums]) {
    let halves = |pair: Pair| [f32::from_bits(pair << 16), f32::from_bits(pair & 0xFFFF_0000)];
    for (row, sums) in sums.iter_mut().enumerate() {
        for (column, sum) in sums.iter_mut().enumerate() {
            let terms = starts.iter().enumerate().map(|(term, start)| {
                let [a, b] = halves(left.pairs[row * left.row + term]);
                let [c, d] = halves(right[start + column]);
                a * c + b * d
            });
            *sum = terms.sum();
        }
    }
}

/// # Safety
/// The processor must have the instructions. The places of `left` for [`SIX`] rows and `starts.len()` terms, and those of `right` for
/// [`COLUMNS`] from each start on, must be readable.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bf16")]
#[expect(unsafe_code, reason = "vector instructions and their loads")]
unsafe fn sum(left: Rows<'_>, right: *const Pair, starts: &[usize], sums: &mut [Sums; SIX]) {
    use std::arch::x86_64::{
        __m512bh, __m512i, _mm512_dpbf16_ps, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_ps,
        _mm512_storeu_ps,
    };
    use std::mem::transmute;
    const LANES: usize = 16;
    const VECTORS: usize = COLUMNS / LANES;

    let mut totals = [[_mm512_setzero_ps(); VECTORS]; SIX];
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
        number = number.wrapping_add(1);
    }
    for (sums, totals) in sums.iter_mut().zip(totals) {
        for (sums, total) in sums.as_chunks_mut::<LANES>().0.iter_mut().zip(totals) {
            // SAFETY: sixteen numbers.
            unsafe { _mm512_storeu_ps(sums.as_mut_ptr(), total) };
        }
    }
}
