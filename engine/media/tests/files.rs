//! The other files of a clip, what is refused, and what a reader makes of broken movies.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::io::Cursor;
use std::ops::ControlFlow;

use common::{clip, files, programs, with};
use kinora_media::MediaError;
use kinora_spec::{Audio, Clip, Frames, Picture, Size};

const SMALL: Size = Size::new(128, 72);

fn refusal(clip: &Clip, size: Size, seconds: u32) -> MediaError {
    kinora_media::encode(clip, size, seconds, &mut |_| panic!("nothing is coded")).unwrap_err()
}

#[test]
fn the_same_clip_gives_the_same_bytes() {
    let clip = clip(Size::new(224, 128), 2);
    let first = files(&clip, Size::new(640, 360), 2);
    assert!(first == files(&clip, Size::new(640, 360), 2));
}

#[test]
fn the_thumbnail_is_the_middle_frame() {
    let native = Size::new(224, 128);
    for (size, thumbnail) in [
        (Size::new(1280, 720), Size::new(512, 288)),
        (Size::new(1792, 1024), Size::new(512, 293)),
        (Size::new(1920, 1080), Size::new(512, 288)),
    ] {
        let webp = files(&clip(native, 1), size, 1).thumbnail;
        let mut decoder = image_webp::WebPDecoder::new(Cursor::new(webp)).unwrap();
        assert_eq!(decoder.dimensions(), (thumbnail.width, thumbnail.height));
        let mut rgb = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.read_image(&mut rgb).unwrap();
        let ratio = common::psnr(&rgb, native, thumbnail, 6);
        assert!(ratio > 45.0, "{size}: {ratio:.1} dB");
    }
}

#[test]
fn the_sheet_has_full_rows_of_evenly_spaced_frames() {
    for (seconds, columns, rows) in [(4, 5, 5), (1, 5, 2)] {
        let jpeg = files(&clip(Size::new(128, 72), seconds), Size::new(1280, 720), seconds).spritesheet;
        let start = jpeg.windows(2).position(|bytes| bytes == [0xff, 0xc0]).unwrap();
        let side = |place: usize| u16::from_be_bytes([jpeg[start + place], jpeg[start + place + 1]]);
        assert_eq!((side(7), side(5)), (256 * columns, 144 * rows));
        assert!(jpeg.starts_with(&[0xff, 0xd8]) && jpeg.ends_with(&[0xff, 0xd9]));
    }
}

#[test]
fn a_preview_is_small_whatever_it_shows() {
    let noise = |size: Size| {
        let mut value = 1_u32;
        let mut next = || {
            value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            value.to_be_bytes()[0]
        };
        let rgb = (0..size.width * size.height * 3).map(|_| next()).collect();
        Picture { width: size.width, height: size.height, rgb }
    };
    for (picture, size, expected) in [
        (Size::new(224, 126), Size::new(1280, 720), (160, 90)),
        (Size::new(126, 224), Size::new(720, 1280), (126, 224)),
        (Size::new(640, 1140), Size::new(720, 1280), (160, 284)),
        (Size::new(64, 36), Size::new(1280, 720), (64, 36)),
    ] {
        let jpeg = kinora_media::preview(&noise(picture), size).unwrap();
        let start = jpeg.windows(2).position(|bytes| bytes == [0xff, 0xc0]).unwrap();
        let side = |place: usize| u16::from_be_bytes([jpeg[start + place], jpeg[start + place + 1]]);
        assert_eq!((side(7), side(5)), expected);
        assert!(jpeg.starts_with(&[0xff, 0xd8, 0xff]) && jpeg.len() <= 32 * 1024, "{}", jpeg.len());
    }
    let broken = Picture { width: 4, height: 4, rgb: vec![0; 47] };
    assert!(matches!(kinora_media::preview(&broken, SMALL), Err(MediaError::Codec { .. })));
    let empty = Picture { width: 0, height: 4, rgb: vec![] };
    assert!(matches!(kinora_media::preview(&empty, SMALL), Err(MediaError::NoPixels(_))));
}

#[test]
fn other_programs_open_the_stills_and_the_wav() {
    if !programs::present() {
        return;
    }
    let files = files(&clip(Size::new(72, 128), 4), Size::new(720, 1280), 4);
    let thumbnail = programs::probe(&files.thumbnail, "v:0");
    assert_eq!(
        (&*thumbnail["codec_name"], &*thumbnail["width"], &*thumbnail["height"]),
        ("webp", "288", "512")
    );
    assert_eq!(programs::pictures(&files.spritesheet, 1).len(), 5 * 144 * 5 * 256 * 3);
    let wav = files.audio.unwrap();
    let sound = programs::probe(&wav, "a:0");
    assert_eq!(
        (&*sound["codec_name"], &*sound["sample_rate"], &*sound["channels"]),
        ("pcm_s16le", "16000", "1")
    );
    assert_eq!(sound["duration"], "4.000000");
}

#[test]
fn the_wav_holds_the_samples_of_the_model() {
    let mut clip = clip(SMALL, 1);
    let samples = &mut clip.audio.as_mut().unwrap().samples;
    samples[..3].copy_from_slice(&[1.0, -1.0, 0.5]);
    let wav = files(&clip, SMALL, 1).audio.unwrap();
    assert_eq!(wav.len(), 44 + 2 * 16_000);
    let mut reader = hound::WavReader::new(Cursor::new(wav)).unwrap();
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, 16_000, 16));
    let read: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    assert_eq!(read[..3], [32_767, -32_767, 16_384]);
    let samples = &clip.audio.unwrap().samples;
    assert!(
        read.iter().zip(samples).all(|(read, sample)| (f32::from(*read) - sample * 32_767.0).abs() <= 0.5)
    );
}

#[test]
fn progress_rises_to_one_and_can_stop_the_work() {
    let clip = clip(SMALL, 1);
    let mut heard = Vec::new();
    kinora_media::encode(&clip, SMALL, 1, &mut |share| {
        heard.push(share);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert_eq!(heard.len(), 12);
    assert!(heard.is_sorted() && heard[11] == 1.0);
    let mut calls = 0;
    let outcome = kinora_media::encode(&clip, SMALL, 1, &mut |_| {
        calls += 1;
        if calls == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(outcome, Err(MediaError::Canceled)));
    assert_eq!(calls, 3);
}

#[test]
fn noise_is_coded_coarser_rather_than_without_end() {
    let size = Size::new(640, 360);
    let mut state = 1u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let rgb = (0..12 * 640 * 360 * 3).map(|_| noise()).collect();
    let clip = with(Frames { width: 640, height: 360, per_second: 12, rgb }, None);
    let mut last = 0.0;
    let files = kinora_media::encode(&clip, size, 1, &mut |share| {
        assert!(share >= last);
        last = share;
        ControlFlow::Continue(())
    });
    let movie = files.unwrap().video;
    assert_eq!(kinora_media::probe(&movie).unwrap().frames, 12);
    assert_eq!(last, 1.0);
    assert!(movie.len() < 640 * 360 * 12 / 8, "{} bytes", movie.len());
}

#[test]
fn sizes_that_cannot_be_coded_are_refused() {
    let clip = clip(SMALL, 1);
    for (width, height) in
        [(1279, 720), (1280, 719), (62, 36), (0, 0), (3842, 2160), (2162, 2162), (u32::MAX, 2)]
    {
        let error = refusal(&clip, Size::new(width, height), 1);
        assert!(matches!(error, MediaError::Size(_)), "{width}x{height}: {error}");
    }
    for size in [Size::new(72, 128), Size::new(128, 128), Size::new(160, 72)] {
        let error = refusal(&clip, size, 1);
        assert!(matches!(error, MediaError::Shape { .. }), "{size}: {error}");
    }
}

#[test]
fn pictures_that_do_not_fill_the_time_are_refused() {
    let good = clip(SMALL, 1);
    assert!(matches!(refusal(&good, SMALL, 0), MediaError::Seconds(0)));
    assert!(matches!(refusal(&good, SMALL, 121), MediaError::Seconds(121)));
    assert!(matches!(refusal(&good, SMALL, 2), MediaError::FrameCount { expected: 24, found: 12 }));
    let broken = |change: &dyn Fn(&mut Frames)| {
        let mut clip = good.clone();
        change(&mut clip.frames);
        refusal(&clip, SMALL, 1)
    };
    assert!(matches!(
        broken(&|frames| frames.rgb.clear()),
        MediaError::FrameCount { expected: 12, found: 0 }
    ));
    assert!(matches!(broken(&|frames| frames.rgb.push(0)), MediaError::BrokenFrames { .. }));
    assert!(matches!(broken(&|frames| frames.width = 0), MediaError::NoPixels(_)));
    assert!(matches!(broken(&|frames| frames.per_second = 0), MediaError::FrameRate(0)));
    assert!(matches!(broken(&|frames| frames.per_second = 61), MediaError::FrameRate(61)));
}

#[test]
fn sound_that_does_not_fill_the_time_is_refused() {
    let good = clip(SMALL, 1);
    let broken = |change: &dyn Fn(&mut Audio)| {
        let mut clip = good.clone();
        change(clip.audio.as_mut().unwrap());
        refusal(&clip, SMALL, 1)
    };
    for count in [0, 15_999, 16_001] {
        let error = broken(&|audio| audio.samples.resize(count, 0.0));
        assert!(
            matches!(error, MediaError::SampleCount { expected: 16_000, found } if found == count),
            "{count}: {error}"
        );
    }
    for rate in [0, 1, 4_000, 22_050, 44_100, 96_000] {
        assert!(matches!(broken(&|audio| audio.sample_rate = rate), MediaError::SampleRate(_)), "{rate}");
    }
    for value in [f32::NAN, f32::INFINITY, 1.000_1, -1.000_1] {
        let error = broken(&|audio| audio.samples[77] = value);
        assert!(matches!(error, MediaError::Sample { index: 77, .. }), "{value}: {error}");
    }
}

#[test]
fn every_rate_that_divides_48_khz_is_taken() {
    for rate in [8_000, 12_000, 16_000, 24_000, 48_000] {
        let mut clip = clip(SMALL, 1);
        clip.audio = Some(Audio { sample_rate: rate, samples: vec![0.1; rate as usize] });
        let (_, audio) = kinora_media::decode(&files(&clip, SMALL, 1).video).unwrap();
        assert_eq!(audio.unwrap().samples.len(), 48_000, "{rate}");
    }
}

#[test]
fn full_scale_sound_is_taken() {
    let mut clip = clip(SMALL, 1);
    let square = |n: u32| if (n / 20).is_multiple_of(2) { 1.0 } else { -1.0 };
    clip.audio.as_mut().unwrap().samples = (0..16_000).map(square).collect();
    assert!(kinora_media::decode(&files(&clip, SMALL, 1).video).unwrap().1.is_some());
}

#[test]
fn a_movie_that_is_cut_off_or_bent_is_refused_and_never_a_panic() {
    let movie = files(&clip(SMALL, 1), SMALL, 1).video;
    for length in (0..movie.len()).step_by(97) {
        assert!(kinora_media::probe(&movie[..length]).is_err(), "the first {length} bytes");
    }
    let tables = movie.windows(4).position(|bytes| bytes == b"mdat").unwrap();
    let mut refused = 0;
    for place in 0..tables {
        for value in [0, 0x7f, 0xff] {
            let mut bent = movie.clone();
            bent[place] = value;
            refused += usize::from(kinora_media::probe(&bent).is_err());
        }
    }
    assert!(refused > 100, "only {refused} of {} were refused", 3 * tables);
    for junk in [&b""[..], b"\0\0\0\x08moov\0\0\0\x08mdat", b"RIFF1234WEBPVP8L", &[0xff; 64]] {
        assert!(matches!(kinora_media::probe(junk), Err(MediaError::Unreadable(_))));
        assert!(matches!(kinora_media::decode(junk), Err(MediaError::Unreadable(_))));
    }
}
