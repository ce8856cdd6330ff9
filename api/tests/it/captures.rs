//! What tests upload for characters, and a reader that finds in it what a test says.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use kinora::characters::Captures;
use kinora_spec::{
    Audio, Avatar, CaptureReader, Clip, Colours, CostReport, DeviceUse, EngineError, FaceFindings, FacePose,
    Findings, Frames, HairStyle, Likeness, Output, Size, Subject,
};
use serde_json::{Value, json};

use crate::app::TestApp;

/// The looks of every person here.
pub const AVATAR: Avatar = Avatar {
    skin: [201, 157, 120],
    hair: [40, 26, 13],
    hair_style: HairStyle::Long,
    shirt: [20, 20, 20],
    glasses: false,
    beard: false,
    hat: None,
};

/// A reader of captures that finds what it is told to. The upload itself is decoded before it comes here.
#[derive(Clone)]
pub struct Script {
    sees_faces: bool,
    faces: Arc<Mutex<FaceFindings>>,
    speech_share: Arc<Mutex<f32>>,
}

impl Script {
    /// One that cannot look for faces.
    pub fn blind() -> Self {
        Self { sees_faces: false, ..Self::seeing() }
    }

    /// One that sees a face that looks ahead, and hears speech.
    pub fn seeing() -> Self {
        Self {
            sees_faces: true,
            faces: Arc::new(Mutex::new(face(&[]))),
            speech_share: Arc::new(Mutex::new(0.4)),
        }
    }

    pub fn captures(&self) -> Captures {
        Captures::by(Box::new(self.clone()))
    }

    /// From now on it finds these faces.
    pub fn finds(&self, faces: FaceFindings) {
        *self.faces.lock().unwrap() = faces;
    }

    /// From now on it finds no face.
    pub fn finds_nobody(&self) {
        self.finds(FaceFindings { with_one: 0, poses: vec![], descriptor: None, ..face(&[]) });
    }

    /// From now on the face answers a challenge.
    pub fn answers(&self, challenge: &Value) {
        let turns: Vec<&str> =
            challenge["head_turns"].as_array().unwrap().iter().map(|turn| turn.as_str().unwrap()).collect();
        self.finds(face(&turns));
    }

    /// From now on so much of the sound is speech.
    pub fn hears(&self, speech_share: f32) {
        *self.speech_share.lock().unwrap() = speech_share;
    }
}

impl CaptureReader for Script {
    fn sees_faces(&self) -> bool {
        self.sees_faces
    }

    fn read(
        &mut self,
        frames: &Frames,
        _: Option<&Audio>,
        subject: Subject,
    ) -> Result<Findings, EngineError> {
        assert!(frames.count() > 0);
        let colours = Colours { main: [200, 30, 30], second: [250, 250, 250] };
        Ok(Findings {
            faces: self.sees_faces.then(|| self.faces.lock().unwrap().clone()),
            speech_share: Some(*self.speech_share.lock().unwrap()),
            likeness: match subject {
                Subject::Person => Likeness::Person(AVATAR),
                Subject::Animal => Likeness::Animal(colours),
                Subject::Object => Likeness::Object(colours),
            },
        })
    }
}

/// One face in every picture, that turns so.
pub fn face(turns: &[&str]) -> FaceFindings {
    let mut yaw = vec![0.0; 3];
    for turn in turns {
        let sign = if *turn == "left" { 1.0 } else { -1.0 };
        yaw.extend([10.0, 30.0, 40.0, 30.0, 10.0, 0.0, 0.0].map(|degrees| sign * degrees));
    }
    let poses = yaw.iter().enumerate();
    FaceFindings {
        looked_at: 30,
        with_one: 30,
        with_more: 0,
        poses: poses.map(|(n, yaw)| FacePose { at_ms: n as u32 * 166, yaw_degrees: *yaw }).collect(),
        spread: 0.2,
        descriptor: Some(vec![0.062_5; 128]),
    }
}

/// An MP4 of two seconds; each `shade` gives other bytes.
pub fn video(shade: u8) -> Vec<u8> {
    static MADE: Mutex<BTreeMap<u8, Vec<u8>>> = Mutex::new(BTreeMap::new());
    MADE.lock().unwrap().entry(shade).or_insert_with(|| encode(shade, None)).clone()
}

/// As [`video`], with a tone.
pub fn video_with_sound(shade: u8) -> Vec<u8> {
    let sample = |n: u32| (n as f32 * 0.2).sin() * 0.5;
    let samples = (0..32_000).map(sample).collect();
    encode(shade, Some(Audio { sample_rate: 16_000, samples }))
}

fn encode(shade: u8, audio: Option<Audio>) -> Vec<u8> {
    let (width, height, per_second, seconds) = (64, 64, 4, 2);
    let pixel = |n: usize| shade.wrapping_add((n / 97 % 50) as u8);
    let pixels = width as usize * height as usize * 3 * per_second as usize * seconds as usize;
    let size = Size::new(width, height);
    let report = CostReport {
        device: DeviceUse { name: "test".into(), backend: "none".into(), assumed_watts: 0 },
        phases: vec![],
        peak_memory_bytes: None,
        output: Output { milliseconds: 2_000, frames: 8, size, audio_milliseconds: 0, steps: 1 },
    };
    let frames = Frames { width, height, per_second, rgb: (0..pixels).map(pixel).collect() };
    let clip = Clip { frames, audio, latents: None, report };
    kinora_media::encode(&clip, size, seconds, &mut |_| std::ops::ControlFlow::Continue(())).unwrap().video
}

/// The part with a recording.
pub const VIDEO: &str = "name=\"video\"; filename=\"anna.mp4\"";
/// The part with a name.
pub const NAME: &str = "name=\"name\"";

/// A new character of the project of `key`.
pub async fn new_character(app: &TestApp, key: &str, name: &str) -> Value {
    let video = video(100);
    app.form_as(key, "/v1/videos/characters", &[(NAME, name.as_bytes()), (VIDEO, &video)]).await.ok()
}

/// Answers the challenge of a character that is pending.
pub async fn consent(app: &TestApp, script: &Script, key: &str, character: &Value) -> Value {
    script.answers(&character["challenge"]);
    let version = character["challenge"]["wording"]["version"].as_str().unwrap();
    let (path, video) =
        (format!("/v1/videos/characters/{}/capture", character["id"].as_str().unwrap()), video(120));
    let parts = [
        (VIDEO, &video[..]),
        ("name=\"wording_version\"", version.as_bytes()),
        ("name=\"signed_by\"", b"Anna Example"),
    ];
    app.form_as(key, &path, &parts).await.ok()
}

/// A person of the project of `key` who consented and can be used; the id. The operator approved it, since nobody listens
/// for digits here.
pub async fn new_person(app: &TestApp, script: &Script, key: &str, name: &str) -> String {
    let made = new_character(app, key, name).await;
    assert_eq!(consent(app, script, key, &made).await["status"], "unverified");
    approve(app, made["id"].as_str().unwrap()).await
}

/// An object of the project of `key`, as it comes; the id. It can be used at once only if somebody looked for faces.
pub async fn unverified_object(app: &TestApp, key: &str, name: &str) -> String {
    let video = video(100);
    let parts = [(NAME, name.as_bytes()), (VIDEO, &video[..]), ("name=\"kind\"", b"object")];
    let made = app.form_as(key, "/v1/videos/characters", &parts).await.ok();
    made["id"].as_str().unwrap().to_owned()
}

/// An object of the project of `key` that can be used; the id.
pub async fn new_object(app: &TestApp, key: &str, name: &str) -> String {
    let id = unverified_object(app, key, name).await;
    if app.app.captures.sees_faces() { id } else { approve(app, &id).await }
}

/// The operator approves a character; its id.
pub async fn approve(app: &TestApp, id: &str) -> String {
    let approved = app.operator_post(&format!("/characters/{id}/approve"), &json!({})).await.ok();
    assert_eq!(approved["status"], "active");
    id.to_owned()
}

/// Gives the project of `key` a handle.
pub async fn name_project(app: &TestApp, key: &str, handle: &str) {
    let body = json!({ "handle": handle });
    let named = app.ask(key, reqwest::Method::POST, "/v1/videos/characters/handle", Some(&body)).await.ok();
    assert_eq!(named["handle"], handle);
}
