//! Files of this crate back to what they were made of, for checking them without other programs.
//!
//! It reads what `mp4` writes and refuses the rest: one H.264 track, at most one AAC track, no fragments.

use std::ops::Range;
use std::time::Duration;

use kinora_spec::{Audio, Frames, Size};
use openh264::decoder::Decoder;
use openh264::formats::YUVSource;
use shiguredo_mp4::Decode;
use shiguredo_mp4::aux::SampleTableAccessor;
use shiguredo_mp4::bitstream::h264::{LengthSize, length_prefixed_to_annexb};
use shiguredo_mp4::boxes::{AudioSampleEntryFields, Avc1Box, MoovBox, SampleEntry, TrakBox};
use syom::DecodeOptions;

use crate::MediaError;
use crate::yuv::to_rgb;

/// What the tables of a movie say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipInfo {
    /// Pixels of the pictures.
    pub size: Size,
    /// How many pictures there are.
    pub frames: u32,
    /// How long they are shown.
    pub duration: Duration,
    /// The sound track, when there is one.
    pub sound: Option<SoundInfo>,
    /// Whether the tables come before the media, so that playing can start before all is there.
    pub streamable: bool,
}

/// What the tables say about the sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SoundInfo {
    /// Samples a second.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u16,
    /// How long it is heard.
    pub duration: Duration,
}

/// Reads the tables of a movie; nothing is decoded.
///
/// # Errors
/// [`MediaError::Unreadable`] when the bytes are not a whole movie of ours.
pub fn probe(mp4: &[u8]) -> Result<ClipInfo, MediaError> {
    let movie = Movie::read(mp4)?;
    let mut sound = None;
    if let Some((track, fields)) = movie.sound()? {
        let sample_rate = u32::from(fields.samplerate.integer);
        let duration = movie.length_of(track)?;
        sound = Some(SoundInfo { sample_rate, channels: fields.channelcount, duration });
    }
    let (track, entry) = movie.video()?;
    Ok(ClipInfo {
        size: Size::new(entry.visual.width.into(), entry.visual.height.into()),
        frames: u32::try_from(units(mp4, track)?.len()).map_err(MediaError::unreadable)?,
        duration: movie.length_of(track)?,
        sound,
        streamable: movie.tables_first,
    })
}

/// Decodes a movie: its pictures, all of them in memory at once, and its sound mixed to one channel.
///
/// # Errors
/// [`MediaError::Unreadable`] when the bytes are not a whole movie of ours.
pub fn decode(mp4: &[u8]) -> Result<(Frames, Option<Audio>), MediaError> {
    let movie = Movie::read(mp4)?;
    let (track, entry) = movie.video()?;
    let frames = decode_pictures(mp4, track, entry)?;
    let audio = match movie.sound()? {
        Some(_) => Some(decode_sound(mp4)?),
        None => None,
    };
    Ok((frames, audio))
}

struct Movie {
    tables: MoovBox,
    tables_first: bool,
}

impl Movie {
    fn read(mp4: &[u8]) -> Result<Self, MediaError> {
        let (mut tables, mut media, mut place) = (None, None, 0);
        while place < mp4.len() {
            let (kind, range) = box_at(mp4, place)?;
            place = range.end;
            match &kind {
                b"moov" => tables = Some(range),
                b"mdat" => media = Some(range),
                _ => {}
            }
        }
        let (Some(tables), Some(media)) = (tables, media) else {
            return Err(MediaError::unreadable("it lacks tables or media"));
        };
        let tables_first = tables.start < media.start;
        let (tables, _) = MoovBox::decode(&mp4[tables]).map_err(MediaError::unreadable)?;
        Ok(Self { tables, tables_first })
    }

    fn video(&self) -> Result<(&TrakBox, &Avc1Box), MediaError> {
        let video = self.tables.trak_boxes.iter().find_map(|track| match entry(track)? {
            SampleEntry::Avc1(entry) => Some((track, entry)),
            _ => None,
        });
        video.ok_or_else(|| MediaError::unreadable("it has no H.264 track"))
    }

    fn sound(&self) -> Result<Option<(&TrakBox, &AudioSampleEntryFields)>, MediaError> {
        let sound = self.tables.trak_boxes.iter().find_map(|track| match entry(track)? {
            SampleEntry::Mp4a(entry) => Some((track, &entry.audio)),
            _ => None,
        });
        if self.tables.trak_boxes.len() != 1 + usize::from(sound.is_some()) {
            return Err(MediaError::unreadable("it has tracks other than H.264 and AAC"));
        }
        Ok(sound)
    }

    /// How long a track is presented: what its edits leave of it.
    fn length_of(&self, track: &TrakBox) -> Result<Duration, MediaError> {
        let edits = track.edts_box.as_ref().and_then(|edits| edits.elst_box.as_ref());
        let edits = edits.ok_or_else(|| MediaError::unreadable("a track has no edit list"))?;
        let ticks = edits.entries.iter().try_fold(0u64, |sum, edit| sum.checked_add(edit.edit_duration));
        let nanoseconds = ticks.and_then(|ticks| ticks.checked_mul(1_000_000_000));
        let nanoseconds = nanoseconds.ok_or_else(|| MediaError::unreadable("a track never ends"))?;
        Ok(Duration::from_nanos(nanoseconds / u64::from(self.tables.mvhd_box.timescale.get())))
    }
}

/// The kind and range of the box that starts at `place`.
fn box_at(mp4: &[u8], place: usize) -> Result<([u8; 4], Range<usize>), MediaError> {
    let cut_off = || MediaError::unreadable("a box is cut off");
    let (size, rest) = mp4[place..].split_first_chunk::<4>().ok_or_else(cut_off)?;
    let kind = rest.first_chunk::<4>().ok_or_else(cut_off)?;
    let size = u32::from_be_bytes(*size) as usize;
    if size < 8 || size > mp4.len() - place {
        return Err(cut_off());
    }
    Ok((*kind, place..place + size))
}

fn entry(track: &TrakBox) -> Option<&SampleEntry> {
    track.mdia_box.minf_box.stbl_box.stsd_box.entries.first()
}

/// The bytes of every access unit of a track, in order.
fn units<'a>(mp4: &'a [u8], track: &TrakBox) -> Result<Vec<&'a [u8]>, MediaError> {
    let table =
        SampleTableAccessor::new(&track.mdia_box.minf_box.stbl_box).map_err(MediaError::unreadable)?;
    let unit = |start: u64, length: u32| {
        let start = usize::try_from(start).ok()?;
        mp4.get(start..start.checked_add(length as usize)?)
    };
    let units = table.samples().map(|sample| {
        let bytes = unit(sample.data_offset(), sample.data_size());
        bytes.ok_or_else(|| MediaError::unreadable("a sample lies outside the file"))
    });
    units.collect()
}

fn decode_pictures(mp4: &[u8], track: &TrakBox, entry: &Avc1Box) -> Result<Frames, MediaError> {
    let size = (usize::from(entry.visual.width), usize::from(entry.visual.height));
    let delta = track.mdia_box.minf_box.stbl_box.stts_box.entries.first().map_or(0, |run| run.sample_delta);
    let ticks = track.mdia_box.mdhd_box.timescale.get();
    let per_second = ticks.checked_div(delta).ok_or_else(|| MediaError::unreadable("time stands still"))?;
    let mut decoder = Decoder::new().map_err(MediaError::unreadable)?;
    for set in entry.avcc_box.sps_list.iter().chain(&entry.avcc_box.pps_list) {
        decoder.decode(&[&[0, 0, 0, 1], set.as_slice()].concat()).map_err(MediaError::unreadable)?;
    }
    let mut rgb = Vec::new();
    for unit in units(mp4, track)? {
        let stream =
            length_prefixed_to_annexb(unit, LengthSize::FourBytes).map_err(MediaError::unreadable)?;
        let picture = decoder.decode(&stream).map_err(MediaError::unreadable)?;
        let picture = picture.ok_or_else(|| MediaError::unreadable("a sample holds no picture"))?;
        if picture.dimensions() != size {
            return Err(MediaError::unreadable("a picture is not of the size that the tables say"));
        }
        to_rgb(&picture, &mut rgb);
    }
    Ok(Frames { width: size.0 as u32, height: size.1 as u32, per_second, rgb })
}

fn decode_sound(mp4: &[u8]) -> Result<Audio, MediaError> {
    let sound = syom::decode_with(mp4, &DecodeOptions::speech()).map_err(MediaError::unreadable)?;
    let samples = sound.channels.into_iter().next().unwrap_or_default();
    Ok(Audio { sample_rate: sound.sample_rate, samples })
}
