//! Movies of other makers, decoded here and by `ffmpeg`, which is the judge of what is in them.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use std::ops::ControlFlow;
use std::time::Duration;

use common::films::{film, psnr, remuxed, source};
use common::programs;
use kinora_media::{
    DecodedClip, Fit, UploadError, UploadLimits, View, decode_clip, decode_sound, for_each_frame, probe_clip,
};
use kinora_spec::Size;

const H264: &str = "-c:v libx264 -pix_fmt yuv420p -preset veryfast";

fn decoded(file: &[u8]) -> DecodedClip {
    decode_clip(file, &UploadLimits::default(), &View::default()).unwrap()
}

fn refusal(file: &[u8]) -> String {
    let error = decode_clip(file, &UploadLimits::default(), &View::default()).unwrap_err();
    assert_eq!(probe_clip(file, &UploadLimits::default()).map_err(|error| error.to_string()), {
        Err(error.to_string())
    });
    error.to_string()
}

/// Every picture as it is shown, with its time.
fn shown(file: &[u8]) -> Vec<(Duration, Vec<u8>)> {
    let mut pictures = Vec::new();
    for_each_frame(file, &UploadLimits::default(), &View::default(), &mut |shown| {
        pictures.push((shown.at, shown.rgb.to_vec()));
        ControlFlow::Continue(())
    })
    .unwrap();
    pictures
}

/// Every picture is that of `ffmpeg`, in the same order.
fn agrees(file: &[u8], what: &str) {
    let ours = shown(file);
    let theirs = programs::all_pictures(file);
    let size = probe_clip(file, &UploadLimits::default()).unwrap().size;
    let bytes = 3 * size.width as usize * size.height as usize;
    assert_eq!(ours.len(), theirs.len() / bytes, "{what}");
    for (number, ((_, ours), theirs)) in ours.iter().zip(theirs.chunks_exact(bytes)).enumerate() {
        let ratio = psnr(ours, theirs);
        assert!(ratio > 38.0, "{what}: picture {number}: {ratio:.1} dB");
    }
}

#[test]
fn films_of_every_form_hold_the_pictures_that_ffmpeg_sees() {
    if !programs::present() {
        return;
    }
    let two_seconds = source("320x180", "30", 2);
    let of = |options: &str| film(&two_seconds, &format!("{H264} {options}"), "mp4");
    for options in [
        "-c:a aac",
        "-profile:v baseline -c:a aac",
        "-profile:v main -bf 2 -c:a aac",
        "-bf 3 -b_strategy 0 -g 60 -c:a aac",
        "-bf 8 -b_strategy 0 -b-pyramid normal -refs 6 -g 250 -c:a aac",
        "-bf 3 -b-pyramid none -weightb 1 -x264opts cabac=0:8x8dct=0 -c:a aac",
        "-bf 2 -direct-pred temporal -an",
        "-bf 2 -preset slower -an",
        "-g 30 -keyint_min 30 -sc_threshold 0 -bf 2 -an",
        "-x264opts slices=4:bframes=2 -an",
        "-x264opts cqm=jvt -an",
        "-x264opts open-gop=1:keyint=15:bframes=3 -an",
        "-movflags faststart -c:a aac",
        "-movflags frag_keyframe+empty_moov+default_base_moof -g 15 -c:a aac",
        "-movflags frag_keyframe+empty_moov -g 15 -c:a aac",
        "-movflags frag_keyframe+empty_moov+omit_tfhd_offset -g 15 -c:a aac",
        "-movflags frag_keyframe+empty_moov+separate_moof -g 15 -c:a aac",
        "-movflags frag_every_frame+empty_moov+default_base_moof -bf 0 -c:a aac",
        "-movflags frag_keyframe+delay_moov -bf 2 -g 20 -c:a aac",
        "-movflags frag_keyframe -bf 2 -g 20 -c:a aac",
        "-movflags negative_cts_offsets -bf 3 -c:a aac",
        "-bsf:v filter_units=remove_types=6 -tag:v avc3 -c:a aac",
        "-use_editlist 0 -bf 2 -c:a aac",
        "-timecode 01:00:00:00 -c:a aac",
        "-color_range pc -vf scale=out_range=pc -c:a aac",
        "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -vf scale=out_color_matrix=bt709 -c:a aac",
    ] {
        agrees(&of(options), options);
    }
}

#[test]
fn what_a_browser_recorded_holds_the_pictures_that_ffmpeg_sees() {
    if !programs::present() {
        return;
    }
    // By MediaRecorder of Chromium: fragments, full range, and a rate that is not even.
    agrees(include_bytes!("../fuzz/corpus/recorded.mp4"), "recorded");
}

#[test]
fn a_mov_of_a_phone_is_turned_upright() {
    if !programs::present() {
        return;
    }
    let flat = film(&source("320x180", "30", 1), &format!("{H264} -c:a aac"), "mov");
    assert_eq!(probe_clip(&flat, &UploadLimits::default()).unwrap().size, Size::new(320, 180));
    agrees(&flat, "flat");
    for (degrees, size) in [("90", (180, 320)), ("180", (320, 180)), ("270", (180, 320))] {
        let turned = programs::turned(&flat, degrees);
        let info = probe_clip(&turned, &UploadLimits::default()).unwrap();
        assert_eq!((info.size.width, info.size.height), size, "{degrees}");
        agrees(&turned, degrees);
    }
    // The first number of the matrix, which follows 48 bytes of the track header.
    let mut odd = flat;
    let place = odd.windows(4).position(|bytes| bytes == b"tkhd").unwrap() + 4 + 40;
    assert_eq!(odd[place..place + 4], [0, 1, 0, 0]);
    odd[place + 1] = 2;
    assert!(refusal(&odd).contains("quarter turns"), "{}", refusal(&odd));
}

#[test]
fn sizes_that_are_no_multiple_of_sixteen_are_cropped() {
    if !programs::present() {
        return;
    }
    for size in ["98x58", "178x100", "426x240", "64x540"] {
        let film = film(&source(size, "10", 1), &format!("{H264} -an"), "mp4");
        assert_eq!(probe_clip(&film, &UploadLimits::default()).unwrap().size.to_string(), size);
        agrees(&film, size);
    }
}

#[test]
fn pictures_of_a_changing_rate_are_shown_when_they_are() {
    if !programs::present() {
        return;
    }
    // Of 60 pictures in two seconds, every one of the first second and every sixth of the other.
    let options = format!("{H264} -bf 2 -vf select='lt(n,30)+not(mod(n,6))' -fps_mode vfr -an");
    let film = film(&source("160x90", "30", 2), &options, "mp4");
    agrees(&film, "changing");
    let times: Vec<u128> = shown(&film).iter().map(|(at, _)| at.as_millis()).collect();
    assert_eq!(times.len(), 35);
    assert_eq!(times[..3], [0, 33, 66]);
    assert_eq!(times[30..], [1_000, 1_200, 1_400, 1_600, 1_800]);
    let even = View { per_second: Some(10), ..View::default() };
    let clip = decode_clip(&film, &UploadLimits::default(), &even).unwrap();
    let info = clip.info;
    assert_eq!(clip.frames.count(), (info.duration.as_secs_f64() * 10.0).round() as usize);
    // Slots 10 to 15 are 1.0 to 1.6 s: two pictures, each for two slots.
    let frame =
        |slot: usize| &clip.frames.rgb[slot * clip.frames.frame_bytes()..][..clip.frames.frame_bytes()];
    assert!(frame(10) == frame(11) && frame(12) == frame(13) && frame(11) != frame(12));
}

#[test]
fn pictures_are_scaled_as_wanted() {
    if !programs::present() {
        return;
    }
    let film = programs::turned(&film(&source("320x180", "12", 1), &format!("{H264} -an"), "mp4"), "90");
    for (fit, size) in [
        (Fit::Own, (180, 320)),
        (Fit::Within(160), (90, 160)),
        (Fit::Within(1_000), (180, 320)),
        (Fit::Cover(Size::new(128, 224)), (128, 224)),
        (Fit::Cover(Size::new(224, 128)), (224, 128)),
    ] {
        let view = View { fit, ..View::default() };
        let clip = decode_clip(&film, &UploadLimits::default(), &view).unwrap();
        assert_eq!((clip.frames.width, clip.frames.height, clip.frames.count()), (size.0, size.1, 12));
        let mut seen = 0;
        let info = for_each_frame(&film, &UploadLimits::default(), &view, &mut |shown| {
            assert_eq!((shown.size.width, shown.size.height), size);
            assert!(shown.rgb == &clip.frames.rgb[seen * shown.rgb.len()..][..shown.rgb.len()]);
            seen += 1;
            if seen == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!((info.unwrap().size, seen), (Size::new(180, 320), 5));
    }
}

#[test]
fn sound_is_heard_as_ffmpeg_hears_it() {
    if !programs::present() {
        return;
    }
    let two_seconds = source("64x64", "25", 2);
    for (options, suffix, rate) in [
        ("-c:a aac -ar 48000 -ac 1", "mp4", 48_000),
        ("-c:a aac -ar 44100 -ac 2", "mp4", 44_100),
        ("-c:a aac -ar 44100 -ac 2", "mov", 44_100),
        ("-c:a aac -ar 16000 -ac 1", "mp4", 16_000),
        ("-bf 0 -c:a aac -movflags frag_keyframe+empty_moov+default_base_moof -ar 48000", "mp4", 48_000),
    ] {
        let film = film(&two_seconds, &format!("{H264} {options}"), suffix);
        let ours = decode_sound(&film, &UploadLimits::default()).unwrap().unwrap();
        // `ffmpeg` makes the first picture of a fragmented film longer by the delay of its encoder.
        let late = if options.contains("frag") { 1_027 } else { 0 };
        assert_eq!((ours.sample_rate, ours.samples.len()), (rate, 2 * rate as usize + late), "{options}");
        let theirs = programs::samples(&film);
        let (mut signal, mut noise) = (0.0, 0.0);
        for (ours, theirs) in ours.samples.iter().zip(&theirs).skip(2_000).take(rate as usize) {
            signal += f64::from(*theirs).powi(2);
            noise += (f64::from(*ours) - f64::from(*theirs)).powi(2);
        }
        let ratio = 10.0 * (signal / noise).log10();
        assert!(ratio > 40.0, "{options}: {ratio:.1} dB");
        let clip = decoded(&film);
        let with_pictures = clip.sound.unwrap().samples;
        assert_eq!(with_pictures.len(), clip.frames.count() * rate as usize / 25);
        let both = with_pictures.len().min(ours.samples.len());
        assert!(with_pictures[..both] == ours.samples[..both], "{options}");
    }
    let alone = film(&two_seconds, "-vn -c:a aac -ar 48000 -ac 1", "m4a");
    let sound = decode_sound(&alone, &UploadLimits::default()).unwrap().unwrap();
    assert_eq!((sound.sample_rate, sound.samples.len()), (48_000, 96_000));
    let short = UploadLimits { seconds: 1, ..UploadLimits::default() };
    assert!(matches!(decode_sound(&alone, &short), Err(UploadError::Seconds { .. })));
    let silent = film(&two_seconds, &format!("{H264} -an"), "mp4");
    assert!(decode_sound(&silent, &UploadLimits::default()).unwrap().is_none());
}

#[test]
fn what_is_not_h264_and_aac_is_refused_by_name() {
    if !programs::present() {
        return;
    }
    let second = source("64x64", "10", 1);
    for (options, suffix, name) in [
        ("-c:v libx265 -x265-params log-level=none -an", "mp4", "HEVC"),
        ("-c:v libvpx-vp9 -an", "mp4", "VP9"),
        ("-c:v libaom-av1 -cpu-used 8 -an", "mp4", "AV1"),
        ("-c:v mpeg4 -an", "mp4", "MPEG-4 part 2"),
        ("-c:v mjpeg -an", "mov", "Motion JPEG"),
        ("-c:v libvpx-vp9 -an", "webm", "WebM"),
        ("-c:v mpeg4 -an", "avi", "AVI"),
        ("-c:v libx264 -c:a libopus", "mp4", "Opus"),
        ("-c:v libx264 -c:a libmp3lame", "mp4", "MP3"),
        ("-c:v libx264 -c:a pcm_s16le", "mov", "PCM"),
        ("-c:v libx264 -c:a alac", "mp4", "Apple Lossless"),
        ("-c:v libx264 -pix_fmt yuv422p -an", "mp4", "4:2:0"),
        ("-c:v libx264 -pix_fmt yuv420p10le -an", "mp4", "8 bits"),
        ("-c:v libx264 -pix_fmt yuv420p -flags +ildct+ilme -x264opts tff=1 -an", "mp4", "interlaced"),
        ("-c:v libx264 -pix_fmt yuv420p -vf setsar=4/3 -an", "mp4", "square"),
        ("-c:v libx264 -pix_fmt yuv420p -color_trc smpte2084 -colorspace bt2020nc -an", "mp4", "HDR"),
        ("-vn -c:a aac", "mp4", "no video"),
    ] {
        let found = refusal(&film(&second, options, suffix));
        assert!(found.contains(name), "{options}: {found}");
        if matches!(name, "HEVC" | "VP9" | "AV1" | "Opus") {
            assert!(found.contains("H.264 and AAC are needed"), "{found}");
        }
    }
}

#[test]
fn what_is_over_the_limits_is_refused_before_it_is_decoded() {
    if !programs::present() {
        return;
    }
    let film =
        film(&source("320x180", "30", 2), &format!("{H264} -bf 2 -c:a aac -timecode 00:00:00:00"), "mp4");
    let within = UploadLimits { bytes: film.len(), seconds: 2, pixels: 320 * 180, tracks: 3 };
    decode_clip(&film, &within, &View::default()).unwrap();
    for (limits, expected) in [
        (UploadLimits { bytes: film.len() - 1, ..within }, "bytes"),
        (UploadLimits { seconds: 1, ..within }, "lasts 2000 ms; at most 1000"),
        (UploadLimits { pixels: 320 * 180 - 1, ..within }, "320x180 pixels"),
        (UploadLimits { tracks: 2, ..within }, "3 tracks; at most 2"),
    ] {
        let found = decode_clip(&film, &limits, &View::default()).unwrap_err().to_string();
        assert!(found.contains(expected), "{found}");
        assert_eq!(probe_clip(&film, &limits).unwrap_err().to_string(), found);
    }
    let fragments = remuxed(&film, "-map 0:v -map 0:a -movflags frag_keyframe+empty_moov", "mp4");
    let short = UploadLimits { seconds: 1, ..UploadLimits::default() };
    assert!(matches!(probe_clip(&fragments, &short), Err(UploadError::Seconds { .. })));
}

#[test]
fn a_trimmed_film_shows_only_what_is_left() {
    if !programs::present() {
        return;
    }
    let film = film(&source("160x90", "30", 3), &format!("{H264} -bf 2 -g 90 -c:a aac"), "mp4");
    // Copying from within a group of pictures keeps its start and hides it by an edit list, as phones do.
    let trimmed = programs::trimmed(&film, "1.0", "1.0");
    let shown = shown(&trimmed).len();
    assert!((28..=34).contains(&shown), "{shown} of about 60 that are coded");
    agrees(&trimmed, "trimmed");
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    if !programs::present() {
        return;
    }
    let options = format!("{H264} -bf 2 -c:a aac");
    for more in ["", "-movflags faststart", "-movflags frag_keyframe+empty_moov+default_base_moof -g 5"] {
        let film = film(&source("64x64", "10", 1), &format!("{options} {more}"), "mp4");
        let mut accepted = 0;
        for length in (0..film.len()).step_by(film.len() / 150) {
            accepted += usize::from(probe_clip(&film[..length], &UploadLimits::default()).is_ok());
        }
        // A fragmented film that ends between fragments is a shorter one.
        assert!(accepted <= usize::from(more.contains("frag")) * 2, "{more}: {accepted}");
    }
}
