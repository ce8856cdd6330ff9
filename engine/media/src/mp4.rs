//! Coded pictures and sound to one file: `ftyp`, `moov`, `mdat`, in this order, so that playing can start before
//! the file is complete. Nothing in it depends on when or where it was written.

use std::num::{NonZeroU16, NonZeroU32};
use std::ops::Range;

use shiguredo_mp4::boxes::{
    AudioSampleEntryFields, Avc1Box, Brand, DinfBox, EdtsBox, ElstBox, ElstEntry, EsdsBox, FtypBox, HdlrBox,
    MdhdBox, MdiaBox, MediaHeader, MinfBox, MoovBox, Mp4aBox, MvhdBox, SampleEntry, SmhdBox, StblBox,
    StcoBox, StscBox, StscEntry, StsdBox, StssBox, StszBox, SttsBox, SttsEntry, TkhdBox, TrakBox, UnknownBox,
    VmhdBox,
};
use shiguredo_mp4::descriptors::{
    DecoderConfigDescriptor, DecoderSpecificInfo, EsDescriptor, SlConfigDescriptor,
};
use shiguredo_mp4::{BoxSize, BoxType, Either, Encode, FixedPointNumber, LanguageCode, Mp4FileTime, Uint};

use crate::MediaError;
use crate::check::SAMPLE_RATE;
use crate::sound::{CHANNELS, Sound, UNIT_SAMPLES};
use crate::video::Video;

/// Ticks a second of the movie; those of a track are its frame or sample rate.
const MOVIE_TICKS: NonZeroU32 = NonZeroU32::new(1_000).unwrap();
/// Bytes of a box header that is followed by less than 4 GiB.
const HEADER_BYTES: usize = 8;
/// The movie has no date: the same clip gives the same bytes.
const NO_DATE: Mp4FileTime = Mp4FileTime::from_secs(0);
/// MPEG-4 audio and the audio stream, as registered.
const OBJECT_MPEG4_AUDIO: u8 = 0x40;
const STREAM_AUDIO: u8 = 5;

/// What differs between the two tracks.
struct Track<'a> {
    id: u32,
    handler: [u8; 4],
    header: MediaHeader,
    entry: SampleEntry,
    /// Ticks a second, and ticks of one unit.
    ticks: NonZeroU32,
    unit_ticks: u32,
    /// Ticks to leave out at the start.
    delay: u32,
    units: Vec<&'a [u8]>,
    /// Numbers of the units that decoding can start at, from one; all of them if there is no list.
    keyframes: Option<Vec<NonZeroU32>>,
    /// One a second.
    chunks: Vec<Range<usize>>,
}

/// The file; every track lasts `seconds` seconds.
///
/// # Errors
/// [`MediaError::Codec`] when a table cannot be written.
pub fn write(video: &Video, sound: Option<&Sound>, seconds: u32) -> Result<Vec<u8>, MediaError> {
    let mut tracks = vec![video_track(video, seconds)?];
    tracks.extend(sound.map(|sound| sound_track(sound, seconds)).transpose()?);
    let brands = vec![Brand::ISOM, Brand::ISO2, Brand::AVC1, Brand::MP41];
    let ftyp = FtypBox { major_brand: Brand::ISOM, minor_version: 512, compatible_brands: brands };
    let mut file = ftyp.encode_to_vec().map_err(failed)?;
    // Offsets have a fixed width: the first pass tells how long the tables are, the second has the final offsets.
    let tables = movie(&tracks, seconds, 0)?.encode_to_vec().map_err(failed)?.len();
    let media = file.len() + tables + HEADER_BYTES;
    file.extend(movie(&tracks, seconds, media)?.encode_to_vec().map_err(failed)?);
    let bytes: usize = tracks.iter().flat_map(|track| &track.units).map(|unit| unit.len()).sum();
    let size = u32::try_from(bytes + HEADER_BYTES).map_err(failed)?;
    file.extend_from_slice(&size.to_be_bytes());
    file.extend_from_slice(b"mdat");
    debug_assert_eq!(file.len(), media);
    file.reserve_exact(bytes);
    for second in 0..seconds as usize {
        for track in &tracks {
            track.units[track.chunks[second].clone()].iter().for_each(|unit| file.extend_from_slice(unit));
        }
    }
    Ok(file)
}

fn failed(error: impl std::fmt::Display) -> MediaError {
    MediaError::codec("MP4", error)
}

fn video_track(video: &Video, seconds: u32) -> Result<Track<'_>, MediaError> {
    let keyframes = (1..).zip(&video.units).filter(|(_, unit)| unit.keyframe);
    let keyframes = keyframes.filter_map(|(number, _)| NonZeroU32::new(number)).collect();
    let entry = Avc1Box { unknown_boxes: vec![colour()], ..video.entry.clone() };
    let per_second = video.per_second as usize;
    Ok(Track {
        id: 1,
        handler: HdlrBox::HANDLER_TYPE_VIDE,
        header: MediaHeader::Vmhd(VmhdBox::default()),
        entry: SampleEntry::Avc1(entry),
        ticks: NonZeroU32::new(video.per_second).ok_or_else(|| failed("no frame rate"))?,
        unit_ticks: 1,
        delay: 0,
        units: video.units.iter().map(|unit| &*unit.bytes).collect(),
        keyframes: Some(keyframes),
        chunks: (0..seconds as usize).map(|second| second * per_second..(second + 1) * per_second).collect(),
    })
}

/// The colours of the stream once more, for players that read them here only: BT.709, studio range.
fn colour() -> UnknownBox {
    let payload = [b"nclx".as_slice(), &[0, 1, 0, 1, 0, 1, 0]].concat();
    let box_size = BoxSize::U32((HEADER_BYTES + payload.len()) as u32);
    UnknownBox { box_type: BoxType::Normal(*b"colr"), box_size, payload }
}

fn sound_track(sound: &Sound, seconds: u32) -> Result<Track<'_>, MediaError> {
    // The unit that holds the first sample of a second opens that second's chunk.
    let first = |second: u32| ((second * SAMPLE_RATE + sound.delay) / UNIT_SAMPLES) as usize;
    let mut edges: Vec<usize> = (0..=seconds).map(first).collect();
    edges[0] = 0;
    edges[seconds as usize] = sound.units.len();
    Ok(Track {
        id: 2,
        handler: HdlrBox::HANDLER_TYPE_SOUN,
        header: MediaHeader::Smhd(SmhdBox::default()),
        entry: sound_entry(sound, seconds)?,
        ticks: NonZeroU32::new(SAMPLE_RATE).ok_or_else(|| failed("no sample rate"))?,
        unit_ticks: UNIT_SAMPLES,
        delay: sound.delay,
        units: sound.units.iter().map(Vec::as_slice).collect(),
        keyframes: None,
        chunks: edges.windows(2).map(|edge| edge[0]..edge[1]).collect(),
    })
}

fn sound_entry(sound: &Sound, seconds: u32) -> Result<SampleEntry, MediaError> {
    let bits: usize = sound.units.iter().map(|unit| unit.len() * 8).sum();
    let bit_rate = u32::try_from(bits).map_err(failed)? / seconds;
    let longest = sound.units.iter().map(Vec::len).max().unwrap_or(0);
    let decoder = DecoderConfigDescriptor {
        object_type_indication: OBJECT_MPEG4_AUDIO,
        stream_type: Uint::new(STREAM_AUDIO),
        up_stream: Uint::new(0),
        buffer_size_db: Uint::new(u32::try_from(longest).map_err(failed)?),
        max_bitrate: u32::try_from(longest).map_err(failed)? * 8 * (SAMPLE_RATE / UNIT_SAMPLES + 1),
        avg_bitrate: bit_rate,
        dec_specific_info: Some(DecoderSpecificInfo { payload: sound.config.clone() }),
    };
    let es = EsDescriptor {
        es_id: 0,
        stream_priority: Uint::new(0),
        depends_on_es_id: None,
        url_string: None,
        ocr_es_id: None,
        dec_config_descr: decoder,
        sl_config_descr: SlConfigDescriptor,
    };
    Ok(SampleEntry::Mp4a(Mp4aBox {
        audio: AudioSampleEntryFields {
            data_reference_index: NonZeroU16::MIN,
            channelcount: CHANNELS as u16,
            samplesize: AudioSampleEntryFields::DEFAULT_SAMPLESIZE,
            samplerate: FixedPointNumber::new(SAMPLE_RATE as u16, 0),
        },
        esds_box: EsdsBox { es },
        unknown_boxes: Vec::new(),
    }))
}

/// The tables of the movie when its media start `media` bytes into the file.
fn movie(tracks: &[Track<'_>], seconds: u32, media: usize) -> Result<MoovBox, MediaError> {
    let mut offsets = vec![Vec::new(); tracks.len()];
    let mut place = media;
    for second in 0..seconds as usize {
        for (track, offsets) in tracks.iter().zip(&mut offsets) {
            offsets.push(u32::try_from(place).map_err(failed)?);
            place += track.units[track.chunks[second].clone()].iter().map(|unit| unit.len()).sum::<usize>();
        }
    }
    let traks = tracks.iter().zip(offsets).map(|(track, offsets)| trak(track, seconds, offsets));
    Ok(MoovBox {
        mvhd_box: MvhdBox {
            creation_time: NO_DATE,
            modification_time: NO_DATE,
            timescale: MOVIE_TICKS,
            duration: u64::from(seconds * MOVIE_TICKS.get()),
            rate: MvhdBox::DEFAULT_RATE,
            volume: MvhdBox::DEFAULT_VOLUME,
            matrix: MvhdBox::DEFAULT_MATRIX,
            next_track_id: tracks.len() as u32 + 1,
        },
        trak_boxes: traks.collect::<Result<_, _>>()?,
        mvex_box: None,
        unknown_boxes: Vec::new(),
    })
}

fn trak(track: &Track<'_>, seconds: u32, offsets: Vec<u32>) -> Result<TrakBox, MediaError> {
    let (volume, width, height) = match &track.entry {
        SampleEntry::Avc1(entry) => (TkhdBox::DEFAULT_VIDEO_VOLUME, entry.visual.width, entry.visual.height),
        _ => (TkhdBox::DEFAULT_AUDIO_VOLUME, 0, 0),
    };
    let side =
        |pixels: u16| i16::try_from(pixels).map(|pixels| FixedPointNumber::new(pixels, 0)).map_err(failed);
    let duration = u64::from(seconds * MOVIE_TICKS.get());
    let edit = ElstEntry {
        edit_duration: duration,
        media_time: i64::from(track.delay),
        media_rate: FixedPointNumber::new(1, 0),
    };
    Ok(TrakBox {
        tkhd_box: TkhdBox {
            flag_track_enabled: true,
            flag_track_in_movie: true,
            flag_track_in_preview: false,
            flag_track_size_is_aspect_ratio: false,
            creation_time: NO_DATE,
            modification_time: NO_DATE,
            track_id: track.id,
            duration,
            layer: TkhdBox::DEFAULT_LAYER,
            alternate_group: TkhdBox::DEFAULT_ALTERNATE_GROUP,
            volume,
            matrix: TkhdBox::DEFAULT_MATRIX,
            width: side(width)?,
            height: side(height)?,
        },
        edts_box: Some(EdtsBox {
            elst_box: Some(ElstBox { entries: vec![edit] }),
            unknown_boxes: Vec::new(),
        }),
        mdia_box: media(track, offsets)?,
        unknown_boxes: Vec::new(),
    })
}

fn media(track: &Track<'_>, offsets: Vec<u32>) -> Result<MdiaBox, MediaError> {
    let name = match track.handler {
        HdlrBox::HANDLER_TYPE_VIDE => b"Video\0".to_vec(),
        _ => b"Sound\0".to_vec(),
    };
    Ok(MdiaBox {
        mdhd_box: MdhdBox {
            creation_time: NO_DATE,
            modification_time: NO_DATE,
            timescale: track.ticks,
            duration: track.units.len() as u64 * u64::from(track.unit_ticks),
            language: LanguageCode::UNDEFINED,
        },
        hdlr_box: HdlrBox { handler_type: track.handler, name },
        minf_box: MinfBox {
            media_header: Some(track.header.clone()),
            dinf_box: DinfBox::LOCAL_FILE,
            stbl_box: samples(track, offsets)?,
            unknown_boxes: Vec::new(),
        },
        unknown_boxes: Vec::new(),
    })
}

fn samples(track: &Track<'_>, offsets: Vec<u32>) -> Result<StblBox, MediaError> {
    let count = u32::try_from(track.units.len()).map_err(failed)?;
    let sizes = track.units.iter().map(|unit| u32::try_from(unit.len()).map_err(failed));
    let mut runs: Vec<StscEntry> = Vec::new();
    for (number, chunk) in (1..).zip(&track.chunks) {
        let sample_per_chunk = u32::try_from(chunk.len()).map_err(failed)?;
        if runs.last().is_none_or(|run| run.sample_per_chunk != sample_per_chunk) {
            let first_chunk = NonZeroU32::new(number).ok_or_else(|| failed("no chunk number"))?;
            runs.push(StscEntry { first_chunk, sample_per_chunk, sample_description_index: NonZeroU32::MIN });
        }
    }
    let durations = vec![SttsEntry { sample_count: count, sample_delta: track.unit_ticks }];
    Ok(StblBox {
        stsd_box: StsdBox { entries: vec![track.entry.clone()] },
        stts_box: SttsBox { entries: durations },
        ctts_box: None,
        cslg_box: None,
        stsc_box: StscBox { entries: runs },
        stsz_box: StszBox::Variable { entry_sizes: sizes.collect::<Result<_, _>>()? },
        stco_or_co64_box: Either::A(StcoBox { chunk_offsets: offsets }),
        stss_box: track.keyframes.clone().map(|sample_numbers| StssBox { sample_numbers }),
        sdtp_box: None,
        unknown_boxes: Vec::new(),
    })
}
