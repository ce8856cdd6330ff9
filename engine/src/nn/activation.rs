//! Activation functions that burn has in a slower form or not at all.

use burn::tensor::Tensor;

use super::fused;

/// GELU in its tanh form: `x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))`.
///
/// Computed as `x / (1 + exp(-x (a + b x^2)))`, which is the same function (`1 + tanh(u) = 2 / (1 + exp(-2u))`): of the
/// functions that need more than a multiplication, `exp` is the one that every backend computes quickly.
///
/// # Shapes
/// - input: any · out: as input
pub fn gelu_tanh<const D: usize>(input: Tensor<D>) -> Tensor<D> {
    fused::gelu(input)
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tolerance, activation};

    use super::*;

    #[test]
    fn gelu_is_burns_even_far_from_zero() {
        let numbers: Vec<f32> = (-400..=400).map(|step| step as f32 / 10.0).collect();
        let input = Tensor::<1>::from_floats(numbers.as_slice(), &Device::flex());
        let expected = activation::gelu_approximate(input.clone()).into_data();
        gelu_tanh(input).into_data().assert_approx_eq::<f32>(&expected, Tolerance::absolute(1e-6));
    }
}
