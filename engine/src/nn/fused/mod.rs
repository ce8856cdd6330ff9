//! Chains of operations in one pass over their numbers.
//!
//! burn's processor backend computes each element-wise operation in a pass of its own over memory, and a transformer block has
//! some thirty of them. On the processor what is here computes a chain at once,
//! on all threads; elsewhere, where burn fuses by itself or the numbers are not F32, its [`plain`] definition is taken. A test
//! holds each against its definition.
//!
//! Nothing here needs more than burn's tensors: a tensor that nobody else holds gives its numbers away and takes them back
//! without a copy. So an operation takes what it changes by value; where the caller needs it still, it is given back.

mod attention;
mod chains;
mod plain;
mod rows;
#[cfg(test)]
mod tests;

use burn::tensor::{DType, Device, Tensor, TensorData};

pub(super) use self::attention::{Shape, softmax_numerators};
use self::chains::{Biased, GatedResidual, Gelu, GeluBiased, Modulated, Places, QkNormRope, Scaled};
pub(super) use self::rows::exp;
use super::bf16::{self, Precision};
use super::rope::Rope;

/// GELU is `x / (1 + exp(-x (a + b x^2)))`: a is `2 sqrt(2 / pi)`.
const GELU_A: f64 = 2.0 * std::f64::consts::FRAC_2_SQRT_PI * std::f64::consts::FRAC_1_SQRT_2;
const GELU_B: f64 = GELU_A * 0.044_715;

/// Scale and shift after a normalisation, of each place or of all.
///
/// # Shapes
/// - each: `[batch or 1, tokens or 1, width]`
#[derive(Clone, Debug)]
pub struct ScaleShift {
    /// GatedResidual to 1 and multiplied.
    pub scale: Tensor<3>,
    /// GatedResidual.
    pub shift: Tensor<3>,
}

/// A root-mean-square normalisation: `x / sqrt(mean(x^2) + eps) * weight`.
#[derive(Clone, Debug)]
pub struct Norm {
    /// `[width]`.
    pub weight: Tensor<1>,
    /// GatedResidual under the root.
    pub eps: f64,
}

/// `x + bias`.
///
/// # Shapes
/// - x: `[.., width]` · bias: `[width]` · out: as x
pub fn biased<const D: usize>(x: Tensor<D>, bias: Tensor<1>) -> Tensor<D> {
    if !is_flex_f32(&x) {
        return plain::biased(x, bias);
    }
    let width = x.dims()[D - 1];
    let chain = Biased { bias: row(bias, width) };
    edited(x, |x| rows::each_row(x, &[], width, &chain))
}

/// GELU in its tanh form of `x + bias`.
///
/// # Shapes
/// - x: `[.., width]` · bias: `[width]` · out: as x
pub fn gelu_biased<const D: usize>(x: Tensor<D>, bias: Tensor<1>) -> Tensor<D> {
    if !is_flex_f32(&x) {
        return plain::gelu(plain::biased(x, bias));
    }
    let width = x.dims()[D - 1];
    let chain = GeluBiased { bias: row(bias, width) };
    edited(x, |x| rows::each_row(x, &[], width, &chain))
}

/// GELU in its tanh form.
///
/// # Shapes
/// - x: any · out: as x
pub fn gelu<const D: usize>(x: Tensor<D>) -> Tensor<D> {
    if !is_flex_f32(&x) {
        return plain::gelu(x);
    }
    let width = x.dims()[D - 1];
    edited(x, |x| rows::each_row(x, &[], width, &Gelu))
}

/// `onto + (x + bias) gate`: the end of a residual branch.
///
/// # Shapes
/// - onto, x: `[batch, tokens, width]` · bias: `[width]` · gate: `[batch or 1, tokens or 1, width]`, 1 if there is none
/// - out: as x
pub fn gated_residual(onto: Tensor<3>, x: Tensor<3>, bias: Tensor<1>, gate: Option<Tensor<3>>) -> Tensor<3> {
    if !is_flex_f32(&onto) {
        return plain::gated_residual(onto, x, bias, gate);
    }
    let shape @ [.., width] = onto.dims();
    let chain = GatedResidual { bias: row(bias, width), gate: gate.map(|gate| Places::of(gate, shape)) };
    let x = Held::of(x);
    edited(onto, |onto| rows::each_row(onto, x.read(), width, &chain))
}

/// Layer normalisation, `(x - mean) / sqrt(var + eps)`, times `1 + scale`, plus shift. Gives x back, then the outcome.
///
/// # Shapes
/// - x: `[batch, tokens, width]` · both out: as x
pub fn modulated(x: Tensor<3>, by: ScaleShift, eps: f64) -> (Tensor<3>, Tensor<3>) {
    if !is_flex_f32(&x) {
        return (x.clone(), plain::modulated(x, by, eps));
    }
    let (device, [batch, tokens, width]) = (x.device(), x.dims());
    let (scale, shift) = (Places::of(by.scale, x.dims()), Places::of(by.shift, x.dims()));
    let x = Held::of(x);
    let mut out = Held::zeros([batch, tokens, width]);
    rows::each_row(out.edit(), x.read(), width, &Modulated { scale, shift, eps: eps as f32 });
    (x.tensor(&device), out.tensor(&device))
}

/// Root-mean-square normalisation over the channels of each place, `x / sqrt(mean(x^2) + eps) * gain`. Gives x back, then the outcome.
///
/// # Shapes
/// - x: `[batch, channels, rows, columns]` · gain: `[channels]` · both out: as x
pub fn normalised(x: Tensor<4>, gain: Tensor<1>, eps: f64) -> (Tensor<4>, Tensor<4>) {
    if !is_flex_f32(&x) {
        return (x.clone(), plain::normalised(x, gain, eps));
    }
    let (device, [batch, channels, rows, columns]) = (x.device(), x.dims());
    let x = Held::of(x);
    let sizes = rows::sizes(x.read(), channels, rows * columns, eps as f32);
    let mut out = Held::zeros([batch, channels, rows, columns]);
    let chain = Scaled { sizes, gain: row(gain, channels), channels };
    rows::each_row(out.edit(), x.read(), rows * columns, &chain);
    (x.tensor(&device), out.tensor(&device))
}

/// What attention compares: `x + bias`, root-mean-square normalised over all heads, then turned by its place, if it has one.
///
/// # Shapes
/// - x: `[batch, tokens, heads * head]` · bias: `[heads * head]` · out: as x
pub fn qk_norm_rope(x: Tensor<3>, bias: Tensor<1>, norm: Norm, rope: Option<&Rope>) -> Tensor<3> {
    if !is_flex_f32(&x) {
        return plain::qk_norm_rope(x, bias, norm, rope);
    }
    let [_, tokens, width] = x.dims();
    let (bias, weight) = (row(bias, width), row(norm.weight, width));
    let chain = QkNormRope { bias, weight, eps: norm.eps as f32, rope, tokens };
    edited(x, |x| rows::each_row(x, &[], width, &chain))
}

/// Softmax attention of each head, `softmax(query key^T / sqrt(head)) value`, without a mask, where [`is_flex_f32`]; with rounded
/// products, if they are to be.
///
/// # Shapes
/// - query: `[batch, queries, heads * head]` · key, value: `[batch, keys, heads * head]` · out: as query
pub(super) fn attention(
    query: Tensor<3>,
    key: Tensor<3>,
    value: Tensor<3>,
    heads: usize,
    precision: Precision,
) -> Tensor<3> {
    let ([batch, _, width], keys) = (query.dims(), key.dims()[1]);
    let (key, value) = (Held::of(key), Held::of(value));
    let shape = Shape { batch, keys, heads, head: width / heads };
    let attend = if precision.is_rounded() { bf16::attend } else { attention::attend };
    edited(query, |query| attend(query, key.read(), value.read(), &shape))
}

/// Whether a tensor's numbers are the processor's own and F32.
pub(super) fn is_flex_f32<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && tensor.device() == Device::flex()
}

/// Numbers for each of a row's: as many.
fn row(numbers: Tensor<1>, width: usize) -> Held {
    assert_eq!(numbers.dims(), [width], "a number for each of a row");
    Held::of(numbers)
}

/// A tensor's numbers with what `work` makes of them.
fn edited<const D: usize>(tensor: Tensor<D>, work: impl FnOnce(&mut [f32])) -> Tensor<D> {
    let device = tensor.device();
    let mut held = Held::of(tensor);
    work(held.edit());
    held.tensor(&device)
}

/// The F32 numbers of a tensor in the processor's memory, in order; copied only when others hold the tensor too.
pub(super) struct Held(TensorData);

impl Held {
    pub(super) fn of<const D: usize>(tensor: Tensor<D>) -> Self {
        Self(tensor.into_data())
    }

    pub(super) fn zeros<const D: usize>(shape: [usize; D]) -> Self {
        Self(TensorData::new(vec![0.0_f32; shape.iter().product()], shape))
    }

    #[inline(always)]
    pub(super) fn read(&self) -> &[f32] {
        match self.0.as_slice() {
            Ok(numbers) => numbers,
            Err(error) => unreachable!("only F32 is held: {error:?}"),
        }
    }

    pub(super) fn edit(&mut self) -> &mut [f32] {
        match self.0.as_mut_slice() {
            Ok(numbers) => numbers,
            Err(error) => unreachable!("only F32 is held: {error:?}"),
        }
    }

    pub(super) fn tensor<const D: usize>(self, device: &Device) -> Tensor<D> {
        Tensor::from_data(self.0, device)
    }
}
