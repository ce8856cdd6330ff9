//! Where in a file the things lie that are worth changing.

use std::ops::Range;

/// Boxes that hold boxes.
const CONTAINERS: [&[u8; 4]; 10] =
    [b"moov", b"trak", b"edts", b"mdia", b"minf", b"stbl", b"mvex", b"moof", b"traf", b"stsd"];

/// Largest box that is changed word by word, bytes; media are larger.
const LEAF_BYTES_MAX: usize = 4_096;

/// A box.
#[derive(Clone)]
pub struct Place {
    /// Where it lies, its head included.
    pub range: Range<usize>,
    /// Its four characters.
    pub kind: [u8; 4],
    /// Which of the boxes holds it.
    pub parent: Option<usize>,
    /// Whether it holds no boxes that are known.
    pub leaf: bool,
}

/// The boxes of a movie, outer before inner; of any other file none.
pub fn boxes(file: &[u8]) -> Vec<Place> {
    let mut places = Vec::new();
    if !matches!(file.get(4..8), Some(b"ftyp" | b"moov" | b"styp" | b"mdat")) {
        return places;
    }
    within(file, 0..file.len(), None, &mut places);
    let mut done = 0;
    while done < places.len() {
        let Place { range, kind, leaf, .. } = places[done].clone();
        if !leaf {
            let head = if kind == *b"stsd" { 16 } else { 8 };
            within(file, (range.start + head).min(range.end)..range.end, Some(done), &mut places);
        }
        done += 1;
    }
    places
}

fn within(file: &[u8], range: Range<usize>, parent: Option<usize>, places: &mut Vec<Place>) {
    let mut start = range.start;
    while start + 8 <= range.end {
        let Some(size) = word(file, start).map(|size| size as usize) else { break };
        let end = start.saturating_add(size);
        if size < 8 || end > range.end {
            break;
        }
        let mut kind = [0; 4];
        kind.copy_from_slice(&file[start + 4..start + 8]);
        let leaf = !CONTAINERS.iter().any(|container| kind == **container);
        places.push(Place { range: start..end, kind, parent, leaf });
        start = end;
    }
}

/// Whether the numbers in a box are worth changing one by one.
pub fn is_table(place: &Place) -> bool {
    place.leaf && place.range.len() <= LEAF_BYTES_MAX && place.kind != *b"mdat"
}

/// The NAL units of the media, if they have lengths of four bytes: where the lengths lie, and the units.
pub fn units(file: &[u8], boxes: &[Place]) -> Vec<(usize, Range<usize>)> {
    let mut units = Vec::new();
    for media in boxes.iter().filter(|place| place.kind == *b"mdat") {
        let mut start = media.range.start + 8;
        while start + 5 <= media.range.end {
            let length = word(file, start).unwrap_or(0) as usize;
            let end = start.saturating_add(4).saturating_add(length);
            // A packet of sound is taken for a length that does not fit and passed over byte by byte.
            if length == 0 || end > media.range.end || file[start + 4] & 0x80 != 0 {
                start += 1;
                continue;
            }
            units.push((start, start + 4..end));
            start = end;
        }
    }
    units
}

/// Four bytes as a number.
pub fn word(file: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*file.get(place..)?.first_chunk()?))
}

/// Makes the checksums of a PNG right, so that what was changed is looked at.
pub fn mend_png(file: &mut [u8]) {
    if !file.starts_with(b"\x89PNG") {
        return;
    }
    let mut start = 8;
    while let Some(length) = word(file, start).map(|length| length as usize) {
        let body = start + 4..start.saturating_add(8).saturating_add(length);
        let Some(bytes) = file.get(body.clone()) else { break };
        let sum = checksum(bytes).to_be_bytes();
        let Some(place) = file.get_mut(body.end..body.end + 4) else { break };
        place.copy_from_slice(&sum);
        start = body.end + 4;
    }
}

/// The CRC of PNG (its specification, annex D).
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { 0xedb8_8320 ^ crc >> 1 } else { crc >> 1 };
        }
    }
    !crc
}
