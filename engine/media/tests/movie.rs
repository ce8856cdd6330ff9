//! The movie as programs see it that know nothing of this crate.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::{PER_SECOND, SAMPLE_RATE, clip, colour, files, programs, psnr};
use kinora_media::{ClipInfo, SoundInfo};
use kinora_spec::Size;
use kinora_spec::catalogue::KINORA_MINI;
use std::time::Duration;

const LANDSCAPE: Size = Size::new(224, 128);
const PORTRAIT: Size = Size::new(128, 224);

fn native(size: Size) -> Size {
    if size.is_portrait() { PORTRAIT } else { LANDSCAPE }
}

#[test]
fn four_seconds_are_four_seconds_in_both_tracks_and_the_file() {
    if !programs::present() {
        return;
    }
    let movie = files(&clip(LANDSCAPE, 4), Size::new(1280, 720), 4).video;
    let video = programs::probe(&movie, "v:0");
    for (key, value) in [
        ("codec_name", "h264"),
        ("profile", "High"),
        ("codec_tag_string", "avc1"),
        ("width", "1280"),
        ("height", "720"),
        ("pix_fmt", "yuv420p"),
        ("level", "31"),
        ("color_range", "tv"),
        ("color_space", "bt709"),
        ("color_transfer", "bt709"),
        ("color_primaries", "bt709"),
        ("avg_frame_rate", "12/1"),
        ("has_b_frames", "0"),
        ("nb_frames", "48"),
        ("nb_read_frames", "48"),
        ("start_time", "0.000000"),
        ("duration", "4.000000"),
        ("format_duration", "4.000000"),
        ("format_start_time", "0.000000"),
    ] {
        assert_eq!(video.get(key).map(String::as_str), Some(value), "{key}");
    }
    assert!(!video.keys().any(|key| key.contains("creation_time")), "{video:?}");
    let sound = programs::probe(&movie, "a:0");
    for (key, value) in [
        ("codec_name", "aac"),
        ("profile", "LC"),
        ("codec_tag_string", "mp4a"),
        ("sample_rate", "48000"),
        ("channels", "2"),
        ("start_time", "0.000000"),
        ("duration", "4.000000"),
    ] {
        assert_eq!(sound.get(key).map(String::as_str), Some(value), "{key}");
    }
    assert_eq!(programs::samples(&movie).len(), 4 * 48_000);
}

#[test]
fn every_size_of_the_catalogue_comes_out_exact_and_faithful() {
    let programs = programs::present();
    for size in KINORA_MINI.sizes {
        let movie = files(&clip(native(*size), 1), *size, 1).video;
        let info = kinora_media::probe(&movie).unwrap();
        let sound = SoundInfo { sample_rate: 48_000, channels: 2, duration: Duration::from_secs(1) };
        let expected = ClipInfo {
            size: *size,
            frames: PER_SECOND,
            per_second: PER_SECOND,
            duration: Duration::from_secs(1),
            sound: Some(sound),
            streamable: true,
        };
        assert_eq!(info, expected);
        let (frames, audio) = kinora_media::decode(&movie).unwrap();
        assert_eq!((frames.width, frames.height, frames.count()), (size.width, size.height, 12));
        assert_eq!(audio.unwrap().samples.len(), 48_000);
        let own = psnr(&frames.rgb, native(*size), *size, 0);
        assert!(own > 42.0, "{size} decoded here: {own:.1} dB");
        if programs {
            let rgb = programs::pictures(&movie, 3);
            assert_eq!(rgb.len(), 3 * frames.frame_bytes());
            let theirs = psnr(&rgb, native(*size), *size, 0);
            assert!(theirs > 42.0, "{size} decoded by ffmpeg: {theirs:.1} dB");
        }
    }
}

#[test]
fn a_click_is_heard_within_a_millisecond_of_its_time() {
    if !programs::present() {
        return;
    }
    let mut clip = clip(Size::new(128, 72), 2);
    for at in [0.25, 1.0, 1.75] {
        let audio = clip.audio.as_mut().unwrap();
        audio.samples.fill(0.0);
        audio.samples[(at * SAMPLE_RATE as f32) as usize] = 0.9;
        let movie = files(&clip, Size::new(128, 72), 2).video;
        let samples = programs::samples(&movie);
        let loudest =
            (0..samples.len()).max_by(|a, b| samples[*a].abs().total_cmp(&samples[*b].abs())).unwrap();
        let late = loudest as f32 / 48_000.0 - at;
        assert!(late.abs() < 0.001, "the click at {at} s is {late} s late");
        assert_eq!(samples.len(), 96_000);
        let (_, own) = kinora_media::decode(&movie).unwrap();
        let own = own.unwrap().samples;
        assert!((0..own.len()).all(|n| own[n].abs() <= own[loudest].abs()), "decoded here it lies elsewhere");
    }
}

#[test]
fn the_tone_comes_back_as_it_was() {
    if !programs::present() {
        return;
    }
    let movie = files(&clip(Size::new(128, 72), 2), Size::new(128, 72), 2).video;
    let samples = programs::samples(&movie);
    let tone = |n: usize| 0.5 * (std::f64::consts::TAU * 440.0 * n as f64 / 48_000.0).sin();
    assert_eq!(samples.len(), 96_000);
    let (mut signal, mut noise) = (0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        signal += tone(n).powi(2);
        noise += (f64::from(*sample) - tone(n)).powi(2);
    }
    let ratio = 10.0 * (signal / noise).log10();
    assert!(ratio > 40.0, "{ratio:.1} dB");
}

#[test]
fn the_tables_come_first_and_carry_no_date() {
    let movie = files(&clip(Size::new(128, 72), 1), Size::new(128, 72), 1).video;
    let mut kinds = Vec::new();
    let mut rest = &*movie;
    while let Some((size, after)) = rest.split_first_chunk::<4>() {
        kinds.push(String::from_utf8(after[..4].to_vec()).unwrap());
        rest = &rest[u32::from_be_bytes(*size) as usize..];
    }
    assert_eq!(kinds, ["ftyp", "moov", "mdat"]);
    for kind in [b"mvhd", b"tkhd", b"mdhd"] {
        let places = (0..movie.len()).filter(|place| movie[*place..].starts_with(kind));
        for place in places {
            // Version and flags, then both times.
            assert_eq!(movie[place + 8..place + 16], [0; 8], "{}", String::from_utf8_lossy(kind));
        }
    }
}

#[test]
fn a_clip_without_sound_is_a_movie_with_one_track() {
    let mut clip = clip(PORTRAIT, 1);
    clip.audio = None;
    let files = files(&clip, Size::new(720, 1280), 1);
    assert_eq!(files.audio, None);
    let info = kinora_media::probe(&files.video).unwrap();
    assert_eq!((info.size, info.sound, info.frames), (Size::new(720, 1280), None, 12));
    assert_eq!(kinora_media::decode(&files.video).unwrap().1, None);
    if programs::present() {
        let video = programs::probe(&files.video, "v:0");
        assert_eq!((&*video["duration"], &*video["format_duration"]), ("1.000000", "1.000000"));
        assert!(!programs::probe(&files.video, "a").contains_key("codec_name"));
    }
}

#[test]
fn decoding_can_start_every_two_seconds() {
    let movie = files(&clip(Size::new(128, 72), 6), Size::new(128, 72), 6).video;
    let table = movie.windows(4).position(|bytes| bytes == b"stss").unwrap() + 8;
    let numbers: Vec<u32> =
        movie[table..].as_chunks::<4>().0.iter().take(4).map(|bytes| u32::from_be_bytes(*bytes)).collect();
    assert_eq!(numbers, [3, 1, 25, 49]);
}

#[test]
fn the_formula_of_the_test_clip_moves() {
    assert_ne!(colour(LANDSCAPE, (10.0, 10.0), 0), colour(LANDSCAPE, (10.0, 10.0), 1));
}
