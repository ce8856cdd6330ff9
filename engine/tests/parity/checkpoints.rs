//! A checkpoint is loaded whole or not at all.

use burn::tensor::Device;
use kinora_engine::checkpoint::{self, Checkpoint, CheckpointError};
use kinora_engine::models::wan::{self, Time, Transformer};
use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};

use crate::golden::{Case, bytes, config};

/// The bf16 checkpoint after `change` to its list of tensors.
fn changed(change: impl FnOnce(&mut Vec<(String, TensorView<'_>)>)) -> Vec<u8> {
    let bytes = bytes("wan_bf16.safetensors");
    let mut tensors = SafeTensors::deserialize(&bytes).unwrap().tensors();
    change(&mut tensors);
    safetensors::serialize(tensors, None).unwrap()
}

fn load(bytes: &[u8]) -> Result<(), CheckpointError> {
    let mut transformer = Transformer::init(&config("uneven"), &Device::flex());
    checkpoint::load(&mut transformer, bytes, "", wan::NAMES)
}

#[test]
fn a_whole_checkpoint_is_loaded() {
    load(&changed(|_| ())).unwrap();
}

#[test]
fn a_missing_tensor_is_named() {
    let error = load(&changed(|tensors| tensors.retain(|(name, _)| name != "blocks.1.attn2.to_out.0.bias")));
    let Err(CheckpointError::Missing(names)) = error else { panic!("{error:?}") };
    assert_eq!(names, ["blocks.1.attn2.to_out.bias"]);
}

#[test]
fn an_unused_tensor_is_named() {
    let error = load(&changed(|tensors| {
        let copy = tensors[0].1.clone();
        tensors.push(("blocks.2.norm2.bias".to_owned(), copy));
    }));
    let Err(CheckpointError::Unused(names)) = error else { panic!("{error:?}") };
    assert_eq!(names, ["blocks.2.norm2.bias"]);
}

#[test]
fn a_tensor_of_another_shape_is_named() {
    let error = load(&changed(|tensors| {
        let other = tensors.iter().find(|(name, _)| name == "proj_out.bias").unwrap().1.clone();
        tensors.iter_mut().find(|(name, _)| name == "proj_out.weight").unwrap().1 = other;
    }));
    let Err(CheckpointError::Shape { name, expected, found }) = error else { panic!("{error:?}") };
    assert_eq!((name.as_str(), expected, found), ("proj_out.weight", vec![20, 40], vec![20]));
}

#[test]
fn a_tensor_asked_for_with_other_axes_and_a_file_that_is_not_there_are_named() {
    let bytes = bytes("wan.safetensors");
    let file = Checkpoint::new(&bytes).unwrap();
    let error = file.tensor::<2>("even.x", &Device::flex()).unwrap_err();
    assert!(matches!(error, CheckpointError::Rank { rank: 2, .. }), "{error}");
    let error = checkpoint::read("nowhere/model.safetensors".as_ref()).unwrap_err();
    assert!(error.to_string().contains("nowhere/model.safetensors"), "{error}");
}

#[test]
fn bytes_that_are_no_checkpoint_are_refused() {
    assert!(matches!(load(b"not a checkpoint"), Err(CheckpointError::Format(_))));
}

#[test]
fn a_failed_load_leaves_the_module_as_it_was() {
    let mut case = Case::wan("uneven", &Device::flex());
    let before = case.run(&Time::same(500.0)).video.into_data();
    let broken = changed(|tensors| tensors.retain(|(name, _)| name != "proj_out.bias"));
    checkpoint::load(&mut case.transformer, &broken, "", wan::NAMES).unwrap_err();
    assert_eq!(case.run(&Time::same(500.0)).video.into_data(), before);
}

#[test]
fn a_tensor_that_nothing_asked_for_is_found_at_the_end() {
    let bytes = bytes("wan.safetensors");
    let file = Checkpoint::new(&bytes).unwrap();
    let mut transformer = Transformer::init(&config("even"), &Device::flex());
    file.load(&mut transformer, "even.weights.", wan::NAMES).unwrap();
    let Err(CheckpointError::Unused(names)) = file.finish() else { panic!("nothing was left") };
    assert!(
        names.contains(&"even.x".to_owned()) && !names.iter().any(|name| name.starts_with("even.weights."))
    );
}

/// A file with an I8 matrix `a` of two rows and its scales, of which there are as many as in `scales`.
fn scaled_bytes(scales: &[f32]) -> Vec<u8> {
    let rows: Vec<u8> = [127_i8, -128, 3, 0, 1, -2].iter().map(|number| number.cast_unsigned()).collect();
    let scales: Vec<u8> = scales.iter().flat_map(|scale| scale.to_le_bytes()).collect();
    let matrix = TensorView::new(Dtype::I8, vec![2, 3], &rows).unwrap();
    let beside = TensorView::new(Dtype::F32, vec![scales.len() / 4], &scales).unwrap();
    safetensors::serialize([("a", matrix), ("a.scale", beside)], None).unwrap()
}

#[test]
fn bytes_with_scales_are_numbers_row_by_row() {
    let bytes = scaled_bytes(&[0.5, 0.25]);
    let file = Checkpoint::new(&bytes).unwrap();
    let found = file.tensor::<2>("a", &Device::flex()).unwrap().into_data().try_into_vec::<f32>().unwrap();
    assert_eq!(found, [63.5, -64.0, 1.5, 0.0, 0.25, -0.5]);
    file.finish().unwrap();
}

#[test]
fn scales_for_other_rows_than_there_are_are_refused() {
    let bytes = scaled_bytes(&[0.5, 0.25, 1.0]);
    let error = Checkpoint::new(&bytes).unwrap().tensor::<2>("a", &Device::flex()).unwrap_err();
    assert!(matches!(&error, CheckpointError::Shape { name, .. } if name == "a.scale"), "{error}");
}
