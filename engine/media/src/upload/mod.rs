//! Movies that customers send: MP4 and MOV as phones, browsers and editors write them, H.264 with AAC, in one piece or
//! in fragments. They are decoded for real and trusted in nothing.
//!
//! What a file says is checked against the limits before anything is decoded, and again while it is.

mod boxes;
mod error;
mod fragments;
mod h264;
mod kind;
mod pictures;
mod sound;
mod tables;
mod timeline;
mod tracks;

use std::ops::ControlFlow;
use std::time::Duration;

use kinora_spec::{Audio, Frames, Size};

pub use error::UploadError;
use h264::Stream;
pub(crate) use h264::check_pixels;
use pictures::Video;
use sound::Coding;
use tables::{Gathered, Sample};
use timeline::{Edits, RATE_MAX, check_length, length, moments, rate, repeats};
use tracks::{Movie, Track};

use crate::{ClipInfo, SoundInfo};

/// Largest file, bytes.
pub const UPLOAD_BYTES_MAX: usize = 100_000_000;

/// Longest movie unless more is allowed, seconds.
pub const UPLOAD_SECONDS_MAX: u32 = 20;

/// Most pixels of a picture: 1920x1080 or 1080x1920, with the 8 more lines that some cameras code.
pub const UPLOAD_PIXELS_MAX: u32 = 1_920 * 1_088;

/// Most tracks, the ones that are passed over included: phones add timecodes and sensor data.
pub const UPLOAD_TRACKS_MAX: usize = 8;

/// How much of an upload is taken. What is over is refused, never cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadLimits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Length of the movie, seconds.
    pub seconds: u32,
    /// Pixels of one picture.
    pub pixels: u32,
    /// Tracks of any kind.
    pub tracks: usize,
}

impl Default for UploadLimits {
    fn default() -> Self {
        Self {
            bytes: UPLOAD_BYTES_MAX,
            seconds: UPLOAD_SECONDS_MAX,
            pixels: UPLOAD_PIXELS_MAX,
            tracks: UPLOAD_TRACKS_MAX,
        }
    }
}

/// Which pictures of a movie are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Their size.
    pub fit: Fit,
    /// How many a second, evenly spaced; without it every one that the movie has, when it has it.
    pub per_second: Option<u32>,
}

/// The size of the pictures that are handed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fit {
    /// Their own.
    #[default]
    Own,
    /// Their own, or smaller in the same shape, so that the long side is at most this many pixels.
    Within(u32),
    /// This one; what does not fit the shape is cropped evenly from both ends.
    Cover(Size),
}

/// A picture of a movie.
#[derive(Clone, Copy, Debug)]
pub struct Shown<'a> {
    /// Since the movie began.
    pub at: Duration,
    /// Pixels.
    pub size: Size,
    /// `[row, column, RGB]`.
    pub rgb: &'a [u8],
}

/// A movie in memory.
#[derive(Clone, Debug)]
pub struct DecodedClip {
    /// What the tables say.
    pub info: ClipInfo,
    /// The pictures at an even rate: the one wanted or else the whole number a second that is nearest to the movie's.
    pub frames: Frames,
    /// The sound as one channel at its own rate, exactly as long as the pictures.
    pub sound: Option<Audio>,
}

/// Most bytes of all pictures that [`decode_clip`] holds at once.
pub const DECODED_BYTES_MAX: u64 = 2_000_000_000;

/// Reads the tables of a movie and the parameters of its streams; no picture is decoded.
///
/// # Errors
/// Any [`UploadError`].
pub fn probe_clip(mp4: &[u8], limits: &UploadLimits) -> Result<ClipInfo, UploadError> {
    Ok(Opened::read(mp4, limits)?.info)
}

/// Decodes a movie: pictures and sound, all of them in memory at once.
///
/// # Errors
/// Any [`UploadError`].
pub fn decode_clip(mp4: &[u8], limits: &UploadLimits, view: &View) -> Result<DecodedClip, UploadError> {
    let Opened { info, video, sound, origin } = Opened::read(mp4, limits)?;
    let per_second = rate_of(view, &video)?;
    let size = view.fit.size(info.size);
    let repeats = repeats(&video.moments, per_second);
    let count: u64 = repeats.iter().map(|count| u64::from(*count)).sum();
    let bytes = 3 * u64::from(size.width) * u64::from(size.height) * count;
    if bytes > DECODED_BYTES_MAX {
        return Err(UploadError::Decoded { found: bytes, max: DECODED_BYTES_MAX });
    }
    let mut rgb = Vec::with_capacity(bytes as usize);
    video.show(view.fit, &repeats, &mut |shown, count| {
        (0..count).for_each(|_| rgb.extend_from_slice(shown.rgb));
        ControlFlow::Continue(())
    })?;
    if rgb.len() as u64 != bytes {
        return Err(UploadError::malformed("pictures are missing"));
    }
    let length_ns = count * 1_000_000_000 / u64::from(per_second);
    let sound = sound.map(|sound| sound.decode(mp4, origin, length_ns)).transpose()?;
    let frames = Frames { width: size.width, height: size.height, per_second, rgb };
    Ok(DecodedClip { info, frames, sound })
}

/// Shows the pictures of a movie one after the other, in the order of time; a `Break` ends it there. No more than a few
/// are in memory at a time.
///
/// # Errors
/// Any [`UploadError`].
pub fn for_each_frame(
    mp4: &[u8],
    limits: &UploadLimits,
    view: &View,
    show: &mut dyn FnMut(Shown<'_>) -> ControlFlow<()>,
) -> Result<ClipInfo, UploadError> {
    let Opened { info, video, .. } = Opened::read(mp4, limits)?;
    let Some(per_second) = view.per_second else {
        let repeats = vec![1; video.moments.len()];
        video.show(view.fit, &repeats, &mut |shown, _| show(shown))?;
        return Ok(info);
    };
    let repeats = repeats(&video.moments, rate_of(view, &video)?);
    let mut slot = 0;
    video.show(view.fit, &repeats, &mut |shown, count| {
        for _ in 0..count {
            let at = Duration::from_secs(slot) / per_second;
            slot += 1;
            show(Shown { at, ..shown })?;
        }
        ControlFlow::Continue(())
    })?;
    Ok(info)
}

/// Decodes the sound of a movie, if it has any: one channel, at its own rate, as long as the pictures. A file that holds
/// nothing but sound is taken too.
///
/// # Errors
/// Any [`UploadError`].
pub fn decode_sound(mp4: &[u8], limits: &UploadLimits) -> Result<Option<Audio>, UploadError> {
    let movie = open(mp4, limits)?;
    if movie.only(*b"vide", "video")?.is_some() {
        let Opened { info, sound, origin, .. } = Opened::of(&movie, mp4, limits)?;
        let length_ns = u64::try_from(info.duration.as_nanos()).unwrap_or(u64::MAX);
        return sound.map(|sound| sound.decode(mp4, origin, length_ns)).transpose();
    }
    let mut packets = Gathered::new(("sound", "packets"), limits.packets(), mp4.len());
    let heard = Heard::of(&movie)?;
    let mut tracks = Vec::from_iter(heard.as_ref().map(|heard| (heard.track, &mut packets)));
    gather(&movie, &mut tracks)?;
    let Some(sound) = heard.map(|heard| heard.sound(packets, movie.ticks)) else { return Ok(None) };
    let length_ns = sound.length_ns();
    check_length(length_ns, limits)?;
    sound.decode(mp4, sound.edits.begin(), length_ns).map(Some)
}

fn rate_of(view: &View, video: &Video<'_>) -> Result<u32, UploadError> {
    match view.per_second {
        Some(rate) if rate == 0 || rate > RATE_MAX => {
            Err(UploadError::Unsupported("pictures are handed out at 1 to 60 a second"))
        }
        Some(rate) => Ok(rate),
        None => Ok(rate(&video.moments)),
    }
}

/// A sound track that is described and not yet looked up.
struct Heard<'m, 'a> {
    track: &'m Track<'a>,
    coding: Coding<'a>,
}

impl<'m, 'a> Heard<'m, 'a> {
    fn of(movie: &'m Movie<'a>) -> Result<Option<Self>, UploadError> {
        let track = movie.only(*b"soun", "sound")?;
        track.map(|track| Ok(Self { track, coding: Coding::of(track.entry()?)? })).transpose()
    }

    fn sound(self, packets: Gathered, movie_ticks: u32) -> Sound<'a> {
        let edits = Edits::of(self.track, movie_ticks);
        Sound { coding: self.coding, samples: packets.into_samples(), edits }
    }
}

/// A sound track that can be decoded.
struct Sound<'a> {
    coding: Coding<'a>,
    samples: Vec<Sample>,
    edits: Edits,
}

impl Sound<'_> {
    fn decode(&self, mp4: &[u8], origin: i64, length_ns: u64) -> Result<Audio, UploadError> {
        self.coding.decode(mp4, &self.samples, (&self.edits, origin), length_ns)
    }

    /// How long it is heard, nanoseconds: what its edits leave of it.
    fn length_ns(&self) -> u64 {
        let (Some(first), Some(last)) = (self.samples.first(), self.samples.last()) else { return 0 };
        let end = self.edits.at(last.at.saturating_add(last.ticks.into())).min(self.edits.end());
        let begin = self.edits.at(first.at).max(self.edits.begin());
        end.saturating_sub(begin).max(0).unsigned_abs()
    }
}

fn open<'a>(mp4: &'a [u8], limits: &UploadLimits) -> Result<Movie<'a>, UploadError> {
    if mp4.len() > limits.bytes {
        return Err(UploadError::Bytes { found: mp4.len(), max: limits.bytes });
    }
    Movie::read(mp4, limits)
}

/// Looks up the samples of tracks in the tables of the movie and in its fragments.
fn gather(movie: &Movie<'_>, tracks: &mut [(&Track<'_>, &mut Gathered)]) -> Result<(), UploadError> {
    for (track, gathered) in tracks.iter_mut() {
        tables::gather(track.tables, gathered)?;
    }
    for fragment in &movie.fragments {
        fragments::gather(*fragment, &movie.defaults, tracks)?;
    }
    Ok(())
}

/// A movie whose tables are read and found to be within the limits.
struct Opened<'a> {
    info: ClipInfo,
    video: Video<'a>,
    sound: Option<Sound<'a>>,
    /// When the first picture is shown, nanoseconds of the movie.
    origin: i64,
}

impl<'a> Opened<'a> {
    fn read(mp4: &'a [u8], limits: &UploadLimits) -> Result<Self, UploadError> {
        Self::of(&open(mp4, limits)?, mp4, limits)
    }

    fn of(movie: &Movie<'a>, mp4: &'a [u8], limits: &UploadLimits) -> Result<Self, UploadError> {
        let track = movie.only(*b"vide", "video")?.ok_or(UploadError::NoVideo)?;
        let stream = Stream::new(track.entry()?, limits.pixels)?;
        let turn = track.turn()?;
        let heard = Heard::of(movie)?;
        let mut pictures = Gathered::new(("video", "pictures"), limits.pictures(), mp4.len());
        let mut packets = Gathered::new(("sound", "packets"), limits.packets(), mp4.len());
        let mut tracks = vec![(track, &mut pictures)];
        tracks.extend(heard.as_ref().map(|heard| (heard.track, &mut packets)));
        gather(movie, &mut tracks)?;
        let samples = pictures.into_samples();
        let (moments, origin) = moments(&samples, &Edits::of(track, movie.ticks), limits)?;
        let sound = heard.map(|heard| heard.sound(packets, movie.ticks));
        let video = Video { file: mp4, stream, samples, moments, turn };
        let info = ClipInfo {
            size: video.size(),
            frames: u32::try_from(video.moments.len()).map_err(UploadError::malformed)?,
            per_second: rate(&video.moments),
            duration: length(&video.moments),
            sound: sound.as_ref().map(|sound| SoundInfo {
                sample_rate: sound.coding.sample_rate,
                channels: sound.coding.channels,
                duration: Duration::from_nanos(sound.length_ns()),
            }),
            streamable: movie.tables_first,
        };
        Ok(Self { info, video, sound, origin })
    }
}
