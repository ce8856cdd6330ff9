//! Streams made bit by bit, since no encoder makes what is refused here.

use kinora_spec::Size;
use shiguredo_mp4::bitstream::h264::{H264SampleEntryConfig, LengthSize, build_avc1_box_from_annexb};

use super::bits::BitWriter;
use crate::upload::{UploadError, UploadLimits, View, decode_clip, probe_clip};
use crate::video::{Unit, Video};

const SIZE: Size = Size::new(64, 48);

/// A sequence parameter set of Baseline with these fields after the size.
fn sequence(size: Size, rest: impl Fn(&mut BitWriter)) -> Vec<u8> {
    sequence_of(size, 1, rest)
}

fn sequence_of(size: Size, references: u32, rest: impl Fn(&mut BitWriter)) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.bits(0x67_42_00_1e, 32);
    // Its number, four bits of frame numbers, no order but that of decoding, references without gaps.
    [0, 0, 2, references].into_iter().for_each(|value| bits.unsigned(value));
    bits.flag(false);
    bits.unsigned(size.width / 16 - 1);
    bits.unsigned(size.height / 16 - 1);
    rest(&mut bits);
    bits.into_nal()
}

/// Whole frames, direct prediction of 8x8, nothing cropped and nothing about the use.
fn plain(bits: &mut BitWriter) {
    bits.bits(0b1100, 4);
}

fn parameters(groups: u32) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.bits(0x68, 8);
    [0, 0].into_iter().for_each(|value| bits.unsigned(value));
    bits.bits(0, 2);
    [groups, 0, 0].into_iter().for_each(|value| bits.unsigned(value));
    bits.bits(0, 3);
    [0, 0, 0].into_iter().for_each(|value| bits.signed(value));
    bits.bits(0, 3);
    bits.into_nal()
}

/// A grey keyframe: every macroblock predicts the mean and adds nothing.
fn keyframe(size: Size) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.bits(0x65, 8);
    // From the first macroblock on, an I slice of set 0.
    [0, 7, 0].into_iter().for_each(|value| bits.unsigned(value));
    bits.bits(0, 4);
    bits.unsigned(0);
    bits.bits(0, 2);
    bits.signed(0);
    for _ in 0..size.width / 16 * (size.height / 16) {
        // I_16x16_2_0_0, chroma by its mean, the same quantizer, no coefficients.
        [3, 0, 0].into_iter().for_each(|value| bits.unsigned(value));
        bits.flag(true);
    }
    bits.into_nal()
}

/// A slice of skipped macroblocks from `first` to the end.
fn skipped(size: Size, first: u32, number: u32) -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.bits(0x61, 8);
    [first, 5, 0].into_iter().for_each(|value| bits.unsigned(value));
    bits.bits(u64::from(number % 16), 4);
    // No other number of references, no other order of them, none marked, the same quantizer.
    bits.bits(0b000, 3);
    bits.signed(0);
    bits.unsigned(size.width / 16 * (size.height / 16) - first);
    bits.into_nal()
}

fn lengths(nals: &[Vec<u8>]) -> Vec<u8> {
    nals.iter().flat_map(|nal| [&(nal.len() as u32).to_be_bytes(), nal.as_slice()].concat()).collect()
}

/// A movie of these pictures, eight a second.
fn movie(sets: &[Vec<u8>], pictures: &[Vec<Vec<u8>>]) -> Vec<u8> {
    let stream: Vec<u8> = sets.iter().flat_map(|nal| [&[0, 0, 0, 1], nal.as_slice()].concat()).collect();
    let config = H264SampleEntryConfig { length_size: LengthSize::FourBytes };
    let entry = build_avc1_box_from_annexb(&stream, &config).unwrap();
    let unit = |nals: &Vec<Vec<u8>>| Unit { bytes: lengths(nals), keyframe: false };
    let seconds = pictures.len() as u32 / 8;
    let video = Video { per_second: 8, entry, units: pictures.iter().map(unit).collect() };
    crate::mp4::write(&video, None, seconds).unwrap()
}

/// A second that begins with a keyframe; the third picture is `third`.
fn with_third(third: Vec<Vec<u8>>) -> Vec<u8> {
    let mut pictures = vec![vec![keyframe(SIZE)]];
    pictures.extend((1..8).map(|number| vec![skipped(SIZE, 0, number)]));
    pictures[2] = third;
    movie(&[sequence(SIZE, plain), parameters(0)], &pictures)
}

fn refusal(movie: &[u8]) -> String {
    decode_clip(movie, &UploadLimits::default(), &View::default()).unwrap_err().to_string()
}

#[test]
fn a_stream_made_here_is_grey() {
    let clip =
        decode_clip(&with_third(vec![skipped(SIZE, 0, 2)]), &UploadLimits::default(), &View::default())
            .unwrap();
    assert_eq!((clip.frames.count(), clip.frames.width, clip.frames.height), (8, 64, 48));
    assert!(clip.frames.rgb.iter().all(|value| value.abs_diff(130) < 3), "{:?}", &clip.frames.rgb[..3]);
}

#[test]
fn a_sample_is_one_picture_of_slices_in_order() {
    let slice = |first| skipped(SIZE, first, 2);
    for (third, expected) in [
        (vec![], "holds no picture"),
        (vec![vec![0x06, 5]], "holds no picture"),
        (vec![slice(0), slice(0)], "several pictures"),
        (vec![slice(3)], "several pictures"),
        (vec![slice(0), slice(5), slice(4)], "several pictures"),
        (vec![slice(0), slice(12)], "out of order"),
        (vec![slice(0), skipped(SIZE, 4, 3)], "different pictures"),
        (vec![slice(0), sequence(SIZE, plain)], "within a picture"),
        (vec![sequence_of(SIZE, 2, plain), slice(0)], "changes on the way"),
        (vec![[slice(0), vec![0, 0, 1, 0x67, 0x42]].concat()], "start code"),
        (vec![vec![0x62, 1, 2, 3]], "partitions"),
        (vec![vec![0x61]], "cut off"),
    ] {
        let found = refusal(&with_third(third));
        assert!(found.contains(expected), "{found} instead of {expected}");
    }
    let mut cut = with_third(vec![slice(0)]);
    let end = cut.len();
    cut[end - skipped(SIZE, 0, 7).len() - 1] = 200;
    assert!(refusal(&cut).contains("NAL unit is cut off"));
}

#[test]
fn slices_that_cover_each_other_are_few() {
    let size = Size::new(320, 240);
    let of = |count: u32, apart| {
        let slices = (0..count).map(|slice| skipped(size, slice * apart, 1)).collect();
        let mut pictures = vec![vec![keyframe(size)], slices];
        pictures.extend((2..8).map(|number| vec![skipped(size, 0, number)]));
        movie(&[sequence(size, plain), parameters(0)], &pictures)
    };
    // 300 macroblocks: sixteen slices of eighteen each, and nine that lie on each other.
    decode_clip(&of(16, 18), &UploadLimits::default(), &View::default()).unwrap();
    decode_clip(&of(9, 1), &UploadLimits::default(), &View::default()).unwrap();
    assert!(refusal(&of(17, 17)).contains("16 slices"));
    assert!(refusal(&of(10, 1)).contains("16 slices"));
}

#[test]
fn sets_that_ask_for_what_is_not_supported_are_refused_before_the_decoder_sees_them() {
    let pictures: Vec<_> = (0..8).map(|_| vec![keyframe(SIZE)]).collect();
    let cropped = |values: [u32; 4]| {
        move |bits: &mut BitWriter| {
            bits.bits(0b111, 3);
            values.into_iter().for_each(|value| bits.unsigned(value));
            bits.flag(false);
        }
    };
    let wide = Size::new(16_384, 16_384);
    for (set, groups, expected) in [
        (sequence(SIZE, |bits| bits.bits(0b0100, 4)), 0, "interlaced"),
        (sequence(SIZE, plain), 1, "slice groups"),
        (sequence(wide, plain), 0, "16384x16384"),
    ] {
        let found = refusal(&movie(&[set, parameters(groups)], &pictures));
        assert!(found.contains(expected), "{found} instead of {expected}");
    }
    // The writer of the sample entry subtracts the cropping by itself and would not write these.
    for (values, expected) in [([17, 15, 0, 0], "leaves nothing"), ([0, 0, 8_193, 0], "more than 8192")] {
        let found = super::Sequence::read(&sequence(SIZE, cropped(values))).unwrap_err().to_string();
        assert!(found.contains(expected), "{found} instead of {expected}");
    }
    assert!(super::Sequence::read(&[0x67, 0x42, 0, 30, 0, 0, 0, 0, 0, 0, 0]).is_err());
}

#[test]
fn a_stream_of_another_size_than_the_movie_says_is_refused() {
    let mut file = with_third(vec![skipped(SIZE, 0, 2)]);
    let entry = file.windows(4).position(|bytes| bytes == b"avc1").unwrap();
    // There is one in `ftyp` too.
    let entry = entry + 4 + file[entry + 4..].windows(4).position(|bytes| bytes == b"avc1").unwrap();
    assert_eq!(file[entry + 28..entry + 32], [0, 64, 0, 48]);
    file[entry + 29] = 80;
    let error = probe_clip(&file, &UploadLimits::default()).unwrap_err();
    assert!(error.to_string().contains("80x48 pixels and its H.264 stream 64x48"), "{error}");
    file[entry + 29] = 0;
    assert_eq!(probe_clip(&file, &UploadLimits::default()), Err(UploadError::NoPixels(Size::new(0, 48))));
}

#[test]
fn what_begins_without_a_keyframe_is_refused() {
    let pictures: Vec<_> = (0..8).map(|number| vec![skipped(SIZE, 0, number)]).collect();
    assert!(refusal(&movie(&[sequence(SIZE, plain), parameters(0)], &pictures)).contains("keyframe"));
}

/// `KINORA_WORST_MOVIE=OUT.mp4 cargo test --release -p kinora-media --lib worst` writes the movie that takes longest by
/// its slices: twenty seconds of 1920x1088, each picture covered by as many slices as are taken.
#[test]
fn the_worst_movie_is_small() {
    let (size, pictures) = match std::env::var_os("KINORA_WORST_MOVIE") {
        Some(_) => (Size::new(1_920, 1_088), 1_200),
        None => (Size::new(320, 240), 16),
    };
    let mut units = vec![vec![keyframe(size)]];
    units.extend((1..pictures).map(|number| (0..9).map(|first| skipped(size, first, number)).collect()));
    let mut file = movie(&[sequence(size, plain), parameters(0)], &units);
    if let Some(path) = std::env::var_os("KINORA_WORST_MOVIE") {
        // Eight pictures a second are written; the clocks of the track are made to run at sixty.
        let places: Vec<_> =
            (0..file.len() - 24).filter(|place| file[*place..].starts_with(b"mdhd")).collect();
        for place in places {
            file[place + 16..place + 20].copy_from_slice(&60u32.to_be_bytes());
        }
        let list = file.windows(4).position(|bytes| bytes == b"elst").unwrap();
        let length = file[list + 12..list + 16].first_chunk::<4>().map(|bytes| u32::from_be_bytes(*bytes));
        file[list + 12..list + 16].copy_from_slice(&(length.unwrap() * 8 / 60).to_be_bytes());
        std::fs::write(path, &file).unwrap();
    }
    assert!(file.len() < 1_000_000, "{} bytes", file.len());
    assert!(probe_clip(&file, &UploadLimits::default()).is_ok());
}
