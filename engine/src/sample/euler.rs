//! Euler's method along the velocity.

use burn::tensor::Tensor;

/// One step of Euler's method from noise level `now` to `next`: `x + (next - now) velocity`.
///
/// # Shapes
/// - x, velocity: any, the same · out: as x
pub fn euler<const D: usize>(x: Tensor<D>, velocity: Tensor<D>, now: f64, next: f64) -> Tensor<D> {
    x + velocity * (next - now)
}
