//! Layers that the networks share, as TensorFlow computes them.

use burn::module::{Module, Param};
use burn::tensor::ops::{MaxPoolOptions, PadMode};
use burn::tensor::{Device, Tensor, module};

use crate::nn::{ConvShape, convolve, parameter, zeros};

/// A 3x3 convolution of each channel, then a mixture of channels.
#[derive(Module, Debug)]
pub(super) struct Separable {
    /// `[inputs, 1, 3, 3]`.
    depthwise_filter: Param<Tensor<4>>,
    /// `[outputs, inputs, 1, 1]`.
    pointwise_filter: Param<Tensor<4>>,
    /// `[outputs]`.
    bias: Param<Tensor<1>>,
}

impl Separable {
    pub fn init(inputs: usize, outputs: usize, device: &Device) -> Self {
        Self {
            depthwise_filter: parameter([inputs, 1, 3, 3], 9, device),
            pointwise_filter: parameter([outputs, inputs, 1, 1], inputs, device),
            bias: zeros([outputs], device),
        }
    }

    /// As many zeros as keep the size.
    ///
    /// # Shapes
    /// - input: `[batch, inputs, height, width]` · out: `[batch, outputs, height, width]`
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        self.convolve(input, 1, 1)
    }

    /// Half as high and wide; both must be even.
    pub fn halve(&self, input: Tensor<4>) -> Tensor<4> {
        self.convolve(pad_end(input), 2, 0)
    }

    fn convolve(&self, input: Tensor<4>, stride: usize, padding: usize) -> Tensor<4> {
        let [outputs, inputs, ..] = self.pointwise_filter.dims();
        let depthwise = ConvShape::same(inputs, inputs, 3).groups(inputs).stride(stride).padding(padding);
        let mixed = convolve(input, self.depthwise_filter.val(), None, depthwise);
        let pointwise = ConvShape::same(inputs, outputs, 1);
        convolve(mixed, self.pointwise_filter.val(), Some(self.bias.val()), pointwise)
    }
}

/// One row and column of zeros at the end: what TensorFlow's `same` adds before a 3x3 convolution with stride 2 of even
/// sizes.
pub(super) fn pad_end(input: Tensor<4>) -> Tensor<4> {
    input.pad([(0, 1), (0, 1)], PadMode::Constant(0.0))
}

/// The largest of each 2x2 square; a square at the end may be cut off.
///
/// # Shapes
/// - input: `[batch, channels, height, width]` · out: `[batch, channels, ceil(height/stride), ceil(width/stride)]`
pub(super) fn max_pool(input: Tensor<4>, stride: usize) -> Tensor<4> {
    let [_, _, height, width] = input.dims();
    let missing = [height, width].map(|length| (0, (length.div_ceil(stride) - 1) * stride + 2 - length));
    let options = MaxPoolOptions::new([2; 2]).with_stride([stride; 2]).with_padding_pairs(missing);
    module::max_pool2d(input, options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_that_is_cut_off_has_a_largest_too() {
        let input =
            Tensor::<1>::from_floats([-9.0, -2.0, -3.0, -4.0, -5.0, -6.0, -7.0, -8.0, -1.0], &Device::flex());
        let input = input.reshape([1, 1, 3, 3]);
        let numbers = |tensor: Tensor<4>| tensor.into_data().try_to_vec::<f32>().unwrap();
        assert_eq!(numbers(max_pool(input.clone(), 2)), [-2.0, -3.0, -7.0, -1.0]);
        assert_eq!(numbers(max_pool(input, 1)), [-2.0, -2.0, -3.0, -4.0, -1.0, -1.0, -7.0, -1.0, -1.0]);
    }
}
