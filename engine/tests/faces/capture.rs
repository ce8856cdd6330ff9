//! What the reader finds in captures that are put together from one portrait.

use std::time::Instant;

use kinora_engine::Reader;
use kinora_spec::{CaptureReader, Findings, Frames, HairStyle, Likeness, Picture, Subject};

use crate::golden::{astronaut, mirrored, models, turned};

/// The colour of an empty wall.
const WALL: [u8; 3] = [120, 130, 140];

/// A frame of `width` x `height` with the pictures side by side on a wall, each `times` as large, from the left.
fn scene(width: usize, height: usize, times: usize, pictures: &[&Picture]) -> Vec<u8> {
    let mut rgb = WALL.repeat(width * height);
    let mut left = 0;
    for picture in pictures {
        let (columns, rows) = (picture.width as usize, picture.height as usize);
        for y in 0..(rows * times).min(height) {
            for x in 0..(columns * times).min(width - left) {
                let from = (y / times * columns + x / times) * 3;
                let to = (y * width + left + x) * 3;
                rgb[to..to + 3].copy_from_slice(&picture.rgb[from..from + 3]);
            }
        }
        left += columns * times;
    }
    rgb
}

fn read(reader: &mut Reader, size: [usize; 2], per_second: u32, frames: &[Vec<u8>]) -> Findings {
    let [width, height] = size.map(|length| length as u32);
    let frames = Frames { width, height, per_second, rgb: frames.concat() };
    reader.read(&frames, None, Subject::Person).unwrap()
}

#[test]
fn a_capture_of_one_person_who_turns_is_read() {
    let Some(folder) = models() else { return };
    let mut reader = Reader::new(Some(&folder)).unwrap();
    assert!(reader.sees_faces());
    let (left, right) = (turned(&astronaut(), -30.0), turned(&astronaut(), 30.0));
    let size = [1280, 720];
    let ways = [&left, &right].map(|picture| scene(size[0], size[1], 2, &[picture]));
    let frames: Vec<Vec<u8>> = (0..100).map(|at| ways[at / 50].clone()).collect();
    let started = Instant::now();
    let found = read(&mut reader, size, 25, &frames);
    println!("a capture of 4 s of 1280x720 in {:.2} s", started.elapsed().as_secs_f64());
    let faces = found.faces.unwrap();
    assert_eq!((faces.looked_at, faces.with_one, faces.with_more), (48, 48, 0));
    assert_eq!((faces.poses[0].at_ms, faces.poses[47].at_ms), (0, 3_960));
    assert!(faces.poses.is_sorted_by_key(|pose| pose.at_ms));
    let (before, after) = (faces.poses[0].yaw_degrees, faces.poses[47].yaw_degrees);
    assert!(before < -5.0 && after > 5.0, "{before} {after}");
    assert!(faces.spread > 0.0 && faces.spread < 0.6, "{}", faces.spread);
    assert_eq!(faces.descriptor.unwrap().len(), 128);
}

#[test]
fn two_people_and_nobody_are_counted() {
    let Some(folder) = models() else { return };
    let mut reader = Reader::new(Some(&folder)).unwrap();
    let (one, other) = (astronaut(), mirrored(&astronaut()));
    let size = [640, 360];
    let scenes: [&[&Picture]; 4] = [&[&one], &[&one, &other], &[], &[&other]];
    let frames = scenes.map(|pictures| scene(size[0], size[1], 1, pictures));
    let faces = read(&mut reader, size, 2, &frames).faces.unwrap();
    assert_eq!((faces.looked_at, faces.with_one, faces.with_more), (4, 2, 1));
    assert_eq!(faces.poses.iter().map(|pose| pose.at_ms).collect::<Vec<_>>(), [0, 1_500]);
    let nobody = read(&mut reader, size, 2, &frames[2..3]).faces.unwrap();
    assert_eq!((nobody.with_one, nobody.spread, nobody.descriptor), (0, 0.0, None));
}

#[test]
fn the_looks_of_the_portrait_are_those_of_the_portrait() {
    let Some(folder) = models() else { return };
    let mut reader = Reader::new(Some(&folder)).unwrap();
    let found = read(&mut reader, [640, 360], 1, &[scene(640, 360, 1, &[&astronaut()])]);
    let Likeness::Person(avatar) = found.likeness else { panic!("{found:?}") };
    println!("{avatar:?}");
    assert_eq!(
        (avatar.hair_style, avatar.glasses, avatar.beard, avatar.hat),
        (HairStyle::Short, false, false, None)
    );
    let near = |found: [u8; 3], expected: [u8; 3]| {
        found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) < 40)
    };
    assert!(near(avatar.skin, [225, 175, 150]), "skin {:?}", avatar.skin);
    assert!(near(avatar.hair, [140, 95, 60]), "hair {:?}", avatar.hair);
    assert!(near(avatar.shirt, [225, 85, 50]), "the suit is orange, not {:?}", avatar.shirt);
}
