use burn::tensor::{Distribution, Tolerance};

use super::*;

const EPS: f64 = 1e-6;
const WIDTH: usize = 24;

fn draw<const D: usize>(shape: [usize; D]) -> Tensor<D> {
    Tensor::random(shape, Distribution::Normal(0.3, 2.0), &Device::flex())
}

fn assert_same<const D: usize>(found: Tensor<D>, defined: Tensor<D>) {
    assert_eq!(found.dims(), defined.dims());
    found.into_data().assert_approx_eq::<f32>(&defined.into_data(), Tolerance::rel_abs(1e-5, 2e-6));
}

#[test]
fn everything_on_the_processor_is_here_and_fused() {
    assert!(is_flex_f32(&draw([2, 3])));
    assert!(!is_flex_f32(&draw([2, 3]).cast(DType::F16)));
}

#[test]
fn biases_and_gelu_are_as_defined() {
    let (x, bias) = (draw([2, 700, WIDTH]), draw([WIDTH]));
    assert_same(biased(x.clone(), bias.clone()), plain::biased(x.clone(), bias.clone()));
    assert_same(gelu_biased(x.clone(), bias.clone()), plain::gelu(plain::biased(x.clone(), bias)));
    assert_same(gelu(x.clone()), plain::gelu(x));
}

#[test]
fn a_view_is_taken_as_it_reads_and_what_others_hold_stays() {
    let held = draw([5, 7]);
    let before = held.clone().into_data();
    let view = held.clone().swap_dims(0, 1).narrow(0, 2, 4); // [4, 5]
    let bias = draw([5]);
    assert_same(biased(view.clone(), bias.clone()), plain::biased(view, bias));
    assert_eq!(held.into_data(), before);
}

#[test]
fn the_end_of_a_branch_is_as_defined_with_every_kind_of_gate() {
    let (onto, x, bias) = (draw([2, 5, WIDTH]), draw([2, 5, WIDTH]), draw([WIDTH]));
    for gate in [None, Some([1, 1]), Some([2, 1]), Some([1, 5]), Some([2, 5])] {
        let gate = gate.map(|[batch, tokens]| draw([batch, tokens, WIDTH]));
        let defined = plain::gated_residual(onto.clone(), x.clone(), bias.clone(), gate.clone());
        assert_same(gated_residual(onto.clone(), x.clone(), bias.clone(), gate), defined);
    }
}

#[test]
fn modulation_is_as_defined_and_gives_its_input_back() {
    let x = draw([2, 5, WIDTH]);
    for places in [[1, 1], [2, 1], [1, 5], [2, 5]] {
        let [scale, shift] = [0, 1].map(|_| draw([places[0], places[1], WIDTH]));
        let by = ScaleShift { scale, shift };
        let defined = plain::modulated(x.clone(), by.clone(), EPS);
        let (back, found) = modulated(x.clone(), by, EPS);
        assert_eq!(back.into_data(), x.clone().into_data());
        assert_same(found, defined);
    }
}

#[test]
fn normalisation_over_channels_is_as_defined_and_gives_its_input_back() {
    let (x, gain) = (draw([3, 5, 7, 9]), draw([5]));
    let (back, found) = normalised(x.clone(), gain.clone(), EPS);
    assert_eq!(back.into_data(), x.clone().into_data());
    assert_same(found, plain::normalised(x, gain, EPS));
}

#[test]
fn what_attention_compares_is_as_defined_with_and_without_places() {
    let (x, bias) = (draw([2, 5, WIDTH]), draw([WIDTH]));
    let norm = Norm { weight: draw([WIDTH]), eps: EPS };
    let places: Vec<[f64; 2]> = (0..5).map(|n| [f64::from(n), 0.5 - f64::from(n)]).collect();
    let rope = Rope::new(&places, [8, 4], 100.0, &Device::flex());
    for rope in [None, Some(&rope)] {
        let defined = plain::qk_norm_rope(x.clone(), bias.clone(), norm.clone(), rope);
        assert_same(qk_norm_rope(x.clone(), bias.clone(), norm.clone(), rope), defined);
    }
}

#[test]
fn attention_is_burns_over_more_queries_than_are_taken_at_once() {
    use super::super::{attention as defined, merge_heads, split_heads};
    for (queries, keys) in [(1, 1), (130, 5), (7, 300)] {
        let [query, key, value] = [queries, keys, keys].map(|tokens| draw([2, tokens, WIDTH]));
        let split = [&query, &key, &value].map(|tokens| split_heads(tokens.clone(), 3));
        let [q, k, v] = split;
        assert_same(attention(query, key, value, 3, Precision::F32), merge_heads(defined(q, k, v)));
    }
}
