//! Runs `ffprobe` and `ffmpeg` where they are installed. Without them a test says so in one line and passes, unless
//! `KINORA_REQUIRE_ALL` is 1.

use std::collections::HashMap;
use std::io::Write;
use std::process::Command;

/// Whether a test that needs `ffprobe` and `ffmpeg` can run.
pub fn present() -> bool {
    let missing =
        ["ffprobe", "ffmpeg"].into_iter().find(|name| Command::new(name).arg("-version").output().is_err());
    let Some(name) = missing else { return true };
    let required = std::env::var_os("KINORA_REQUIRE_ALL").is_some_and(|value| value == "1");
    assert!(!required, "KINORA_REQUIRE_ALL is 1 and {name} is not installed");
    // Past the capture of test output, which would hide it.
    let _ = writeln!(std::io::stderr(), "skipped: no {name}");
    false
}

/// What `ffprobe` says of the part that `select` chooses (`v:0`, `a:0`); keys of the container come along.
pub fn probe(file: &[u8], select: &str) -> HashMap<String, String> {
    let path = on_disk(file);
    let output = Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-select_streams", select])
        .args(["-show_streams", "-show_entries", "format=duration,start_time:format_tags", "-of", "flat=s=_"])
        .arg(path.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let line = |line: &str| {
        let (key, value) = line.split_once('=')?;
        let key = key.strip_prefix("streams_stream_0_").unwrap_or(key);
        Some((key.to_owned(), value.trim_matches('"').to_owned()))
    };
    String::from_utf8(output.stdout).unwrap().lines().filter_map(line).collect()
}

/// The first `count` pictures of a movie or still as RGB, decoded by `ffmpeg`.
pub fn pictures(file: &[u8], count: u32) -> Vec<u8> {
    let flags = "accurate_rnd+full_chroma_int+full_chroma_inp+bicubic";
    let count = count.to_string();
    convert(
        file,
        &["-map", "0:v:0", "-frames:v", &count, "-sws_flags", flags, "-pix_fmt", "rgb24", "-f", "rawvideo"],
    )
}

/// Every picture of a movie as RGB, as `ffmpeg` shows them: turned, and only those that edit lists leave.
pub fn all_pictures(file: &[u8]) -> Vec<u8> {
    let flags = "accurate_rnd+full_chroma_int+full_chroma_inp+neighbor";
    convert(
        file,
        &[
            "-map",
            "0:v:0",
            "-fps_mode",
            "passthrough",
            "-enc_time_base",
            "-1",
            "-sws_flags",
            flags,
            "-pix_fmt",
            "rgb24",
            "-f",
            "rawvideo",
        ],
    )
}

/// The same movie, to be turned by so many degrees when it is shown.
pub fn turned(file: &[u8], degrees: &str) -> Vec<u8> {
    copied(file, &[], &["-metadata:s:v:0", &format!("rotate={degrees}")])
}

/// What `ffmpeg` copies of a movie from a second on.
pub fn trimmed(file: &[u8], from: &str, seconds: &str) -> Vec<u8> {
    copied(file, &["-ss", from], &["-t", seconds])
}

fn copied(file: &[u8], before: &[&str], after: &[&str]) -> Vec<u8> {
    let path = on_disk(file);
    let made = tempfile::Builder::new().suffix(".mp4").tempfile().unwrap();
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-nostdin"])
        .args(before)
        .arg("-i")
        .arg(path.path())
        .args(["-c", "copy"])
        .args(after)
        .arg(made.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    std::fs::read(made.path()).unwrap()
}

/// The first channel of the sound of a file, decoded by `ffmpeg` as players do: edit lists are followed.
pub fn samples(file: &[u8]) -> Vec<f32> {
    let bytes =
        convert(file, &["-map", "0:a:0", "-af", "pan=mono|c0=c0", "-c:a", "pcm_f32le", "-f", "f32le"]);
    bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

fn convert(file: &[u8], options: &[&str]) -> Vec<u8> {
    let path = on_disk(file);
    let output = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(path.path())
        .args(options)
        .arg("-")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "", "a decoder complained");
    output.stdout
}

fn on_disk(file: &[u8]) -> tempfile::NamedTempFile {
    let mut path = tempfile::NamedTempFile::new().unwrap();
    path.write_all(file).unwrap();
    path
}
