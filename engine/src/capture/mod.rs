//! Reads a capture: faces, where they look, whether somebody speaks, and the looks.

mod speech;

use std::path::Path;

use kinora_spec::{
    Audio, CaptureReader, EngineError, FaceFindings, FacePose, Findings, Frames, Picture, Subject,
};

pub use speech::speech_share;

use crate::faces::{Faces, Landmarks, descriptor, shrink, yaw_degrees};
use crate::likeness::{View, likeness};

/// Most pictures of a capture that are looked at, evenly from the first to the last: five a second of one that lasts ten, so that
/// a head that turns for half a second is seen turned more than once.
pub const PICTURES_MAX: usize = 48;
/// The longer side of a picture that is looked at, pixels: a larger one is made smaller first.
pub const SIDE_MAX: u32 = 640;
/// Descriptors are compared of faces that are turned by no more than this, where there are any: a face that is seen from the
/// side is not like itself. Degrees.
pub const COMPARED_DEGREES_MAX: f32 = 25.0;
/// Views of a person from which the looks are taken, those most towards the camera.
const VIEWS_MAX: usize = 5;

/// The reader of captures.
pub struct Reader {
    faces: Option<Faces>,
}

/// A picture in which there is exactly one face.
struct Single {
    at_ms: u32,
    yaw_degrees: f32,
    picture: Picture,
    landmarks: Landmarks,
    descriptor: Option<Vec<f32>>,
}

/// What is known once every picture has been looked at.
#[derive(Default)]
struct Seen {
    singles: Vec<Single>,
    with_more: u32,
    /// Pictures without exactly one face.
    others: Vec<Picture>,
}

impl Reader {
    /// A reader that finds faces with the models of a folder, which `engine/fetch-face-models.sh` fills; without a folder it
    /// finds none.
    ///
    /// # Errors
    /// [`EngineError::Weights`] when a model is missing, damaged or of another network.
    pub fn new(models: Option<&Path>) -> Result<Self, EngineError> {
        let faces = models.map(Faces::load).transpose();
        Ok(Self { faces: faces.map_err(|error| EngineError::Weights(error.to_string()))? })
    }

    fn look(&self, frames: &Frames) -> Seen {
        let mut seen = Seen::default();
        for at in evenly(frames.count(), PICTURES_MAX) {
            let frame = &frames.rgb[at * frames.frame_bytes()..(at + 1) * frames.frame_bytes()];
            let picture = shrink(frame, frames.width, frames.height, SIDE_MAX);
            let Some(faces) = &self.faces else {
                seen.others.push(picture);
                continue;
            };
            let found = faces.find(&picture);
            seen.with_more += u32::from(found.len() > 1);
            let single = match found.as_slice() {
                [face] => {
                    let landmarks = faces.landmarks(&picture, face);
                    yaw_degrees(&landmarks).map(|yaw| (landmarks, yaw))
                }
                _ => None,
            };
            match single {
                Some((landmarks, yaw_degrees)) => seen.singles.push(Single {
                    at_ms: (at as u64 * 1_000 / u64::from(frames.per_second)).try_into().unwrap_or(u32::MAX),
                    yaw_degrees,
                    descriptor: faces.descriptor(&picture, &landmarks),
                    picture,
                    landmarks,
                }),
                None => seen.others.push(picture),
            }
        }
        seen
    }
}

impl CaptureReader for Reader {
    fn sees_faces(&self) -> bool {
        self.faces.is_some()
    }

    fn read(
        &mut self,
        frames: &Frames,
        sound: Option<&Audio>,
        subject: Subject,
    ) -> Result<Findings, EngineError> {
        let nothing = || EngineError::Unsupported("there is no picture in the capture".to_owned());
        if frames.frame_bytes() == 0 || frames.per_second == 0 || frames.count() == 0 {
            return Err(nothing());
        }
        let seen = self.look(frames);
        let views = match subject {
            Subject::Person if !seen.singles.is_empty() => frontal(&seen.singles),
            _ => seen.pictures().map(|picture| View { picture, face: None }).collect(),
        };
        Ok(Findings {
            faces: self.sees_faces().then(|| seen.findings()),
            speech_share: sound.map(speech_share),
            likeness: likeness(subject, &views).ok_or_else(nothing)?,
        })
    }
}

impl Seen {
    fn pictures(&self) -> impl Iterator<Item = &Picture> {
        self.singles.iter().map(|single| &single.picture).chain(&self.others)
    }

    fn findings(&self) -> FaceFindings {
        let compared = |single: &&Single| single.yaw_degrees.abs() <= COMPARED_DEGREES_MAX;
        let towards: Vec<&Single> = self.singles.iter().filter(compared).collect();
        let chosen = if towards.is_empty() { self.singles.iter().collect() } else { towards };
        let descriptors: Vec<&[f32]> =
            chosen.iter().filter_map(|single| single.descriptor.as_deref()).collect();
        let pairs = descriptors
            .iter()
            .enumerate()
            .flat_map(|(at, a)| descriptors[at + 1..].iter().map(|b| descriptor::distance(a, b)));
        FaceFindings {
            looked_at: (self.singles.len() + self.others.len()) as u32,
            with_one: self.singles.len() as u32,
            with_more: self.with_more,
            poses: self.singles.iter().map(Single::pose).collect(),
            spread: pairs.fold(0.0, f32::max),
            descriptor: mean(&descriptors),
        }
    }
}

impl Single {
    const fn pose(&self) -> FacePose {
        FacePose { at_ms: self.at_ms, yaw_degrees: self.yaw_degrees }
    }
}

/// The views that are most towards the camera.
fn frontal(singles: &[Single]) -> Vec<View<'_>> {
    let mut order: Vec<&Single> = singles.iter().collect();
    order.sort_by(|a, b| a.yaw_degrees.abs().total_cmp(&b.yaw_degrees.abs()));
    let views = order.into_iter().take(VIEWS_MAX);
    views.map(|single| View { picture: &single.picture, face: Some(&single.landmarks) }).collect()
}

/// The mean of vectors of one length; none of none.
fn mean(vectors: &[&[f32]]) -> Option<Vec<f32>> {
    let first = vectors.first()?;
    let at = |place: usize| vectors.iter().map(|vector| vector[place]).sum::<f32>() / vectors.len() as f32;
    Some((0..first.len()).map(at).collect())
}

/// At most `most` of the numbers below `count`, evenly, the first and the last among them.
fn evenly(count: usize, most: usize) -> Vec<usize> {
    let chosen = count.min(most);
    (0..chosen).map(|at| at * (count - 1) / (chosen - 1).max(1)).collect()
}

#[cfg(test)]
mod tests {
    use kinora_spec::{Colours, Likeness};

    use super::*;

    #[test]
    fn pictures_are_chosen_evenly_from_the_first_to_the_last() {
        assert_eq!(evenly(100, 4), [0, 33, 66, 99]);
        assert_eq!(evenly(3, 4), [0, 1, 2]);
        assert_eq!(evenly(1, 4), [0]);
        assert!(evenly(0, 4).is_empty());
    }

    #[test]
    fn without_models_there_are_looks_but_no_faces() {
        let mut reader = Reader::new(None).unwrap();
        assert!(!reader.sees_faces());
        let frames =
            Frames { width: 64, height: 36, per_second: 25, rgb: [200, 10, 10].repeat(64 * 36 * 30) };
        let silence = Audio { sample_rate: 48_000, samples: vec![0.0; 96_000] };
        let found = reader.read(&frames, Some(&silence), Subject::Object).unwrap();
        let red = Colours { main: [200, 10, 10], second: [200, 10, 10] };
        assert_eq!(found, Findings { faces: None, speech_share: Some(0.0), likeness: Likeness::Object(red) });
        assert_eq!(reader.read(&frames, None, Subject::Animal).unwrap().speech_share, None);
        assert!(matches!(reader.read(&frames, None, Subject::Person).unwrap().likeness, Likeness::Person(_)));
    }

    #[test]
    fn a_capture_without_a_picture_is_refused() {
        let mut reader = Reader::new(None).unwrap();
        for frames in [
            Frames { width: 4, height: 4, per_second: 1, rgb: vec![] },
            Frames { width: 0, height: 0, per_second: 1, rgb: vec![] },
            Frames { width: 1, height: 1, per_second: 0, rgb: vec![0; 3] },
        ] {
            let refusal = reader.read(&frames, None, Subject::Person);
            assert!(matches!(refusal, Err(EngineError::Unsupported(_))), "{refusal:?}");
        }
    }

    #[test]
    fn a_folder_without_models_is_refused_with_the_file_that_is_missing() {
        let refusal = Reader::new(Some(Path::new("nowhere"))).err().map(|error| error.to_string());
        assert!(
            refusal.as_ref().is_some_and(|text| text.contains("tiny_face_detector_model")),
            "{refusal:?}"
        );
    }
}
