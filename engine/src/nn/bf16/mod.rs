//! Products of numbers rounded to bfloat16, summed in F32: what processors with AVX-512 BF16 (`vdpbf16ps`: Intel since Cooper Lake,
//! AMD since Zen 4) or AMX (`tdpbf16ps`: Intel since Sapphire Rapids, where the former is no faster than F32) do at several times the
//! speed of F32. A model is computed so when its configuration says that it bears it: one that was trained in mixed precision was never
//! computed otherwise.
//!
//! Weights are rounded once, when they are first used, and laid out as the tiles read them; what they are multiplied with is
//! rounded on the way. Each sum goes over its terms in one order, whatever the number of threads, so the same numbers give
//! the same bytes.

#[cfg_attr(not(all(target_arch = "x86_64", target_os = "linux")), path = "no_amx.rs")]
mod amx;
mod attention;
mod convolution;
mod product;
#[cfg(test)]
mod tests;
mod tile;

use std::sync::OnceLock;

use burn::tensor::Tensor;
use pulp::{Arch, Simd, WithSimd};
use serde::{Deserialize, Serialize};

use super::fused::Held;

pub(super) use self::attention::attend;
pub(super) use self::convolution::{Convolution, Pictures};
pub(super) use self::product::Product;

/// What products are computed with, where the processor can.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32-bit floats.
    #[default]
    F32,
    /// bfloat16, eight bits of significand, summed in F32.
    Bf16,
}

impl Precision {
    /// What is kept for a layer's weights: nothing where they are used as they are.
    pub(super) fn rounded<P>(self) -> Option<Rounded<P>> {
        self.is_rounded().then(|| Rounded(OnceLock::new()))
    }

    /// Whether numbers are rounded on this processor.
    pub(super) fn is_rounded(self) -> bool {
        self == Self::Bf16 && tile::is_supported()
    }
}

/// Weights as the tiles read them, made when they are first used: a layer is created before its weights are loaded. A clone is
/// empty, because a module is cloned to get other weights.
#[derive(Debug)]
pub(super) struct Rounded<P>(OnceLock<P>);

impl<P> Clone for Rounded<P> {
    fn clone(&self) -> Self {
        Self(OnceLock::new())
    }
}

impl<P> Rounded<P> {
    /// The weights, made of `tensor` the first time.
    pub(super) fn of<const D: usize>(
        &self,
        tensor: impl FnOnce() -> Tensor<D>,
        make: impl FnOnce(&[f32]) -> P,
    ) -> &P {
        self.0.get().unwrap_or_else(|| {
            // Made before the cell is held: threads that pack must not be those that wait for it.
            let made = make(Held::of(tensor()).read());
            self.0.get_or_init(|| made)
        })
    }
}

/// Two bfloat16, the first in the lower half: a lane of `vdpbf16ps`, which multiplies two such and adds both products.
type Pair = u32;

/// The nearest bfloat16, of two equally near the even one, in the upper half of the outcome; what is no number stays none.
#[inline(always)]
fn round(number: f32) -> u32 {
    let bits = number.to_bits();
    let even = bits >> 16 & 1;
    let rounded = if number.is_nan() { bits | 1 << 22 } else { bits.wrapping_add(0x7FFF + even) };
    rounded & 0xFFFF_0000
}

#[inline(always)]
fn pair(first: f32, second: f32) -> Pair {
    round(first) >> 16 | round(second)
}

/// Pairs that begin where a cache line does: AMX loads columns that do in half the time.
#[derive(Debug)]
struct Aligned {
    pairs: Vec<Pair>,
    first: usize,
    count: usize,
}

impl Aligned {
    fn zeros(count: usize) -> Self {
        const LINE: usize = 64;
        let pairs = vec![0; count + LINE / size_of::<Pair>()];
        let first = pairs.as_ptr().align_offset(LINE).min(pairs.len() - count);
        Self { pairs, first, count }
    }

    fn read(&self) -> &[Pair] {
        &self.pairs[self.first..][..self.count]
    }

    fn edit(&mut self) -> &mut [Pair] {
        &mut self.pairs[self.first..][..self.count]
    }
}

/// A row as pairs; an odd number at the end is with a zero.
fn round_row(numbers: &[f32], pairs: &mut [Pair]) {
    let (whole, rest) = numbers.as_chunks::<2>();
    fill(pairs, whole.iter().map(|[first, second]| pair(*first, *second)));
    if let [last] = rest {
        pairs[whole.len()] = pair(*last, 0.0);
    }
}

/// Writes the numbers in order, with the widest vectors that the processor has.
fn fill(pairs: &mut [Pair], numbers: impl Iterator<Item = Pair>) {
    struct Fill<'a, I>(&'a mut [Pair], I);
    impl<I: Iterator<Item = Pair>> WithSimd for Fill<'_, I> {
        type Output = ();

        #[inline(always)]
        fn with_simd<S: Simd>(self, _: S) {
            self.0.iter_mut().zip(self.1).for_each(|(pair, number)| *pair = number);
        }
    }
    Arch::new().dispatch(Fill(pairs, numbers));
}
