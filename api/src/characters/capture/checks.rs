//! Whether a capture answers its challenge, from what was found in it. Pure.

use kinora_spec::{FaceFindings, FacePose, Findings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::challenge::Turn;

/// Least share of the pictures in which there is a face: heads that turn far are lost now and then.
const FACE_SHARE_MIN: f64 = 0.7;
/// Largest share of the pictures in which there is a second face: a detector sees one where there is none now and then.
const SECOND_FACE_SHARE_MAX: f64 = 0.1;
/// Distance of two descriptors from which on they are taken to be of different people, as the authors of the model say.
pub const SAME_PERSON_DISTANCE: f32 = 0.6;
/// A head is turned from here on, degrees: well above what landmarks are off, and below what people make of thirty.
const TURNED_DEGREES: f32 = 15.0;
/// It looks ahead again below this, degrees; between the two nothing changes, so that trembling counts for nothing.
const AHEAD_DEGREES: f32 = 8.0;
/// Least share of the sound in which somebody speaks: three digits in ten seconds.
const SPEECH_SHARE_MIN: f32 = 0.1;

/// How one check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CharacterCheckResult)]
pub enum CheckResult {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It could not be looked at here; the operator does.
    NotChecked,
}

/// One check, with what was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CharacterCheck)]
pub struct Check {
    /// How it came out.
    pub result: CheckResult,
    /// What was found; `null` where nothing could be looked at.
    #[schema(required, example = "0.97")]
    pub measured: Option<String>,
    /// What must be found.
    #[schema(example = "at least 0.7 of the pictures")]
    pub required: String,
}

/// The checks of a capture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = CharacterChecks)]
pub struct Checks {
    /// A face is there all the time.
    pub face_present: Check,
    /// It is that of one person alone.
    pub one_person: Check,
    /// The head turns as the challenge says, in that order.
    pub head_turns: Check,
    /// It is the person of the first upload.
    pub same_person: Check,
    /// Somebody speaks.
    pub speech: Check,
    /// The digits of the challenge are spoken.
    pub digits: Check,
}

/// What is compared with the findings.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// The turns, in order.
    pub turns: &'a [Turn],
    /// The digits.
    pub digits: &'a str,
    /// What tells the face of the first upload from others, if a face was found in it.
    pub descriptor: Option<&'a [f32]>,
    /// The digits that were heard, if there is somebody who listens.
    pub heard: Option<&'a str>,
    /// Whether the voice came apart from the recording: then nobody here can tell whether who is seen speaks.
    pub is_voice_apart: bool,
}

impl Checks {
    /// The checks of what was found.
    #[must_use]
    pub fn of(findings: &Findings, expected: Expected<'_>) -> Self {
        let faces = findings.faces.as_ref();
        Self {
            face_present: face_present(faces),
            one_person: one_person(faces),
            head_turns: head_turns(faces, expected.turns),
            same_person: same_person(faces, expected.descriptor),
            speech: speech(findings.speech_share, expected.is_voice_apart),
            digits: digits(expected.digits, expected.heard.filter(|_| !expected.is_voice_apart)),
        }
    }

    /// Each with its name on the wire.
    #[must_use]
    pub fn all(&self) -> [(&'static str, &Check); 6] {
        [
            ("face_present", &self.face_present),
            ("one_person", &self.one_person),
            ("head_turns", &self.head_turns),
            ("same_person", &self.same_person),
            ("speech", &self.speech),
            ("digits", &self.digits),
        ]
    }

    /// The first that failed.
    #[must_use]
    pub fn failed(&self) -> Option<(&'static str, &Check)> {
        self.all().into_iter().find(|(_, check)| check.result == CheckResult::Failed)
    }

    /// Whether all passed, so that nobody needs to look.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        self.all().iter().all(|(_, check)| check.result == CheckResult::Passed)
    }
}

fn check(measured: Option<(bool, String)>, required: String) -> Check {
    let result = match &measured {
        None => CheckResult::NotChecked,
        Some((true, _)) => CheckResult::Passed,
        Some((false, _)) => CheckResult::Failed,
    };
    Check { result, measured: measured.map(|(_, text)| text), required }
}

fn share(part: u32, whole: u32) -> f64 {
    f64::from(part) / f64::from(whole.max(1))
}

fn face_present(faces: Option<&FaceFindings>) -> Check {
    let measured = faces.map(|faces| {
        let seen = share(faces.with_one.saturating_add(faces.with_more), faces.looked_at);
        (seen >= FACE_SHARE_MIN, format!("{seen:.2}"))
    });
    check(measured, format!("a face in at least {FACE_SHARE_MIN} of the pictures"))
}

fn one_person(faces: Option<&FaceFindings>) -> Check {
    let measured = faces.map(|faces| {
        let others = share(faces.with_more, faces.looked_at);
        let is_one =
            faces.with_one > 0 && others <= SECOND_FACE_SHARE_MAX && faces.spread < SAME_PERSON_DISTANCE;
        (is_one, format!("{others:.2} with more faces, largest distance {:.2}", faces.spread))
    });
    let required = format!(
        "at most {SECOND_FACE_SHARE_MAX} of the pictures with more faces, and no two faces {SAME_PERSON_DISTANCE} apart"
    );
    check(measured, required)
}

fn head_turns(faces: Option<&FaceFindings>, wanted: &[Turn]) -> Check {
    let said = |turns: &[Turn]| turns.iter().map(|turn| turn.name()).collect::<Vec<_>>().join(" ");
    let measured = faces.map(|faces| {
        let found = turns(&faces.poses);
        (found == wanted, if found.is_empty() { "none".to_owned() } else { said(&found) })
    });
    check(measured, said(wanted))
}

fn same_person(faces: Option<&FaceFindings>, first: Option<&[f32]>) -> Check {
    let here = faces.and_then(|faces| faces.descriptor.as_deref());
    let measured = first.zip(here).map(|(first, here)| {
        let apart = distance(first, here);
        (apart < SAME_PERSON_DISTANCE, format!("{apart:.2}"))
    });
    check(measured, format!("a distance below {SAME_PERSON_DISTANCE} to the first upload"))
}

fn speech(found: Option<f32>, is_voice_apart: bool) -> Check {
    // A capture without sound is silent, which is a finding.
    let spoken = found.unwrap_or(0.0);
    let measured = (spoken >= SPEECH_SHARE_MIN, format!("{spoken:.2}"));
    check(
        Some(measured).filter(|_| !is_voice_apart),
        format!("speech in at least {SPEECH_SHARE_MIN} of the sound"),
    )
}

fn digits(wanted: &str, heard: Option<&str>) -> Check {
    // Neither is shown: whoever fails must not learn what would have been right from the answer.
    let measured = heard.map(|heard| (heard == wanted, format!("{} digits", heard.len())));
    check(measured, "the digits of the challenge, in order".to_owned())
}

/// The Euclidean distance of two descriptors; of different lengths they have nothing in common.
fn distance(one: &[f32], other: &[f32]) -> f32 {
    if one.len() != other.len() {
        return f32::INFINITY;
    }
    one.iter().zip(other).map(|(one, other)| (one - other).powi(2)).sum::<f32>().sqrt()
}

/// The turns of a head, in order. A single picture that stands out between its neighbours is a mistake of the landmarks and
/// counts for nothing. A turn to the person's left goes towards the right edge of the picture.
#[must_use]
pub fn turns(poses: &[FacePose]) -> Vec<Turn> {
    let yaw: Vec<f32> = poses.iter().map(|pose| pose.yaw_degrees).collect();
    let mut found = Vec::new();
    let mut turned = None;
    for at in 0..yaw.len() {
        let degrees = steady(&yaw, at);
        let now = match degrees {
            _ if degrees >= TURNED_DEGREES => Some(Turn::Left),
            _ if degrees <= -TURNED_DEGREES => Some(Turn::Right),
            _ if degrees.abs() < AHEAD_DEGREES => {
                turned = None;
                None
            }
            _ => None,
        };
        if let Some(turn) = now.filter(|turn| turned != Some(*turn)) {
            found.push(turn);
            turned = Some(turn);
        }
    }
    found
}

/// The middle one of a value and its neighbours; that is no number counts as straight ahead.
fn steady(values: &[f32], at: usize) -> f32 {
    let of = |at: usize| values.get(at).copied().filter(|value| value.is_finite()).unwrap_or(0.0);
    let (before, after) = (at.checked_sub(1), (at + 1 < values.len()).then_some(at + 1));
    // The first and the last have one neighbour, which stands for two.
    let (before, after) = (of(before.or(after).unwrap_or(at)), of(after.or(before).unwrap_or(at)));
    let here = of(at);
    before.max(after).min(before.min(after).max(here))
}

#[cfg(test)]
mod tests {
    use kinora_spec::{Colours, Likeness};
    use proptest::prelude::*;

    use super::*;

    fn poses(yaw: &[f32]) -> Vec<FacePose> {
        let pose = |(n, yaw): (usize, &f32)| FacePose { at_ms: n as u32 * 200, yaw_degrees: *yaw };
        yaw.iter().enumerate().map(pose).collect()
    }

    /// A head that turns so far each time, as a smooth curve of `steps` pictures a turn.
    fn movement(turns: &[Turn], degrees: f32, steps: usize) -> Vec<f32> {
        let mut yaw = vec![0.0; 3];
        for turn in turns {
            let sign = if *turn == Turn::Left { 1.0 } else { -1.0 };
            let curve = |step: usize| (step as f32 / steps as f32 * std::f32::consts::PI).sin();
            yaw.extend((0..=steps).map(|step| sign * degrees * curve(step)));
        }
        yaw.extend([0.0; 3]);
        yaw
    }

    fn any_turns() -> impl Strategy<Value = Vec<Turn>> {
        prop::collection::vec(prop_oneof![Just(Turn::Left), Just(Turn::Right)], 1..5)
    }

    proptest! {
        #[test]
        fn turns_are_found_in_their_order_whatever_trembles(
            asked in any_turns(), degrees in 32.0_f32..60.0, steps in 7_usize..20,
            noise in prop::collection::vec(-4.0_f32..4.0, 200),
        ) {
            let yaw: Vec<f32> =
                movement(&asked, degrees, steps).iter().zip(&noise).map(|(yaw, noise)| yaw + noise).collect();
            prop_assert_eq!(turns(&poses(&yaw)), asked);
        }

        #[test]
        fn a_photograph_makes_no_sequence(yaw in -60.0_f32..60.0, noise in prop::collection::vec(-4.0_f32..4.0, 3..100)) {
            let yaw: Vec<f32> = noise.iter().map(|noise| yaw + noise).collect();
            prop_assert!(turns(&poses(&yaw)).len() <= 1);
        }

        #[test]
        fn single_mistakes_are_no_turns(at in prop::collection::vec(0_usize..20, 0..5), degrees in 25.0_f32..90.0) {
            let mut yaw = vec![0.0; 60];
            for at in at {
                yaw[at * 3] = degrees;
            }
            prop_assert_eq!(turns(&poses(&yaw)), vec![]);
        }

        #[test]
        fn nothing_panics(yaw in prop::collection::vec(prop::num::f32::ANY, 0..50)) {
            prop_assert!(turns(&poses(&yaw)).len() <= yaw.len());
        }
    }

    fn findings(yaw: &[f32]) -> Findings {
        let faces = FaceFindings {
            looked_at: 20,
            with_one: 19,
            with_more: 0,
            poses: poses(yaw),
            spread: 0.3,
            descriptor: Some(vec![0.1; 128]),
        };
        let grey = Colours { main: [1; 3], second: [1; 3] };
        Findings { faces: Some(faces), speech_share: Some(0.4), likeness: Likeness::Object(grey) }
    }

    const ASKED: [Turn; 3] = [Turn::Left, Turn::Right, Turn::Left];

    fn expected(descriptor: &[f32]) -> Expected<'_> {
        let heard = Some("472");
        Expected { turns: &ASKED, digits: "472", descriptor: Some(descriptor), heard, is_voice_apart: false }
    }

    #[test]
    fn each_check_fails_by_its_own_cause() {
        let first = vec![0.1; 128];
        let good = findings(&movement(&ASKED, 40.0, 8));
        assert!(Checks::of(&good, expected(&first)).are_complete());
        let failed = |change: &dyn Fn(&mut Findings, &mut Expected<'_>)| {
            let (mut found, mut wanted) = (good.clone(), expected(&first));
            change(&mut found, &mut wanted);
            let checks = Checks::of(&found, wanted);
            let failed = checks.all().into_iter().filter(|(_, check)| check.result == CheckResult::Failed);
            failed.map(|(name, _)| name).collect::<Vec<_>>()
        };
        fn faces(found: &mut Findings) -> &mut FaceFindings {
            found.faces.as_mut().unwrap()
        }
        assert_eq!(failed(&|found, _| faces(found).with_one = 10), ["face_present"]);
        assert_eq!(failed(&|found, _| faces(found).with_more = 5), ["one_person"]);
        assert_eq!(failed(&|found, _| faces(found).spread = 0.7), ["one_person"]);
        assert_eq!(failed(&|found, _| faces(found).poses = poses(&[0.0; 20])), ["head_turns"]);
        let wrong = [Turn::Right, Turn::Left, Turn::Right];
        assert_eq!(
            failed(&|found, _| faces(found).poses = poses(&movement(&wrong, 40.0, 8))),
            ["head_turns"]
        );
        let more = [Turn::Left, Turn::Right, Turn::Left, Turn::Right];
        assert_eq!(failed(&|found, _| faces(found).poses = poses(&movement(&more, 40.0, 8))), ["head_turns"]);
        assert_eq!(failed(&|found, _| faces(found).descriptor = Some(vec![0.2; 128])), ["same_person"]);
        assert_eq!(failed(&|found, _| found.speech_share = Some(0.01)), ["speech"]);
        assert_eq!(failed(&|found, _| found.speech_share = None), ["speech"]);
        assert_eq!(failed(&|_, wanted| wanted.heard = Some("427")), ["digits"]);
    }

    #[test]
    fn what_cannot_be_looked_at_is_left_to_the_operator() {
        let blind = Findings { faces: None, ..findings(&[]) };
        let checks = Checks::of(&blind, Expected { heard: None, descriptor: None, ..expected(&[]) });
        assert_eq!(checks.failed(), None);
        assert!(!checks.are_complete());
        let open = checks.all().into_iter().filter(|(_, check)| check.result == CheckResult::NotChecked);
        let open: Vec<&str> = open.map(|(name, _)| name).collect();
        assert_eq!(open, ["face_present", "one_person", "head_turns", "same_person", "digits"]);
    }

    #[test]
    fn a_voice_that_came_apart_answers_nothing() {
        let first = vec![0.1; 128];
        let good = findings(&movement(&ASKED, 40.0, 8));
        let checks = Checks::of(&good, Expected { is_voice_apart: true, ..expected(&first) });
        let open = checks.all().into_iter().filter(|(_, check)| check.result == CheckResult::NotChecked);
        assert_eq!(open.map(|(name, _)| name).collect::<Vec<_>>(), ["speech", "digits"]);
        assert_eq!(checks.failed(), None);
    }
}
