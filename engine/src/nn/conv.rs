//! Convolutions over one and two axes, zero-padded alike on both sides.

use burn::module::{Module, Param};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, activation, module};

use super::bf16::{Convolution, Pictures, Precision, Rounded};
use super::fused::{self, Held};
use super::parameter;
use crate::flops;

/// The numbers of a convolution, the same on each axis.
#[derive(Clone, Copy, Debug)]
pub struct ConvShape {
    /// Channels in.
    pub inputs: usize,
    /// Channels out.
    pub outputs: usize,
    /// Taps on each axis.
    pub kernel: usize,
    /// Steps between outputs on each axis.
    pub stride: usize,
    /// Zeros added on both sides of each axis.
    pub padding: usize,
    /// Groups of channels that do not see each other; `inputs` of them make it depthwise.
    pub groups: usize,
}

impl ConvShape {
    /// Stride 1, one group, and as many zeros as keep an odd kernel's output as large as its input.
    #[must_use]
    pub const fn same(inputs: usize, outputs: usize, kernel: usize) -> Self {
        Self { inputs, outputs, kernel, stride: 1, padding: kernel / 2, groups: 1 }
    }

    /// The same with another stride.
    #[must_use]
    pub const fn stride(self, stride: usize) -> Self {
        Self { stride, ..self }
    }

    /// The same with another number of zeros on both sides.
    #[must_use]
    pub const fn padding(self, padding: usize) -> Self {
        Self { padding, ..self }
    }

    /// The same with another number of groups.
    #[must_use]
    pub const fn groups(self, groups: usize) -> Self {
        Self { groups, ..self }
    }

    /// How long an axis of `length` is afterwards.
    #[must_use]
    pub const fn output(&self, length: usize) -> usize {
        (length + 2 * self.padding - self.kernel) / self.stride + 1
    }

    /// Whether every place of the input has one of the output, made of all channels.
    const fn is_same(&self) -> bool {
        self.stride == 1 && self.groups == 1 && self.kernel == 2 * self.padding + 1
    }

    fn fan_in(&self, axes: u32) -> usize {
        self.inputs / self.groups * self.kernel.pow(axes)
    }

    fn options<const N: usize>(&self) -> ConvOptions<N> {
        ConvOptions::new([self.stride; N], [self.padding; N], [1; N], self.groups)
    }
}

/// Convolution over one axis.
#[derive(Module, Debug)]
pub struct Conv1d {
    /// `[outputs, inputs / groups, kernel]`.
    weight: Param<Tensor<3>>,
    /// `[outputs]`.
    bias: Param<Tensor<1>>,
    #[module(skip)]
    shape: ConvShape,
}

impl Conv1d {
    /// A convolution with random weights.
    #[must_use]
    pub fn init(shape: ConvShape, device: &Device) -> Self {
        let fan_in = shape.fan_in(1);
        let weight = parameter([shape.outputs, shape.inputs / shape.groups, shape.kernel], fan_in, device);
        Self { weight, bias: parameter([shape.outputs], fan_in, device), shape }
    }

    /// Applies the convolution.
    ///
    /// # Shapes
    /// - input: `[batch, inputs, length]` · out: `[batch, outputs, shape.output(length)]`
    #[must_use]
    pub fn forward(&self, input: Tensor<3>) -> Tensor<3> {
        let [batch, _, length] = input.dims();
        flops::add(flops::conv(&self.shape, batch, &[length]));
        module::conv1d(input, self.weight.val(), Some(self.bias.val()), self.shape.options::<1>())
    }
}

/// Convolution over two axes.
#[derive(Module, Debug)]
pub struct Conv2d {
    /// `[outputs, inputs / groups, kernel, kernel]`.
    weight: Param<Tensor<4>>,
    /// `[outputs]`.
    bias: Param<Tensor<1>>,
    #[module(skip)]
    shape: ConvShape,
    #[module(skip)]
    rounded: Option<Rounded<Convolution>>,
}

impl Conv2d {
    /// A convolution with random weights.
    #[must_use]
    pub fn init(shape: ConvShape, device: &Device) -> Self {
        let fan_in = shape.fan_in(2);
        let weight = parameter(
            [shape.outputs, shape.inputs / shape.groups, shape.kernel, shape.kernel],
            fan_in,
            device,
        );
        Self { weight, bias: parameter([shape.outputs], fan_in, device), shape, rounded: None }
    }

    /// The same convolution, its products computed so where the processor can and the output is as large as the input.
    #[must_use]
    pub fn products(self, precision: Precision) -> Self {
        let rounded = if self.shape.is_same() { precision.rounded() } else { None };
        Self { rounded, ..self }
    }

    /// Applies the convolution.
    ///
    /// # Shapes
    /// - input: `[batch, inputs, height, width]` · out: `[batch, outputs, shape.output(height), shape.output(width)]`
    #[must_use]
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        match self.weights_for(&input) {
            Some(weights) => self.add(weights, None, input, |x| x),
            None => self.convolve(input),
        }
    }

    /// The convolution of the SiLU of `input`, `x / (1 + exp(-x))`, added to `onto` if there is something: the end of a
    /// residual branch.
    ///
    /// # Shapes
    /// - input: `[batch, inputs, height, width]`
    /// - onto, out: `[batch, outputs, shape.output(height), shape.output(width)]`
    #[must_use]
    pub fn forward_silu(&self, onto: Option<Tensor<4>>, input: Tensor<4>) -> Tensor<4> {
        if let Some(weights) = self.weights_for(&input) {
            return self.add(weights, onto, input, |x| x / (1.0 + fused::exp(-x)));
        }
        let out = self.convolve(activation::silu(input));
        match onto {
            Some(onto) => onto + out,
            None => out,
        }
    }

    fn convolve(&self, input: Tensor<4>) -> Tensor<4> {
        convolve(input, self.weight.val(), Some(self.bias.val()), self.shape)
    }

    /// The rounded weights, where the products are to be and can be computed with these.
    fn weights_for(&self, input: &Tensor<4>) -> Option<&Convolution> {
        let ConvShape { inputs, outputs, kernel, .. } = self.shape;
        let rounded = self.rounded.as_ref().filter(|_| fused::is_flex_f32(input))?;
        Some(rounded.of(|| self.weight.val(), |weight| Convolution::of(weight, [outputs, inputs, kernel])))
    }

    fn add(
        &self,
        weights: &Convolution,
        onto: Option<Tensor<4>>,
        input: Tensor<4>,
        of: impl Fn(f32) -> f32 + Sync,
    ) -> Tensor<4> {
        let ([batch, _, rows, columns], device) = (input.dims(), input.device());
        flops::add(flops::conv(&self.shape, batch, &[rows, columns]));
        let mut out = onto.map_or_else(|| Held::zeros([batch, self.shape.outputs, rows, columns]), Held::of);
        let (input, bias) = (Held::of(input), Held::of(self.bias.val()));
        let pictures = Pictures { numbers: input.read(), size: [rows, columns] };
        weights.add(out.edit(), &pictures, of, bias.read());
        out.tensor(&device)
    }
}

/// A convolution over two axes whose tensors live elsewhere.
///
/// # Shapes
/// - input: `[batch, inputs, height, width]` · weight: `[outputs, inputs / groups, kernel, kernel]` · bias: `[outputs]`
/// - out: `[batch, outputs, shape.output(height), shape.output(width)]`
pub fn convolve(input: Tensor<4>, weight: Tensor<4>, bias: Option<Tensor<1>>, shape: ConvShape) -> Tensor<4> {
    let [batch, _, height, width] = input.dims();
    flops::add(flops::conv(&shape, batch, &[height, width]));
    module::conv2d(input, weight, bias, shape.options::<2>())
}
