//! Each network against face-api.js.

use std::path::Path;

use burn::tensor::Device;
use kinora_engine::faces::{
    Crop, DescriptorNet, Detection, Detector, FaceModelError, Faces, LandmarkNet, descriptor, yaw_degrees,
};

use crate::golden::{assert_close, astronaut, crop, mirrored, models, numbers, rows, turned};

fn boxes(found: &[Detection]) -> Vec<f32> {
    found
        .iter()
        .flat_map(|Detection { rect, score }| [rect.left, rect.top, rect.width, rect.height, *score])
        .collect()
}

#[test]
fn the_detector_is_that_of_face_api() {
    let Some(folder) = models() else { return };
    let device = Device::flex();
    let detector = Detector::load(&folder, &device).unwrap();
    let picture = astronaut();
    let cells_last = detector.forward(&picture, &device).permute([0, 2, 3, 1]);
    let found: Vec<f32> = cells_last.into_data().iter().collect();
    assert_close("output", &found, &numbers::<3>("detector"), 1e-3);
    assert_close("boxes, pixels", &boxes(&detector.detect(&picture, &device)), &numbers::<2>("boxes"), 0.05);
    // face-api.js takes 277 of 277.33 pixels as the height of the scaled picture, so it is up to 0.12 % off.
    let wide = boxes(&detector.detect(&rows(&picture, 40, 200), &device));
    assert_close("boxes of a wide picture, pixels", &wide, &numbers::<2>("wide_boxes"), 0.2);
}

#[test]
fn the_landmarks_are_those_of_face_api() {
    let Some(folder) = models() else { return };
    let device = Device::flex();
    let network = LandmarkNet::load(&folder, &device).unwrap();
    let found = network.forward(&astronaut(), crop("crop"), &device);
    assert_close("landmarks, pixels", found.0.as_flattened(), &numbers::<2>("landmarks"), 0.01);
    assert_eq!(found.aligned().crop(&astronaut()), crop("aligned"));
}

#[test]
fn the_descriptor_is_that_of_face_api() {
    let Some(folder) = models() else { return };
    let device = Device::flex();
    let network = DescriptorNet::load(&folder, &device).unwrap();
    for (part, expected) in [("aligned", "descriptor"), ("crop", "upright")] {
        let found = network.forward(&astronaut(), crop(part), &device);
        assert_close(expected, &found, &numbers::<1>(expected), 1e-4);
    }
}

#[test]
fn a_face_is_like_itself_turned_and_mirrored_and_its_turn_is_told() {
    let Some(folder) = models() else { return };
    let faces = Faces::load(&folder).unwrap();
    let look = |picture: &kinora_spec::Picture| {
        let [face] = faces.find(picture).try_into().expect("one face");
        let landmarks = faces.landmarks(picture, &face);
        (yaw_degrees(&landmarks).unwrap(), faces.descriptor(picture, &landmarks).unwrap())
    };
    let picture = astronaut();
    let (_, descriptor) = look(&picture);
    let mut before = f32::NEG_INFINITY;
    for degrees in [-30.0, -15.0, 0.0, 15.0, 30.0] {
        let view = turned(&picture, degrees);
        let (yaw, own) = look(&view);
        let (mirror_yaw, mirror_own) = look(&mirrored(&view));
        let apart = [&own, &mirror_own].map(|other| descriptor::distance(&descriptor, other));
        println!("turned by {degrees}: {yaw}, mirrored {mirror_yaw}; apart {apart:?}");
        assert!(yaw > before + 2.0 && (yaw + mirror_yaw).abs() < 6.0, "{yaw} {mirror_yaw} for {degrees}");
        assert!(apart.iter().all(|apart| *apart < descriptor::SAME_PERSON_MAX), "{apart:?} for {degrees}");
        before = yaw;
    }
    // What is no face is not like it: the shoulder.
    let shoulder = Crop { left: 0, top: 200, width: 100, height: 100 };
    let network = DescriptorNet::load(&folder, &Device::flex()).unwrap();
    let other = network.forward(&picture, shoulder, &Device::flex());
    let distance = descriptor::distance(&descriptor, &other);
    assert!(distance > descriptor::SAME_PERSON_MAX, "{distance}");
}

/// A copy of the models in which a change was made.
fn changed(folder: &Path, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Result<Faces, FaceModelError> {
    let copy = std::env::temp_dir().join(format!("kinora-faces-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&copy).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
    }
    let mut bytes = std::fs::read(copy.join(name)).unwrap();
    change(&mut bytes);
    std::fs::write(copy.join(name), bytes).unwrap();
    let loaded = Faces::load(&copy);
    std::fs::remove_dir_all(copy).unwrap();
    loaded
}

#[test]
fn models_with_a_tensor_missing_left_over_or_misshapen_are_refused() {
    let Some(folder) = models() else { return };
    let replace = |name: &str, from: &'static str, to: &'static str| {
        let refused = changed(&folder, name, |bytes| {
            let text = String::from_utf8(bytes.clone()).unwrap();
            assert!(text.contains(from), "{from} is not in {name}");
            *bytes = text.replacen(from, to, 1).into_bytes();
        });
        refused.unwrap_err().to_string()
    };
    let renamed =
        replace("face_recognition_model-weights_manifest.json", "conv32_1/conv1/conv/bias", "other");
    assert!(renamed.starts_with("face_recognition: missing tensors: conv32_1.conv1.conv.bias"), "{renamed}");
    let landmarks = "face_landmark_68_model-weights_manifest.json";
    let text = replace(landmarks, "dense0/conv0/filters", "dense0/conv0/filters_too");
    assert!(text.contains("missing tensors"), "{text}");
    let cut = changed(&folder, "tiny_face_detector_model.bin", |bytes| bytes.truncate(bytes.len() - 1));
    assert!(matches!(cut, Err(FaceModelError::Length { told: 193_321, found: 193_320, .. })), "{cut:?}");
    let absent = Faces::load(Path::new("nowhere")).unwrap_err().to_string();
    assert!(absent.contains("nowhere"), "{absent}");
}
