//! What the movie box says: its tracks, what they are coded as and which part of them is shown.

use super::boxes::{Atom, Boxes, Fields, name};
use super::{UploadError, UploadLimits};
use crate::turn::Turn;

/// The unit of a matrix, 16.16 fixed point.
const ONE: i32 = 0x1_0000;

/// Bytes of a picture's sample entry before the boxes in it.
const VISUAL_BYTES: usize = 78;

/// A movie whose tables are found and not yet read.
pub struct Movie<'a> {
    /// Ticks a second of the edit lists.
    pub ticks: u32,
    /// The tracks, all of them.
    pub tracks: Vec<Track<'a>>,
    /// What the runs of fragments leave out, by track.
    pub defaults: Vec<Defaults>,
    /// The fragments.
    pub fragments: Vec<Atom<'a>>,
    /// Whether the tables come before the media.
    pub tables_first: bool,
}

/// What runs of samples have unless they say otherwise.
#[derive(Clone, Copy, Default)]
pub struct Defaults {
    /// The track.
    pub track: u32,
    /// Ticks of a sample.
    pub ticks: u32,
    /// Bytes of a sample.
    pub bytes: u32,
}

/// A track.
pub struct Track<'a> {
    /// Its number in the file.
    pub id: u32,
    /// Whether players play it.
    pub enabled: bool,
    /// What it is: `vide`, `soun` or something else.
    pub handler: [u8; 4],
    /// How its pictures are turned.
    pub matrix: [i32; 4],
    /// Ticks a second.
    pub ticks: u32,
    /// Ticks of the movie before it begins.
    pub delay: u64,
    /// Tick of the track that is shown first.
    pub first: i64,
    /// Ticks of the movie that it is shown, if it does not go on to its end.
    pub length: Option<u64>,
    /// The sample tables.
    pub tables: Atom<'a>,
}

impl<'a> Movie<'a> {
    /// Finds the tables of a movie.
    pub fn read(file: &'a [u8], limits: &UploadLimits) -> Result<Self, UploadError> {
        super::kind::refuse_others(file)?;
        let (mut tables, mut media, mut fragments) = (None, None, Vec::new());
        for atom in Boxes::of_file(file) {
            let atom = atom?;
            match &atom.kind {
                b"moov" if tables.is_some() => return Err(UploadError::malformed("it has two movies")),
                b"moov" => tables = Some(atom),
                // One that holds nothing is not needed.
                b"moof" if fragments.len() == limits.pictures() + limits.packets() => {
                    return Err(UploadError::malformed("it has more fragments than pictures and sound need"));
                }
                b"moof" => fragments.push(atom),
                b"mdat" => media = media.or(Some(atom.start)),
                _ => {}
            }
        }
        let tables = tables.ok_or(UploadError::Truncated("the tables of the movie"))?;
        let found =
            tables.children().filter(|atom| matches!(atom, Ok(atom) if atom.kind == *b"trak")).count();
        if found > limits.tracks {
            return Err(UploadError::Tracks { found, max: limits.tracks });
        }
        let (version, _, mut fields) = tables.needed(b"mvhd")?.full()?;
        fields.take(if version == 1 { 16 } else { 8 })?;
        let ticks = timescale(&mut fields)?;
        let mut movie = Self {
            ticks,
            tracks: Vec::with_capacity(found),
            defaults: Vec::new(),
            fragments,
            tables_first: media.is_some_and(|media| tables.start < media),
        };
        for atom in tables.children() {
            let atom = atom?;
            match &atom.kind {
                b"trak" => movie.tracks.push(track(atom)?),
                b"mvex" => movie.defaults = defaults(atom, limits.tracks)?,
                _ => {}
            }
        }
        Ok(movie)
    }

    /// The track of a kind that is played, if there is one. Those that are off count only where none is on.
    pub fn only(&self, handler: [u8; 4], part: &'static str) -> Result<Option<&Track<'a>>, UploadError> {
        let of_kind = || self.tracks.iter().filter(|track| track.handler == handler);
        let mut played: Vec<_> = of_kind().filter(|track| track.enabled).collect();
        if played.is_empty() {
            played = of_kind().collect();
        }
        match *played {
            [] => Ok(None),
            [track] => Ok(Some(track)),
            _ => Err(UploadError::ManyOf { part, found: played.len() }),
        }
    }
}

fn timescale(fields: &mut Fields<'_>) -> Result<u32, UploadError> {
    match fields.u32()? {
        0 => Err(UploadError::malformed("a clock has no ticks")),
        ticks => Ok(ticks),
    }
}

fn defaults(extends: Atom<'_>, tracks_max: usize) -> Result<Vec<Defaults>, UploadError> {
    let mut all = Vec::new();
    for atom in extends.children() {
        let atom = atom?;
        if atom.kind != *b"trex" {
            continue;
        }
        if all.len() == tracks_max {
            return Err(UploadError::Tracks { found: all.len() + 1, max: tracks_max });
        }
        let (_, _, mut fields) = atom.full()?;
        let track = fields.u32()?;
        fields.u32()?;
        all.push(Defaults { track, ticks: fields.u32()?, bytes: fields.u32()? });
    }
    Ok(all)
}

fn track(atom: Atom<'_>) -> Result<Track<'_>, UploadError> {
    let (version, flags, mut fields) = atom.needed(b"tkhd")?.full()?;
    fields.take(if version == 1 { 16 } else { 8 })?;
    let id = fields.u32()?;
    fields.u32()?;
    fields.sized(version)?;
    fields.take(16)?;
    let mut matrix = [0; 9];
    for value in &mut matrix {
        *value = fields.i32()?;
    }
    let media = atom.needed(b"mdia")?;
    let (version, _, mut fields) = media.needed(b"mdhd")?.full()?;
    fields.take(if version == 1 { 16 } else { 8 })?;
    let ticks = timescale(&mut fields)?;
    let mut handler = [0; 4];
    let mut fields = media.needed(b"hdlr")?.fields();
    fields.take(8)?;
    handler.copy_from_slice(fields.take(4)?);
    let mut track = Track {
        id,
        enabled: flags & 1 == 1,
        handler,
        matrix: [matrix[0], matrix[1], matrix[3], matrix[4]],
        ticks,
        delay: 0,
        first: 0,
        length: None,
        tables: media.needed(b"minf")?.needed(b"stbl")?,
    };
    if let Some(list) = atom.child(b"edts")?.map(|edits| edits.child(b"elst")).transpose()?.flatten() {
        edits(list, &mut track)?;
    }
    Ok(track)
}

/// Reads an edit list: nothing for a while, then one piece of the track at its own speed.
fn edits(list: Atom<'_>, track: &mut Track<'_>) -> Result<(), UploadError> {
    let (version, _, mut fields) = list.full()?;
    let (count, mut entries) = fields.table(if version == 1 { 20 } else { 12 })?;
    let mut begun = false;
    for _ in 0..count {
        let length = entries.sized(version)?;
        let first = if version == 1 { entries.u64()?.cast_signed() } else { i64::from(entries.i32()?) };
        let speed = entries.i32()?;
        if first == -1 && !begun {
            let delay = track.delay.checked_add(length);
            track.delay = delay.ok_or_else(|| UploadError::malformed("a track never begins"))?;
            continue;
        }
        // Nothing after the piece is nothing.
        if first == -1 {
            continue;
        }
        if begun || speed != ONE || first < 0 {
            return Err(UploadError::Unsupported(
                "a track is cut from several pieces or played at another speed: export the movie anew, in one piece",
            ));
        }
        (begun, track.first, track.length) = (true, first, (length > 0).then_some(length));
    }
    Ok(())
}

impl<'a> Track<'a> {
    /// A track of this number that says nothing else.
    #[cfg(test)]
    pub const fn plain(id: u32) -> Self {
        let tables = Atom { kind: *b"stbl", start: 0, body: &[] };
        let (handler, matrix) = (*b"vide", [ONE, 0, 0, ONE]);
        Self { id, enabled: true, handler, matrix, ticks: 1, delay: 0, first: 0, length: None, tables }
    }

    /// How its pictures are turned before they are shown (ISO/IEC 14496-12, 6.2.2): by quarters, perhaps mirrored.
    pub fn turn(&self) -> Result<Turn, UploadError> {
        let unit = |value: i32| value == ONE || value == -ONE;
        match self.matrix {
            [a, 0, 0, d] if unit(a) && unit(d) => Ok(Turn { transpose: false, flip_x: a < 0, flip_y: d < 0 }),
            [0, b, c, 0] if unit(b) && unit(c) => Ok(Turn { transpose: true, flip_x: c < 0, flip_y: b < 0 }),
            _ => Err(UploadError::Unsupported(
                "the video is turned or stretched by its matrix; only quarter turns and mirrors are shown",
            )),
        }
    }

    /// The one description of its samples: four characters and what follows.
    pub fn entry(&self) -> Result<Atom<'a>, UploadError> {
        let (_, _, mut fields) = self.tables.needed(b"stsd")?.full()?;
        let count = fields.u32()?;
        if count > 1 {
            return Err(UploadError::Unsupported(
                "the coding of a track changes on the way: export the movie anew, in one piece",
            ));
        }
        let missing = || UploadError::malformed("a track is not described");
        Boxes::of_rest(fields.rest()).next().ok_or_else(missing)?
    }
}

/// What a picture's sample entry says: the size, and the boxes in it.
pub fn visual(entry: Atom<'_>) -> Result<(u16, u16, Atom<'_>), UploadError> {
    let mut fields = entry.fields();
    fields.take(24)?;
    let (width, height) = (fields.u16()?, fields.u16()?);
    fields.take(VISUAL_BYTES - 28)?;
    Ok((width, height, Atom { body: fields.rest(), ..entry }))
}

/// The `esds` box of a sound's sample entry, which QuickTime nests deeper and behind more numbers.
pub fn elementary(entry: Atom<'_>) -> Result<Atom<'_>, UploadError> {
    let mut fields = entry.fields();
    fields.take(8)?;
    let version = fields.u16()?;
    fields.take(18)?;
    let plain = Atom { body: fields.rest(), ..entry };
    let more = match version {
        1 => 16,
        2 => 36,
        _ => 0,
    };
    let quicktime = Atom { body: plain.body.get(more..).unwrap_or_default(), ..entry };
    for inside in [quicktime, plain] {
        if let Ok(Some(found)) = inside.child(b"esds") {
            return Ok(found);
        }
        if let Ok(Some(wave)) = inside.child(b"wave")
            && let Ok(Some(found)) = wave.child(b"esds")
        {
            return Ok(found);
        }
    }
    Err(UploadError::Malformed(format!("the sound {} is not described", name(entry.kind))))
}
