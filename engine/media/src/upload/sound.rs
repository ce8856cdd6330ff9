//! The sound track to one channel of samples that begin and end with the pictures.

use kinora_spec::Audio;
use syom::{DecodeOptions, Decoder};

use super::UploadError;
use super::boxes::Atom;
use super::kind;
use super::tables::Sample;
use super::timeline::Edits;
use super::tracks::elementary;

/// MPEG-4 audio, as registered.
const OBJECT_MPEG4_AUDIO: u8 = 0x40;

/// Highest rate, samples a second.
const RATE_MAX: u32 = 96_000;

/// Lowest rate, samples a second.
const RATE_MIN: u32 = 8_000;

/// Largest packet, bytes: 6144 bits a channel and frame (ISO/IEC 14496-3, 4.5.3.1) for eight channels.
const PACKET_BYTES_MAX: usize = 6_144;

/// Largest configuration of the decoder, bytes.
const CONFIG_BYTES_MAX: usize = 256;

/// Rates by index of the `AudioSpecificConfig` (ISO/IEC 14496-3, 1.6.3.4), samples a second.
const RATES: [u32; 13] =
    [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350];

/// What a sound's sample entry says.
pub struct Coding<'a> {
    /// The `AudioSpecificConfig`.
    config: &'a [u8],
    /// Samples a second, before what HE-AAC adds.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u16,
}

impl<'a> Coding<'a> {
    /// Reads the sample entry of a sound track.
    pub fn of(entry: Atom<'a>) -> Result<Self, UploadError> {
        if entry.kind != *b"mp4a" {
            return Err(kind::sound(entry.kind));
        }
        let mut fields = elementary(entry)?.fields();
        fields.take(4)?;
        let es = descriptor(fields.rest(), 3)?;
        let cut = || UploadError::malformed("the description of the sound is cut off");
        let flags = *es.get(2).ok_or_else(cut)?;
        let mut skip = 3 + if flags & 0x80 == 0 { 0 } else { 2 };
        if flags & 0x40 != 0 {
            skip += 1 + usize::from(*es.get(skip).ok_or_else(cut)?);
        }
        skip += if flags & 0x20 == 0 { 0 } else { 2 };
        let decoder = descriptor(es.get(skip..).ok_or_else(cut)?, 4)?;
        let object = *decoder.first().ok_or_else(cut)?;
        if object != OBJECT_MPEG4_AUDIO {
            return Err(kind::object(object));
        }
        let config = descriptor(decoder.get(13..).ok_or_else(cut)?, 5)?;
        let [first, second, ..] = *config else { return Err(cut()) };
        // AAC-LC, or HE-AAC that says so.
        if !matches!(first >> 3, 2 | 5 | 29) || config.len() > CONFIG_BYTES_MAX {
            return Err(UploadError::Codec { part: "sound", codec: "an AAC other than LC and HE".into() });
        }
        let rate = RATES.get(usize::from(first << 1 & 0xe | second >> 7));
        let sample_rate = *rate.ok_or(UploadError::Unsupported("the sound has an unusual rate"))?;
        let mut entry = entry.fields();
        entry.take(16)?;
        let channels = match second >> 3 & 0xf {
            0 => entry.u16()?,
            7 => 8,
            channels => channels.into(),
        };
        Ok(Self { config, sample_rate, channels })
    }

    /// Decodes the track: as many samples as its pictures last, from the first of them on.
    pub fn decode(
        &self,
        file: &[u8],
        samples: &[Sample],
        (edits, origin): (&Edits, i64),
        length_ns: u64,
    ) -> Result<Audio, UploadError> {
        let mut decoder = Decoder::from_asc(self.config, DecodeOptions::speech()).map_err(broken)?;
        let mut track = Track { edits, origin, length_ns, rate: 0, placed: 0, samples: Vec::new() };
        for sample in samples {
            if sample.bytes > PACKET_BYTES_MAX {
                return Err(UploadError::malformed("a packet of sound is too large"));
            }
            let packet = &file[sample.start..][..sample.bytes];
            // Writers mark gaps with packets of nothing.
            if packet.is_empty() {
                continue;
            }
            let mut heard = Ok(());
            let keep = |frame: syom::Frame<'_>| {
                let channel = frame.planar.first().copied().unwrap_or_default();
                heard = track.place(sample.at, frame.sample_rate, channel);
                Ok(())
            };
            decoder.decode_au(packet, keep).map_err(broken)?;
            heard?;
        }
        track.finish(self.sample_rate)
    }
}

fn broken(error: syom::AacError) -> UploadError {
    UploadError::Malformed(format!("the sound cannot be decoded: {error}"))
}

/// The body of the first descriptor of a list, which must have this tag (ISO/IEC 14496-1, 8.3.3).
fn descriptor(bytes: &[u8], tag: u8) -> Result<&[u8], UploadError> {
    let cut = || UploadError::malformed("the description of the sound is cut off");
    let (found, mut rest) = bytes.split_first().ok_or_else(cut)?;
    if *found != tag {
        return Err(UploadError::malformed("the description of the sound is out of order"));
    }
    let mut length = 0;
    for _ in 0..4 {
        let byte;
        (byte, rest) = rest.split_first().ok_or_else(cut)?;
        length = length << 7 | usize::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            break;
        }
    }
    rest.get(..length).ok_or_else(cut)
}

/// Samples put where the tables say that they are heard.
struct Track<'a> {
    edits: &'a Edits,
    origin: i64,
    length_ns: u64,
    rate: u32,
    /// Samples of the track so far, those included that are not kept.
    placed: i64,
    samples: Vec<f32>,
}

/// By how much a packet may be off its time before silence fills the gap, samples: clocks of tables are coarse.
const GAP_MIN: i64 = 64;

impl Track<'_> {
    fn count(&self) -> usize {
        (u128::from(self.length_ns) * u128::from(self.rate) / 1_000_000_000) as usize
    }

    fn place(&mut self, tick: i64, rate: u32, samples: &[f32]) -> Result<(), UploadError> {
        if self.rate == 0 {
            if !(RATE_MIN..=RATE_MAX).contains(&rate) {
                return Err(UploadError::Unsupported("the sound has an unusual rate; 8 to 96 kHz are taken"));
            }
            self.rate = rate;
            self.placed = self.place_of(tick);
            self.samples.reserve_exact(self.count());
        }
        if rate != self.rate {
            return Err(UploadError::Unsupported("the rate of the sound changes on the way"));
        }
        let wanted = self.place_of(tick);
        if wanted > self.placed + GAP_MIN {
            self.placed = wanted;
        }
        // Silence up to here, then what of the packet lies within the movie.
        let count = self.count();
        let start = usize::try_from(self.placed).unwrap_or(0).min(count);
        if self.samples.len() < start {
            self.samples.resize(start, 0.0);
        }
        let hidden = usize::try_from(self.placed.min(0).unsigned_abs()).unwrap_or(usize::MAX);
        let room = count - self.samples.len();
        let heard = samples.get(hidden..).unwrap_or_default();
        self.samples.extend(heard.iter().take(room).map(|sample| {
            // A decoder may swing over full scale; no player puts that out.
            if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 }
        }));
        self.placed += samples.len() as i64;
        Ok(())
    }

    /// The sample of the movie at a tick of the track.
    fn place_of(&self, tick: i64) -> i64 {
        let ns = i128::from(self.edits.at(tick)) - i128::from(self.origin);
        let place = (ns * i128::from(self.rate)).div_euclid(1_000_000_000);
        i64::try_from(place).unwrap_or(0)
    }

    fn finish(mut self, sample_rate: u32) -> Result<Audio, UploadError> {
        if self.rate == 0 {
            self.rate = sample_rate;
        }
        let count = self.count();
        // What an edit list ends early is silent from there on.
        let end =
            (i128::from(self.edits.end()) - i128::from(self.origin)) * i128::from(self.rate) / 1_000_000_000;
        self.samples.truncate(usize::try_from(end.max(0)).unwrap_or(usize::MAX));
        self.samples.resize(count, 0.0);
        Ok(Audio { sample_rate: self.rate, samples: self.samples })
    }
}
