//! Whole numbers of few bits are no different when they are rounded, and their sums are exact: so the products must be, too.

use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Distribution, Tensor, TensorData, Tolerance, module};

use super::*;
use crate::nn::attention_of_heads;

/// Small whole numbers.
fn whole(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|n| ((n * 7 + seed) * (n + 3) % 11) as f32 - 5.0).collect()
}

fn tensor<const D: usize>(numbers: &[f32], shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape), &Device::flex())
}

fn is_here() -> bool {
    let here = tile::is_supported();
    if !here {
        println!("skipped: this processor has no AVX-512 BF16");
    }
    here
}

#[test]
fn numbers_are_rounded_as_half_rounds_them() {
    let odd = [1.003_906_2, 1.011_718_8, -3.3e38, 1e-39, 0.0, -0.0, f32::INFINITY, f32::MAX, 65_535.0];
    for number in odd.into_iter().chain((0..10_000).map(|n| (n as f32 - 5_000.0) * 0.013_7)) {
        assert_eq!(round(number) >> 16, u32::from(half::bf16::from_f32(number).to_bits()), "{number}");
    }
    assert!(
        f32::from_bits(round(f32::NAN)).is_nan()
            && f32::from_bits(round(f32::from_bits(0x7F80_0001))).is_nan()
    );
}

#[test]
fn a_product_is_the_matrix_product_whatever_its_shape() {
    if !is_here() {
        return;
    }
    for [rows, inputs, outputs] in
        [[1, 1, 1], [5, 3, 7], [6, 64, 64], [7, 33, 65], [100, 48, 130], [700, 20, 66]]
    {
        let (left, right) = (whole(rows * inputs, 1), whole(inputs * outputs, 2));
        let expected = tensor(&left, [rows, inputs]).matmul(tensor(&right, [inputs, outputs])).into_data();
        let mut product = vec![0.0; rows * outputs];
        Product::of(&right, [inputs, outputs]).times(&left, &mut product);
        assert_eq!(product, expected.as_slice::<f32>().unwrap(), "{rows}x{inputs}x{outputs}");
    }
}

#[test]
fn a_convolution_is_burns_whatever_its_shape() {
    if !is_here() {
        return;
    }
    for [count, inputs, outputs, kernel, rows, columns] in [
        [1, 1, 1, 1, 1, 1],
        [2, 3, 7, 3, 5, 9],
        [1, 8, 6, 3, 16, 28],
        [3, 5, 13, 5, 7, 30],
        [2, 12, 8, 1, 9, 70],
        [1, 2, 3, 3, 1, 2],
    ] {
        let pictures = whole(count * inputs * rows * columns, 3);
        let (weight, bias) = (whole(outputs * inputs * kernel * kernel, 4), whole(outputs, 5));
        let expected = module::conv2d(
            tensor(&pictures, [count, inputs, rows, columns]),
            tensor(&weight, [outputs, inputs, kernel, kernel]),
            Some(tensor(&bias, [outputs])),
            ConvOptions::new([1; 2], [kernel / 2; 2], [1; 2], 1),
        );
        let mut ours = vec![0.0; count * outputs * rows * columns];
        let weights = Convolution::of(&weight, [outputs, inputs, kernel]);
        weights.add(&mut ours, &pictures, |x| x, &bias, [rows, columns]);
        let about = format!("{count} of {inputs}x{rows}x{columns} to {outputs}, kernel {kernel}");
        assert_eq!(ours, expected.into_data().as_slice::<f32>().unwrap(), "{about}");
    }
}

#[test]
fn weights_are_rounded_when_they_are_first_used_and_only_where_that_is_asked() {
    assert!(Precision::F32.rounded::<Product>().is_none());
    let Some(kept) = Precision::Bf16.rounded::<Vec<f32>>() else { return assert!(!is_here()) };
    let made = |number: f32| kept.of(|| tensor(&[number], [1]), <[f32]>::to_vec).clone();
    assert_eq!((made(1.0), made(2.0)), (vec![1.0], vec![1.0]));
}

#[test]
fn attention_is_that_in_f32_up_to_rounding_whatever_its_shape() {
    if !is_here() {
        return;
    }
    for [batch, queries, keys, heads, head] in
        [[1, 1, 1, 1, 2], [2, 7, 5, 3, 8], [2, 300, 130, 2, 64], [1, 5, 65, 1, 71]]
    {
        let width = heads * head;
        let draw = |tokens| {
            Tensor::<3>::random([batch, tokens, width], Distribution::Normal(0.0, 1.0), &Device::flex())
        };
        let [query, key, value] = [queries, keys, keys].map(draw);
        let of = |precision| {
            attention_of_heads(query.clone(), key.clone(), value.clone(), heads, precision).into_data()
        };
        of(Precision::Bf16).assert_approx_eq::<f32>(&of(Precision::F32), Tolerance::absolute(0.04));
    }
}

#[test]
fn attention_to_one_key_far_ahead_of_the_others_is_its_value() {
    if !is_here() {
        return;
    }
    let (keys, head) = (70, 6);
    let key: Vec<f32> = (0..keys * head).map(|n| if n / head == 40 { 8.0 } else { -8.0 }).collect();
    let value = whole(keys * head, 1);
    let [key, values] = [&key, &value].map(|numbers| tensor(numbers, [1, keys, head]));
    let found =
        attention_of_heads(tensor(&[8.0; 18], [1, 3, head]), key, values, 1, Precision::Bf16).into_data();
    assert_eq!(found.as_slice::<f32>().unwrap(), value[40 * head..][..head].repeat(3));
}
