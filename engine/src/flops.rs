//! Floating-point operations: formulas from shapes, and a count of what was really executed that tests hold against them.
//!
//! A multiply-add is two. Only matrix products, convolutions and attention count; norms, activations and other
//! element-wise work do not (a few percent of a transformer).

use std::cell::Cell;

use crate::nn::ConvShape;

thread_local! {
    static EXECUTED: Cell<u64> = const { Cell::new(0) };
}

/// Operations of a linear layer on `rows` vectors.
#[must_use]
pub fn linear(rows: usize, inputs: usize, outputs: usize) -> u64 {
    2 * product(&[rows, inputs, outputs])
}

/// Operations of attention: `query key^T` and `scores value`, for `heads` heads over the whole batch.
#[must_use]
pub fn attention(heads: usize, queries: usize, keys: usize, head: usize) -> u64 {
    2 * 2 * product(&[heads, queries, keys, head])
}

/// Operations of a convolution on `batch` inputs with axes of `lengths`.
#[must_use]
pub fn conv(shape: &ConvShape, batch: usize, lengths: &[usize]) -> u64 {
    let taps = product(&[shape.inputs / shape.groups, shape.outputs]);
    let places = lengths.iter().map(|length| product(&[shape.output(*length), shape.kernel]));
    2 * batch as u64 * taps * places.product::<u64>()
}

/// Adds to this thread's count of executed operations. The layers of [`crate::nn`] call it.
pub fn add(operations: u64) {
    EXECUTED.set(EXECUTED.get() + operations);
}

/// Runs `work` and returns its value with the operations it executed on this thread.
pub fn counted<T>(work: impl FnOnce() -> T) -> (T, u64) {
    let before = EXECUTED.get();
    let value = work();
    (value, EXECUTED.get() - before)
}

fn product(factors: &[usize]) -> u64 {
    factors.iter().map(|factor| *factor as u64).product()
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::*;
    use crate::nn::{Conv1d, Conv2d, Linear};

    #[test]
    fn layers_execute_what_the_formulas_say() {
        let device = Device::flex();
        let layer = Linear::init(3, 5, &device);
        let (_, executed) = counted(|| layer.forward(Tensor::<3>::zeros([2, 7, 3], &device)));
        assert_eq!(executed, 2 * 14 * 3 * 5);

        let depthwise = ConvShape::same(6, 6, 7).groups(6);
        let (_, executed) =
            counted(|| Conv1d::init(depthwise, &device).forward(Tensor::zeros([1, 6, 9], &device)));
        assert_eq!(executed, 2 * 9 * 6 * 7);

        let halved = ConvShape::same(4, 8, 3).stride(2);
        let (out, executed) =
            counted(|| Conv2d::init(halved, &device).forward(Tensor::zeros([2, 4, 10, 6], &device)));
        assert_eq!(out.dims(), [2, 8, 5, 3]);
        assert_eq!(executed, 2 * (2 * 8 * 5 * 3) * (4 * 3 * 3));
    }
}
