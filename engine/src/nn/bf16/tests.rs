//! Whole numbers of few bits are no different when they are rounded, and their sums are exact: so the products must be, too. On a
//! processor without the instruction the tiles are computed one by one, so that everything else is tested all the same.

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::ops::ConvOptions;
use burn::tensor::{Device, Tensor, TensorData, module};
use rayon::ThreadPoolBuilder;

use super::tile::{COLUMNS, ROWS, Rows, Starts, Tiles, Way};
use super::*;
use crate::nn::{Conv2d, ConvShape, Linear, attention_of_heads};

/// Small whole numbers.
fn whole(count: usize, seed: usize) -> Vec<f32> {
    (0..count).map(|n| ((n * 7 + seed) * (n + 3) % 11) as f32 - 5.0).collect()
}

/// Numbers between -1 and 1 that need rounding.
fn broken<const D: usize>(shape: [usize; D], seed: u32) -> Tensor<D> {
    let number = |n: u32| {
        (n.wrapping_mul(2_654_435_761) ^ seed.wrapping_mul(40_503)) as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    let count = shape.iter().product::<usize>();
    tensor(&(0..count as u32).map(number).collect::<Vec<_>>(), shape)
}

fn tensor<const D: usize>(numbers: &[f32], shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(numbers.to_vec(), shape), &Device::flex())
}

fn numbers<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// The root mean square of the difference, relative to that of what is expected, is what two factors with eight bits make it.
fn assert_rounded<const D: usize>(found: Tensor<D>, expected: Tensor<D>) {
    assert_eq!(found.dims(), expected.dims());
    let (found, expected) = (numbers(found), numbers(expected));
    let square =
        |numbers: &mut dyn Iterator<Item = f32>| numbers.map(|n| f64::from(n * n)).sum::<f64>().sqrt();
    let error =
        square(&mut found.iter().zip(&expected).map(|(a, b)| a - b)) / square(&mut expected.iter().copied());
    assert!((1e-6..4e-3).contains(&error), "relative error {error}");
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

/// Where terms start on the right side: of every kind that AMX takes, and of others.
fn all_starts() -> Vec<Vec<usize>> {
    let apart = |terms: usize, step: usize| (0..terms).map(|term| term * step).collect();
    // As a convolution has them: pairs of channels of every tap.
    let taps = |pairs: usize, kernel: usize| {
        let start = |term| term % pairs * 301 + term / pairs / kernel * 37 + term / pairs % kernel;
        (0..pairs * kernel * kernel).map(start).collect()
    };
    let mut starts: Vec<Vec<usize>> =
        vec![vec![], vec![7], vec![5, 5, 5], vec![90, 60, 30, 0], vec![0, 3, 6, 7, 20]];
    starts.extend(
        [(3, 64), (16, 64), (17, 80), (31, 64), (32, 71), (40, 1), (200, 64)].map(|(n, step)| apart(n, step)),
    );
    starts.extend(
        [(1, 3), (2, 3), (16, 1), (17, 3), (24, 3), (32, 3), (3, 5)]
            .map(|(pairs, kernel)| taps(pairs, kernel)),
    );
    starts
}

#[test]
fn every_way_of_computing_tiles_that_the_processor_has_is_exact() {
    let numbers = |count, seed| -> Vec<[f32; 2]> { whole(2 * count, seed).as_chunks().0.to_vec() };
    let pairs = |numbers: &[[f32; 2]]| numbers.iter().map(|[one, other]| pair(*one, *other)).collect();
    for (places, count) in all_starts().into_iter().zip([1, 5, 6, 16, 17, 48, 50, 97].into_iter().cycle()) {
        // Rows may be farther apart than they are long.
        let (terms, row) = (places.len(), places.len() + count % 3);
        let left = numbers(count.next_multiple_of(ROWS) * row, 1);
        let right = numbers(places.iter().max().unwrap_or(&0) + COLUMNS, 2);
        let [left_pairs, right_pairs]: [Vec<Pair>; 2] = [pairs(&left), pairs(&right)];
        let starts = Starts::new(places.clone());
        let expected = |row_number: usize, column: usize| -> f32 {
            let term = |term: usize| {
                let ([a, b], [c, d]) = (left[row_number * row + term], right[places[term] + column]);
                a * c + b * d
            };
            (0..terms).map(term).sum()
        };
        for way in Way::ALL.into_iter().filter(|way| way.is_here()) {
            let mut seen = 0;
            let rows = Rows { pairs: &left_pairs, row, count };
            Tiles::by(way).products(rows, &right_pairs, &starts, |row, sums| {
                assert_eq!(row, seen, "one row after the other");
                seen += 1;
                let expected: [f32; COLUMNS] = std::array::from_fn(|column| expected(row, column));
                assert_eq!(*sums, expected, "{way:?}, row {row} of {count}, terms at {places:?}");
            });
            assert_eq!(seen, count, "{way:?}");
        }
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[test]
fn amx_takes_all_terms_but_those_with_runs_of_two_lengths_beside_sixteen() {
    let refused: Vec<_> =
        all_starts().into_iter().filter(|starts| !Way::Amx.takes(&Starts::new(starts.clone()))).collect();
    assert_eq!(refused, [[0, 3, 6, 7, 20]]);
}

#[test]
#[should_panic(expected = "a term of each row")]
fn a_row_without_its_last_term_is_not_read() {
    let left = Rows { pairs: &[0; ROWS * 3 - 1], row: 3, count: ROWS };
    Tiles::new().products(left, &[0; 3 * COLUMNS], &Starts::new(vec![0, COLUMNS, 2 * COLUMNS]), |_, _| ());
}

#[test]
#[should_panic(expected = "a term of each column")]
fn a_column_without_its_last_term_is_not_read() {
    let left = Rows { pairs: &[0; ROWS * 2], row: 2, count: ROWS };
    Tiles::new().products(left, &[0; 2 * COLUMNS], &Starts::new(vec![0, COLUMNS + 1]), |_, _| ());
}

#[test]
fn a_product_is_the_matrix_product_whatever_its_shape() {
    for [rows, inputs, outputs] in
        [[1, 1, 1], [5, 3, 7], [6, 64, 64], [7, 33, 65], [100, 48, 130], [700, 20, 66], [0, 3, 2]]
    {
        let (left, right) = (whole(rows * inputs, 1), whole(inputs * outputs, 2));
        let expected = tensor(&left, [rows, inputs]).matmul(tensor(&right, [inputs, outputs]));
        let mut product = vec![0.0; rows * outputs];
        Product::of(&right, [inputs, outputs]).times(&left, &mut product);
        assert_eq!(product, numbers(expected), "{rows}x{inputs}x{outputs}");
    }
}

#[test]
fn a_convolution_is_burns_added_to_what_is_there_whatever_its_shape() {
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
        let mut ours = whole(count * outputs * rows * columns, 6);
        let expected = tensor(&ours, [count, outputs, rows, columns])
            + module::conv2d(
                tensor(&pictures, [count, inputs, rows, columns]),
                tensor(&weight, [outputs, inputs, kernel, kernel]),
                Some(tensor(&bias, [outputs])),
                ConvOptions::new([1; 2], [kernel / 2; 2], [1; 2], 1),
            );
        let weights = Convolution::of(&weight, [outputs, inputs, kernel]);
        let pictures = Pictures { numbers: &pictures, size: [rows, columns] };
        weights.add(&mut ours, &pictures, |x| x, &bias);
        let about = format!("{count} of {inputs}x{rows}x{columns} to {outputs}, kernel {kernel}");
        assert_eq!(ours, numbers(expected), "{about}");
    }
}

#[test]
fn layers_are_those_in_f32_up_to_rounding() {
    let exact = Linear::init(40, 70, &Device::flex());
    let input = broken([2, 9, 40], 1);
    let expected = exact.forward(input.clone());
    assert_rounded(exact.clone().products(Precision::Bf16).forward(input), expected);

    let exact = Conv2d::init(ConvShape::same(10, 7, 3), &Device::flex());
    let (input, onto) = (broken([2, 10, 6, 8], 2) * 3.0, broken([2, 7, 6, 8], 3));
    let expected = exact.forward(input.clone());
    let rounded = exact.clone().products(Precision::Bf16);
    assert_rounded(rounded.forward(input.clone()), expected);
    for onto in [None, Some(onto)] {
        let expected = exact.forward_silu(onto.clone(), input.clone());
        assert_rounded(rounded.forward_silu(onto, input.clone()), expected);
    }
}

#[test]
fn a_convolution_that_changes_the_size_stays_in_f32() {
    let exact = Conv2d::init(ConvShape::same(4, 6, 3).stride(2), &Device::flex());
    let input = broken([1, 4, 8, 8], 1);
    let expected = exact.forward(input.clone());
    assert_eq!(numbers(exact.clone().products(Precision::Bf16).forward(input)), numbers(expected));
}

#[test]
fn a_layer_that_gets_other_weights_computes_with_those() {
    let first = Linear::init(8, 8, &Device::flex()).products(Precision::Bf16);
    let input = broken([1, 3, 8], 4);
    let before = numbers(first.forward(input.clone()));
    let doubled = first.clone().map(&mut Doubled);
    let after = numbers(doubled.forward(input));
    assert_eq!(after, before.iter().map(|number| 2.0 * number).collect::<Vec<_>>());
}

/// Makes every parameter twice as large.
struct Doubled;

impl ModuleMapper for Doubled {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        param.map(|tensor| tensor * 2.0)
    }
}

#[test]
fn attention_is_that_in_f32_up_to_rounding_whatever_its_shape() {
    for [batch, queries, keys, heads, head] in
        [[1, 1, 1, 1, 2], [2, 7, 5, 3, 8], [2, 300, 130, 2, 64], [1, 5, 65, 1, 71]]
    {
        let [query, key, value] = [(queries, 5), (keys, 6), (keys, 7)]
            .map(|(tokens, seed)| broken([batch, tokens, heads * head], seed) * 2.0);
        let of = |precision| attention_of_heads(query.clone(), key.clone(), value.clone(), heads, precision);
        assert_rounded(of(Precision::Bf16), of(Precision::F32));
    }
}

#[test]
fn attention_to_equal_keys_is_the_mean_of_their_values_and_to_one_far_ahead_its_value() {
    for (keys, head) in [(65, 7), (64, 6), (1, 1)] {
        let values = whole(keys * head, 1);
        let of = |key: &[f32]| {
            let [key, values] = [key, &values].map(|numbers| tensor(numbers, [1, keys, head]));
            numbers(attention_of_heads(
                tensor(&vec![8.0; head], [1, 1, head]),
                key,
                values,
                1,
                Precision::Bf16,
            ))
        };
        let sum = |column: usize| values.iter().skip(column).step_by(head).sum::<f32>();
        let mean: Vec<_> = (0..head).map(|column| sum(column) * (1.0 / keys as f32)).collect();
        assert_eq!(of(&vec![1.0; keys * head]), mean, "{keys} equal keys");
        let ahead = keys / 2;
        let key: Vec<_> = (0..keys * head).map(|n| if n / head == ahead { 16.0 } else { -16.0 }).collect();
        assert_eq!(of(&key), values[ahead * head..][..head], "key {ahead} of {keys}");
    }
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let (linear, conv) = (
        Linear::init(50, 90, &Device::flex()).products(Precision::Bf16),
        Conv2d::init(ConvShape::same(9, 13, 3), &Device::flex()).products(Precision::Bf16),
    );
    let of = || {
        let tokens = broken([2, 150, 64], 8);
        let attended = attention_of_heads(tokens.clone(), tokens.clone(), tokens, 4, Precision::Bf16);
        [
            numbers(linear.forward(broken([2, 150, 50], 9))),
            numbers(conv.forward(broken([3, 9, 14, 20], 10))),
            numbers(attended),
        ]
    };
    let [one, three] =
        [1, 3].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(of));
    assert!(one == three);
}

#[test]
fn weights_are_kept_twice_only_where_that_is_asked() {
    assert!(Precision::F32.rounded::<Product>().is_none() && Precision::Bf16.rounded::<Product>().is_some());
}
