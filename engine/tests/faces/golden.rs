//! The picture, the models, and the numbers of face-api.js.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use kinora_engine::checkpoint::Checkpoint;
use kinora_engine::faces::Crop;
use kinora_spec::Picture;

fn file(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The folder with the models; without one the test is skipped, unless skipping is a failure.
pub fn models() -> Option<PathBuf> {
    let folder = std::env::var_os("KINORA_FACE_MODELS");
    if folder.is_none() {
        let all = std::env::var_os("KINORA_REQUIRE_ALL").is_some_and(|all| all == "1");
        assert!(!all, "KINORA_FACE_MODELS names no folder; engine/fetch-face-models.sh fills one");
        eprintln!("skipped: no face models");
    }
    folder.map(PathBuf::from)
}

/// The portrait, 300x300.
pub fn astronaut() -> Picture {
    let bytes = file("astronaut.png");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    assert_eq!(info.color_type, png::ColorType::Rgb);
    Picture { width: info.width, height: info.height, rgb }
}

/// The tensor of a name, row by row.
pub fn numbers<const D: usize>(name: &str) -> Vec<f32> {
    let bytes = file("faces.safetensors");
    let file = Checkpoint::new(&bytes).unwrap();
    file.tensor::<D>(name, &Device::flex()).unwrap().into_data().iter().collect()
}

/// Left, top, width and height.
pub fn crop(name: &str) -> Crop {
    let numbers = numbers::<1>(name);
    let [left, top, width, height] = [0, 1, 2, 3].map(|at| numbers[at] as usize);
    Crop { left, top, width, height }
}

/// Compares every number; `tolerance` is in the numbers' own unit.
pub fn assert_close(what: &str, found: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(found.len(), expected.len(), "{what}");
    let worst = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, |worst: f32, error| {
        assert!(!error.is_nan(), "{what}");
        worst.max(error)
    });
    println!("{what}: largest error {worst:.1e}, allowed {tolerance:.0e}");
    assert!(worst <= tolerance, "{what}: largest error {worst:e}, allowed {tolerance:e}");
}

/// Some rows of a picture.
pub fn rows(picture: &Picture, from: usize, count: usize) -> Picture {
    let row = picture.width as usize * 3;
    Picture { height: count as u32, rgb: picture.rgb[from * row..(from + count) * row].to_vec(), ..*picture }
}

/// Left and right changed.
pub fn mirrored(picture: &Picture) -> Picture {
    let rows = picture.rgb.chunks_exact(picture.width as usize * 3);
    let rgb = rows.flat_map(|row| row.as_chunks::<3>().0.iter().rev().copied().flatten()).collect();
    Picture { rgb, ..*picture }
}

/// The portrait as it would be on an upright cylinder that is turned, positive towards the right edge: the face moves and is
/// compressed as a turned face is, only less in depth.
pub fn turned(picture: &Picture, degrees: f32) -> Picture {
    const AXIS: f32 = 164.0;
    const RADIUS: f32 = 75.0;
    let width = picture.width as usize;
    let source = |x: usize| {
        let across = (x as f32 - AXIS) / RADIUS;
        let place = (across.asin() - degrees.to_radians()).sin() * RADIUS + AXIS;
        // Beside the cylinder, and where its back would be seen, stays what is there.
        let seen = across.abs() < 1.0 && (across.asin() - degrees.to_radians()).abs() < 1.5;
        if seen { (place.round() as usize).min(width - 1) } else { x }
    };
    let rows = picture.rgb.chunks_exact(width * 3);
    let rgb = rows.flat_map(|row| (0..width).flat_map(|x| row[source(x) * 3..source(x) * 3 + 3].to_vec()));
    Picture { rgb: rgb.collect(), ..*picture }
}
