//! Pictures of other makers, decoded here and by `ffmpeg`.
#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]

mod common;

use common::films::{film, psnr};
use common::programs;
use kinora_media::{Fit, PictureLimits, UploadError, decode_picture, fit_picture, picture_size};
use kinora_spec::{Picture, Size};

fn source(size: &str) -> Vec<String> {
    ["-f", "lavfi", "-i", &format!("testsrc2=size={size}:rate=1:duration=1,boxblur=2")]
        .map(str::to_owned)
        .to_vec()
}

/// Tag 0x0112 in the first directory, of both byte orders in turn.
fn exif(orientation: u8) -> Vec<u8> {
    if orientation.is_multiple_of(2) {
        [b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0", &[orientation][..], &[0; 6]].concat()
    } else {
        [b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", &[orientation][..], &[0; 7]].concat()
    }
}

fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let exif = [b"Exif\0\0".as_slice(), &exif(orientation)].concat();
    let length = (2 + exif.len() as u16).to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn pictures_of_every_format_are_those_that_ffmpeg_sees() {
    if !programs::present() {
        return;
    }
    for (size, options, suffix, at_least) in [
        ("160x90", "-c:v mjpeg -pix_fmt yuvj420p -q:v 2", "jpg", 40.0),
        ("158x94", "-c:v mjpeg -pix_fmt yuvj420p -q:v 2", "jpg", 40.0),
        ("160x90", "-c:v mjpeg -pix_fmt yuvj422p -q:v 2", "jpg", 40.0),
        ("160x90", "-c:v mjpeg -pix_fmt yuvj444p -q:v 2", "jpg", 40.0),
        ("160x90", "-c:v mjpeg -pix_fmt gray -strict -1 -q:v 2", "jpg", 40.0),
        ("160x90", "-c:v png -pix_fmt rgb24", "png", 99.0),
        ("160x90", "-c:v png -pix_fmt gray", "png", 99.0),
        ("160x90", "-c:v png -pix_fmt pal8", "png", 99.0),
        ("160x90", "-c:v png -pix_fmt monob", "png", 99.0),
        ("160x90", "-c:v png -pix_fmt rgb48be", "png", 48.0),
        ("160x90", "-c:v png -pix_fmt rgba", "png", 99.0),
        ("160x90", "-c:v libwebp -lossless 1", "webp", 99.0),
        ("160x90", "-c:v libwebp -lossless 0 -q:v 90", "webp", 36.0),
        ("162x94", "-c:v libwebp -lossless 0 -q:v 90", "webp", 36.0),
    ] {
        let file = film(&source(size), &format!("-frames:v 1 {options}"), suffix);
        let picture = decode_picture(&file, &PictureLimits::default()).unwrap();
        assert_eq!(Size::new(picture.width, picture.height).to_string(), size, "{options}");
        assert_eq!(picture_size(&file).unwrap().to_string(), size);
        let ratio = psnr(&picture.rgb, &programs::pictures(&file, 1));
        assert!(ratio >= at_least, "{options}: {ratio:.1} dB");
    }
}

#[test]
fn a_jpeg_that_comes_in_passes_is_the_one_that_ffmpeg_sees() {
    if !programs::present() {
        return;
    }
    let rgb: Vec<u8> =
        (0..99 * 61).flat_map(|n| [n % 99, n / 99, n % 61].map(|value| 2 * value as u8)).collect();
    let mut file = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut file, 90);
    encoder.set_progressive(true);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_1_1);
    encoder.encode(&rgb, 99, 61, jpeg_encoder::ColorType::Rgb).unwrap();
    assert!(file.windows(2).any(|marker| marker == [0xff, 0xc2]));
    let picture = decode_picture(&file, &PictureLimits::default()).unwrap();
    let ratio = psnr(&picture.rgb, &programs::pictures(&file, 1));
    assert!(ratio > 45.0, "{ratio:.1} dB");
}

#[test]
fn jpegs_are_turned_as_their_metadata_say() {
    if !programs::present() {
        return;
    }
    let flat = film(&source("64x40"), "-frames:v 1 -c:v mjpeg -pix_fmt yuvj444p -q:v 2", "jpg");
    let upright = decode_picture(&flat, &PictureLimits::default()).unwrap();
    // What each number undoes, in the words of `ffmpeg`'s filters (Exif 2.32, 4.6.4 A).
    for (orientation, filter) in [
        (1, "null"),
        (2, "hflip"),
        (3, "hflip,vflip"),
        (4, "vflip"),
        (5, "transpose=0"),
        (6, "transpose=1"),
        (7, "transpose=3"),
        (8, "transpose=2"),
    ] {
        let file = with_exif(&flat, orientation);
        let picture = decode_picture(&file, &PictureLimits::default()).unwrap();
        assert_eq!(picture_size(&file).unwrap(), Size::new(picture.width, picture.height));
        let raw = film(
            &["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "64x40", "-i", &on_disk(&upright.rgb)]
                .map(str::to_owned),
            &format!("-vf {filter} -pix_fmt rgb24 -f rawvideo"),
            "rgb",
        );
        assert!(picture.rgb == raw, "orientation {orientation}");
    }
}

fn on_disk(bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("kinora-upright-{}.rgb", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn what_is_transparent_lies_on_white() {
    if !programs::present() {
        return;
    }
    let source = ["-f", "lavfi", "-i", "color=red@0.5:s=16x16:d=1,format=rgba"].map(str::to_owned).to_vec();
    for (options, suffix) in [("-c:v png", "png"), ("-c:v libwebp -lossless 1", "webp")] {
        let file = film(&source, &format!("-frames:v 1 -pix_fmt rgba {options}"), suffix);
        let picture = decode_picture(&file, &PictureLimits::default()).unwrap();
        let [red, green, blue] = picture.rgb[..3] else { panic!("no pixels") };
        assert!(red >= 254 && green.abs_diff(128) <= 1 && blue == green, "{:?}", &picture.rgb[..3]);
    }
}

#[test]
fn pictures_over_the_limits_and_other_files_are_refused() {
    if !programs::present() {
        return;
    }
    for (options, suffix) in [("-c:v mjpeg", "jpg"), ("-c:v png", "png"), ("-c:v libwebp", "webp")] {
        let file = film(&source("160x90"), &format!("-frames:v 1 {options}"), suffix);
        let within = PictureLimits { bytes: file.len(), pixels: 160 * 90 };
        decode_picture(&file, &within).unwrap();
        let limits = PictureLimits { pixels: 160 * 90 - 1, ..within };
        assert!(matches!(decode_picture(&file, &limits), Err(UploadError::Pixels { .. })));
        let limits = PictureLimits { bytes: file.len() - 1, ..within };
        assert!(matches!(decode_picture(&file, &limits), Err(UploadError::Bytes { .. })));
        for length in 0..file.len() - 12 {
            assert!(decode_picture(&file[..length], &within).is_err(), "{suffix} cut off at {length}");
        }
    }
    assert_eq!(decode_picture(b"GIF89a", &PictureLimits::default()), Err(UploadError::NotPicture));
    let moving = film(&["-f", "lavfi", "-i", "testsrc2=s=32x32:r=5:d=1"].map(str::to_owned), "", "webp");
    assert!(matches!(picture_size(&moving), Err(UploadError::Unsupported(_))));
}

#[test]
fn a_picture_fits_where_it_is_put() {
    let picture = Picture { width: 4, height: 2, rgb: vec![77; 24] };
    for (fit, size) in [(Fit::Own, (4, 2)), (Fit::Within(2), (2, 1)), (Fit::Cover(Size::new(3, 5)), (3, 5))] {
        let fitted = fit_picture(picture.clone(), fit).unwrap();
        assert_eq!((fitted.width, fitted.height), size);
        assert_eq!(fitted.rgb, vec![77; 3 * (size.0 * size.1) as usize]);
    }
    assert!(fit_picture(picture, Fit::Cover(Size::new(0, 5))).is_err());
}
