//! Commands as somebody types them.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process::{Server, kinora};

#[test]
fn a_demo_leaves_a_whole_clip_a_receipt_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("clip.mp4");
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut demo = kinora(&["demo", "bars", "--seed", "7", "--json", "--out"]);
    let demo = demo.arg(&out).env("TMPDIR", &temporary).output().unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let receipt: Value = serde_json::from_slice(&demo.stdout).unwrap();
    assert_eq!(
        (&receipt["seed"], &receipt["output_seconds"], &receipt["size"]),
        (&7.into(), &4.0.into(), &"1280x720".into())
    );
    assert!(receipt["compute_micros"].is_i64(), "{receipt}");
    let info = kinora_media::probe(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!((info.duration, info.sound.is_some()), (Duration::from_secs(4), true));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_demo_that_is_stopped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let mut demo = kinora(&["demo", "bars", "--out"]);
    demo.arg(folder.path().join("clip.mp4"))
        .env("TMPDIR", &temporary)
        .env("KINORA_COLOUR_BARS_STEP_MS", "60000");
    let mut demo = demo.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(60);
    while std::fs::read_dir(&temporary).unwrap().next().is_none() {
        assert!(Instant::now() < end, "the demo made no folder");
        std::thread::sleep(Duration::from_millis(20));
    }
    // By now it may or may not be ready to hear of it; before, the system ends it.
    std::thread::sleep(Duration::from_millis(1_500));
    assert!(
        std::process::Command::new("kill").args(["-INT", &demo.id().to_string()]).status().unwrap().success()
    );
    assert_eq!(demo.wait().unwrap().code(), Some(130));
    assert_eq!(std::fs::read_dir(&temporary).unwrap().count(), 0);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_clip_is_generated_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("clip.mp4");
    let generate = |form: &[&str]| {
        let mut generate = kinora(&["generate", "bars", "--no-audio", "--seed", "7"]);
        let generate = generate.args(form).arg("--out").arg(&out).output().unwrap();
        assert!(generate.status.success(), "{}", String::from_utf8_lossy(&generate.stderr));
        generate.stdout
    };
    let receipt = String::from_utf8(generate(&[])).unwrap();
    assert!(receipt.contains("4 s of 1280x720, 48 frames, without sound"), "{receipt}");
    let receipt: Value = serde_json::from_slice(&generate(&["--json"])).unwrap();
    assert!(receipt["compute_micros"].is_i64(), "{receipt}");
    assert!(kinora_media::probe(&std::fs::read(&out).unwrap()).unwrap().sound.is_none());
}

#[test]
fn a_wish_that_cannot_be_fulfilled_fails_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    for wrong in [["--seconds", "5"], ["--size", "64x64"], ["--out", "/no/such/folder/clip.mp4"]] {
        let mut demo = kinora(&["demo", "bars"]);
        let demo = demo.args(wrong).current_dir(folder.path()).output().unwrap();
        assert_eq!(demo.status.code(), Some(1), "{wrong:?}");
        assert!(demo.stdout.is_empty());
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_second_server_in_the_same_folder_is_refused_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("kinora.db").display());
    let mut first = Server::spawn(folder.path(), &url);
    first.ready();
    let data_dir = folder.path().display().to_string();
    let second = kinora(&["serve", "--listen", "127.0.0.1:0", "--data-dir", &data_dir]).output().unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("in use by another kinora process"), "{said}");
    assert!(first.terminate().success());
}
