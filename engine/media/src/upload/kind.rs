//! Names for what is not taken, so that a refusal can say what was sent.

use super::UploadError;
use super::boxes::name;

/// First bytes of files that people take for movies, and what they are.
const OTHERS: [(&[u8], &str); 7] = [
    (&[0x1a, 0x45, 0xdf, 0xa3], "WebM or Matroska"),
    (b"RIFF", "AVI, WAV or WebP"),
    (b"OggS", "Ogg"),
    (b"FLV", "Flash video"),
    (b"GIF8", "a GIF"),
    (&[0xff, 0xd8, 0xff], "a JPEG picture"),
    (&[0x89, b'P', b'N', b'G'], "a PNG picture"),
];

/// Boxes that a movie may begin with.
const FIRST: [&[u8; 4]; 9] =
    [b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"uuid"];

/// Refuses what is no MP4 or MOV by name.
pub fn refuse_others(file: &[u8]) -> Result<(), UploadError> {
    if file.is_empty() {
        return Err(UploadError::NotMovie("empty"));
    }
    if let Some((_, other)) = OTHERS.iter().find(|(magic, _)| file.starts_with(magic)) {
        return Err(UploadError::NotMovie(other));
    }
    match file.get(4..8) {
        Some(kind) if FIRST.iter().any(|first| kind == *first) => Ok(()),
        _ => Err(UploadError::NotMovie("of an unknown kind")),
    }
}

/// The refusal of pictures that are not H.264.
pub fn video(kind: [u8; 4]) -> UploadError {
    let codec = match &kind {
        b"hvc1" | b"hev1" => "HEVC (H.265)",
        b"dvh1" | b"dvhe" | b"dva1" | b"dvav" => "Dolby Vision",
        b"vp08" => "VP8",
        b"vp09" => "VP9",
        b"av01" => "AV1",
        b"mp4v" => "MPEG-4 part 2",
        b"s263" | b"h263" => "H.263",
        b"jpeg" | b"mjpa" | b"mjpb" => "Motion JPEG",
        b"apch" | b"apcn" | b"apcs" | b"apco" | b"ap4h" | b"ap4x" => "ProRes",
        b"encv" => "encrypted",
        _ => return UploadError::Codec { part: "video", codec: name(kind) },
    };
    UploadError::Codec { part: "video", codec: codec.into() }
}

/// The refusal of sound that is not AAC.
pub fn sound(kind: [u8; 4]) -> UploadError {
    let codec = match &kind {
        b"Opus" => "Opus",
        b"fLaC" => "FLAC",
        b"ac-3" | b"ec-3" | b"ac-4" => "Dolby Digital",
        b".mp3" => "MP3",
        b"alac" => "Apple Lossless",
        b"sowt" | b"twos" | b"lpcm" | b"ipcm" | b"fpcm" | b"in24" | b"raw " => "uncompressed PCM",
        b"samr" | b"sawb" => "AMR",
        b"enca" => "encrypted",
        _ => return UploadError::Codec { part: "sound", codec: name(kind) },
    };
    UploadError::Codec { part: "sound", codec: codec.into() }
}

/// The refusal of an MPEG-4 sound that is not AAC, by its object type (registered at mp4ra.org).
pub fn object(object: u8) -> UploadError {
    let codec = match object {
        0x66..=0x68 => "AAC of MPEG-2".into(),
        0x69 | 0x6b => "MP3".into(),
        0xdd => "Vorbis".into(),
        0xa5 | 0xa6 => "Dolby Digital".into(),
        _ => format!("of object type {object:#04x}"),
    };
    UploadError::Codec { part: "sound", codec }
}
