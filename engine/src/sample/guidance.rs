//! Classifier-free guidance.

use burn::tensor::Tensor;

/// `unconditional + scale (conditional - unconditional)`.
///
/// Scale 1 gives back the conditional velocity exactly.
///
/// # Shapes
/// - both: `[2 * batch, ..]`, the conditional half first · out: `[batch, ..]`
///
/// # Panics
/// If the batch is odd.
pub fn guided<const D: usize>(both: Tensor<D>, scale: f64) -> Tensor<D> {
    let samples = both.dims()[0];
    assert!(samples.is_multiple_of(2), "guidance needs pairs, not {samples} samples");
    let conditional = both.clone().narrow(0, 0, samples / 2);
    let unconditional = both.narrow(0, samples / 2, samples / 2);
    // Written from the conditional side, so that scale 1 leaves no rounding.
    conditional.clone() + (conditional - unconditional) * (scale - 1.0)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn guidance_of_one_is_the_conditional_velocity() {
        let both = Tensor::<2>::from_floats([[0.1, -7.3], [3.3, 1e-9]], &Device::flex());
        let conditional = both.clone().narrow(0, 0, 1).into_data();
        assert_eq!(guided(both.clone(), 1.0).into_data(), conditional);
        let found = guided(both, 3.0).into_data().try_to_vec::<f32>().unwrap();
        assert!((found[0] - (3.3 + 3.0 * (0.1 - 3.3))).abs() < 1e-5);
    }
}
