//! Changes files, blindly and by what they are made of.

use crate::places::{Place, boxes, is_table, mend_png, units, word};

/// A file of the corpus: its name and its bytes.
pub type File = (String, Vec<u8>);

/// Changes of one input at most.
const CHANGES_MAX: u64 = 6;

/// Most bytes that are put in or taken out at once.
const BLOCK_BYTES_MAX: u64 = 400;

/// Largest input, bytes, so that doubling a box over and over ends.
const INPUT_BYTES_MAX: usize = 400_000;

/// Numbers that programs get wrong.
const NUMBERS: [u32; 16] = [
    0,
    1,
    2,
    3,
    7,
    0x7f,
    0x80,
    0xff,
    0x100,
    0x7fff,
    0xffff,
    0x1_0000,
    0x00ff_ffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
];

/// Numbers without order, the same for the same seed (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ value >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ value >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ value >> 31
    }

    /// A number below `end`; 0 when there is none.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn place(&mut self, end: usize) -> usize {
        self.below(end as u64) as usize
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        items.get(self.place(items.len()))
    }

    /// What a number may be changed to.
    fn number(&mut self, old: u32) -> u32 {
        match self.below(6) {
            0 => old.wrapping_add(1),
            1 => old.wrapping_sub(1),
            2 => old.wrapping_add(self.below(64) as u32).wrapping_sub(32),
            3 => old ^ 1 << self.below(32),
            4 => self.next() as u32 >> self.below(32),
            _ => NUMBERS[self.place(NUMBERS.len())],
        }
    }
}

/// The input of a number, and the file that it was made from: the corpus as it is, then changed ones.
pub fn input(corpus: &[File], seed: u64, case: u64) -> (String, Vec<u8>) {
    if let Some((name, file)) = corpus.get(case as usize) {
        return (name.clone(), file.clone());
    }
    let mut random = Random(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ case);
    let (name, file) = &corpus[random.place(corpus.len())];
    let mut file = file.clone();
    for _ in 0..=random.below(CHANGES_MAX) {
        if boxes(&file).is_empty() || random.below(5) == 0 {
            blindly(&mut file, &mut random);
        } else {
            knowingly(&mut file, &mut random);
        }
    }
    if random.below(8) > 0 {
        mend_png(&mut file);
    }
    (name.clone(), file)
}

fn put(file: &mut [u8], place: usize, number: u32) {
    if let Some(four) = file.get_mut(place..place + 4) {
        four.copy_from_slice(&number.to_be_bytes());
    }
}

fn blindly(file: &mut Vec<u8>, random: &mut Random) {
    if file.is_empty() {
        return;
    }
    let place = random.place(file.len());
    let end = (place + 1 + random.below(BLOCK_BYTES_MAX) as usize).min(file.len());
    match random.below(8) {
        0..=2 => file[place] ^= 1 << random.below(8),
        3 => file[place] = random.next() as u8,
        4 => {
            let old = word(file, place).unwrap_or(0);
            let last = file.len().saturating_sub(4);
            put(file, place.min(last), random.number(old));
        }
        5 => drop(file.drain(place..end)),
        6 if file.len() < INPUT_BYTES_MAX => {
            let block = file[place..end].to_vec();
            let to = random.place(file.len());
            file.splice(to..to, block);
        }
        6 => {}
        _ => file.truncate(place),
    }
}

fn knowingly(file: &mut Vec<u8>, random: &mut Random) {
    let places = boxes(file);
    let Some(place) = random.of(&places).cloned() else { return };
    match random.below(12) {
        0 => put(file, place.range.start, random.number(place.range.len() as u32)),
        1 => {
            let other = random.of(&places).map_or(place.kind, |other| other.kind);
            file[place.range.start + 4..place.range.start + 8].copy_from_slice(&other);
        }
        2 => resize(file, &places, &place, Vec::new()),
        3 if file.len() < INPUT_BYTES_MAX => {
            let twice = file[place.range.clone()].repeat(2);
            resize(file, &places, &place, twice);
        }
        4..=6 => {
            let tables: Vec<_> = places.iter().filter(|place| is_table(place)).collect();
            let Some(table) = random.of(&tables) else { return };
            let body = table.range.start + 8..table.range.end;
            // Most numbers are aligned within their box; those of `avcC`, `esds` and the flags of a turn are not.
            let step = if random.below(4) == 0 { 1 } else { 4 };
            let at = body.start + step * random.place(body.len() / step);
            let old = word(file, at).unwrap_or(0);
            let last = file.len() - 4;
            put(file, at.min(last), random.number(old));
        }
        7 => {
            let tables: Vec<_> = places.iter().filter(|place| is_table(place)).collect();
            let Some(table) = random.of(&tables) else { return };
            let at = table.range.start + random.place(table.range.len());
            file[at] ^= 1 << random.below(8);
        }
        _ => unit(file, &places, random),
    }
}

/// Changes a NAL unit of the media.
fn unit(file: &mut [u8], places: &[Place], random: &mut Random) {
    let units = units(file, places);
    let Some((length, unit)) = random.of(&units).cloned() else { return };
    let at = unit.start + random.place(unit.len());
    match random.below(8) {
        0 => put(file, length, random.number(unit.len() as u32)),
        1 => file[unit.start] = random.next() as u8 & 0x7f,
        // The slice header.
        2 => file[unit.start + random.place(unit.len().min(8))] ^= 1 << random.below(8),
        3 => file[at..unit.end].fill(0),
        4 => {
            let other = random.of(&units).map_or(unit.clone(), |(_, other)| other.clone());
            let count = random.place(other.len().min(unit.end - at));
            file.copy_within(other.start..other.start + count, at);
        }
        5 => file[at] = random.next() as u8,
        _ => file[at] ^= 1 << random.below(8),
    }
}

/// Puts other bytes in the place of a box and makes the boxes around it right.
fn resize(file: &mut Vec<u8>, places: &[Place], place: &Place, bytes: Vec<u8>) {
    let change = bytes.len() as u32;
    let mut around = place.parent;
    while let Some(outer) = around.and_then(|outer| places.get(outer)) {
        let size = outer.range.len() as u32 - place.range.len() as u32 + change;
        put(file, outer.range.start, size);
        around = outer.parent;
    }
    file.splice(place.range.clone(), bytes);
}
