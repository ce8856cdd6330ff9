//! Where the samples of a track lie and when they are shown, from the tables of a movie in one piece (ISO/IEC 14496-12,
//! 8.6 and 8.7). Tables may claim anything: what they say is bounded before anything is kept.

use super::UploadError;
use super::boxes::{Atom, Fields};

/// A sample of a track: a coded picture, or a packet of sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// First byte in the file.
    pub start: usize,
    /// Bytes.
    pub bytes: usize,
    /// When it is shown, ticks of the track.
    pub at: i64,
    /// For how long, ticks of the track.
    pub ticks: u32,
}

/// Ticks beyond which no time of a real movie lies: 2^52 at a megahertz are a century.
const TIME_MAX: i64 = 1 << 52;

/// Gathers the samples of one track in decoding order, within limits.
pub struct Gathered {
    part: &'static str,
    units: &'static str,
    most: usize,
    file_bytes: usize,
    /// Bytes of all samples together, which cannot be more than the file has: none may be decoded twice.
    bytes: usize,
    /// When the next sample is decoded, ticks.
    next: i64,
    samples: Vec<Sample>,
}

impl Gathered {
    /// Nothing yet of a track of a file; at most `most` samples will be taken.
    pub const fn new((part, units): (&'static str, &'static str), most: usize, file_bytes: usize) -> Self {
        Self { part, units, most, file_bytes, bytes: 0, next: 0, samples: Vec::new() }
    }

    /// Sets the time at which the next sample is decoded.
    pub fn set_time(&mut self, ticks: u64) -> Result<(), UploadError> {
        let late = || UploadError::malformed("a sample is shown in another age");
        self.next = i64::try_from(ticks).ok().filter(|time| *time <= TIME_MAX).ok_or_else(late)?;
        Ok(())
    }

    /// Refuses a number of samples that would be too many.
    pub fn expect(&self, count: usize) -> Result<(), UploadError> {
        if self.samples.len().saturating_add(count) > self.most {
            return Err(UploadError::Units { part: self.part, units: self.units, max: self.most });
        }
        Ok(())
    }

    /// Takes the next sample: where it lies, for how long it is shown and how much later than it is decoded.
    pub fn push(&mut self, start: u64, bytes: u32, ticks: u32, offset: i32) -> Result<(), UploadError> {
        self.expect(1)?;
        let past = || UploadError::Truncated("a picture or packet of sound");
        let start = usize::try_from(start).map_err(|_| past())?;
        let bytes = bytes as usize;
        if start.checked_add(bytes).is_none_or(|end| end > self.file_bytes) {
            return Err(past());
        }
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.file_bytes {
            return Err(UploadError::malformed("its samples overlap"));
        }
        self.samples.push(Sample { start, bytes, at: self.next + i64::from(offset), ticks });
        self.set_time(self.next.cast_unsigned() + u64::from(ticks))
    }

    /// The samples.
    pub fn into_samples(self) -> Vec<Sample> {
        self.samples
    }
}

/// Values that hold for runs of samples.
struct Runs<'a> {
    entries: Fields<'a>,
    left: u32,
    value: u32,
}

impl<'a> Runs<'a> {
    fn new(atom: Atom<'a>) -> Result<Self, UploadError> {
        let (_, _, mut fields) = atom.full()?;
        Ok(Self { entries: fields.table(8)?.1, left: 0, value: 0 })
    }

    fn next(&mut self) -> Result<u32, UploadError> {
        while self.left == 0 {
            (self.left, self.value) = (self.entries.u32()?, self.entries.u32()?);
        }
        self.left -= 1;
        Ok(self.value)
    }
}

/// Sizes of samples: one for all, or a table of 4 to 32 bits each.
struct Sizes<'a> {
    count: u32,
    all: u32,
    bits: u8,
    entries: Fields<'a>,
    half: Option<u8>,
}

impl<'a> Sizes<'a> {
    fn new(tables: Atom<'a>) -> Result<Self, UploadError> {
        if let Some(atom) = tables.child(b"stz2")? {
            let (_, _, mut fields) = atom.full()?;
            let bits = (fields.u32()? & 0xff) as u8;
            let count = fields.u32()?;
            if !matches!(bits, 4 | 8 | 16) {
                return Err(UploadError::malformed("sample sizes have a wrong width"));
            }
            return Ok(Self { count, all: 0, bits, entries: fields, half: None });
        }
        let (_, _, mut fields) = tables.needed(b"stsz")?.full()?;
        let (all, count) = (fields.u32()?, fields.u32()?);
        Ok(Self { count, all, bits: 32, entries: fields, half: None })
    }

    fn next(&mut self) -> Result<u32, UploadError> {
        if self.all > 0 {
            return Ok(self.all);
        }
        match self.bits {
            4 => match self.half.take() {
                Some(low) => Ok(u32::from(low)),
                None => {
                    let both = self.entries.u8()?;
                    self.half = Some(both & 0xf);
                    Ok(u32::from(both >> 4))
                }
            },
            8 => self.entries.u8().map(u32::from),
            16 => self.entries.u16().map(u32::from),
            _ => self.entries.u32(),
        }
    }
}

/// Where chunks begin.
struct Chunks<'a> {
    entries: Fields<'a>,
    wide: bool,
}

impl<'a> Chunks<'a> {
    fn new(tables: Atom<'a>) -> Result<Self, UploadError> {
        let (atom, wide) = match tables.child(b"co64")? {
            Some(atom) => (atom, true),
            None => (tables.needed(b"stco")?, false),
        };
        let (_, _, mut fields) = atom.full()?;
        Ok(Self { entries: fields.table(if wide { 8 } else { 4 })?.1, wide })
    }

    fn next(&mut self) -> Result<u64, UploadError> {
        if self.entries.rest().is_empty() {
            return Err(UploadError::malformed("samples lie in chunks that are not there"));
        }
        if self.wide { self.entries.u64() } else { self.entries.u32().map(u64::from) }
    }
}

/// How many samples are in a chunk.
struct PerChunk<'a> {
    entries: Fields<'a>,
    chunk: u32,
    samples: u32,
    next: Option<(u32, u32)>,
}

impl<'a> PerChunk<'a> {
    fn new(tables: Atom<'a>) -> Result<Self, UploadError> {
        let (_, _, mut fields) = tables.needed(b"stsc")?.full()?;
        let mut new = Self { entries: fields.table(12)?.1, chunk: 0, samples: 0, next: None };
        new.advance()?;
        match new.next {
            Some((1, _)) => Ok(new),
            _ => Err(UploadError::malformed("the first chunk is not described")),
        }
    }

    fn advance(&mut self) -> Result<(), UploadError> {
        let before = self.next.take();
        if self.entries.rest().is_empty() {
            return Ok(());
        }
        let (first, samples, description) = (self.entries.u32()?, self.entries.u32()?, self.entries.u32()?);
        if before.is_some_and(|(before, _)| first <= before) {
            return Err(UploadError::malformed("chunks are out of order"));
        }
        if description != 1 {
            return Err(UploadError::malformed("a sample is described nowhere"));
        }
        self.next = Some((first, samples));
        Ok(())
    }

    fn next(&mut self) -> Result<u32, UploadError> {
        self.chunk = self.chunk.saturating_add(1);
        if let Some((first, samples)) = self.next
            && first == self.chunk
        {
            self.samples = samples;
            self.advance()?;
        }
        Ok(self.samples)
    }
}

/// Adds the samples that the tables of a track list.
pub fn gather(tables: Atom<'_>, gathered: &mut Gathered) -> Result<(), UploadError> {
    let mut sizes = Sizes::new(tables)?;
    if sizes.count == 0 {
        return Ok(());
    }
    gathered.expect(sizes.count as usize)?;
    let mut durations = Runs::new(tables.needed(b"stts")?)?;
    let mut offsets = tables.child(b"ctts")?.map(Runs::new).transpose()?;
    let (mut chunks, mut per_chunk) = (Chunks::new(tables)?, PerChunk::new(tables)?);
    let mut left = sizes.count;
    while left > 0 {
        let mut place = chunks.next()?;
        let here = per_chunk.next()?.min(left);
        for _ in 0..here {
            let bytes = sizes.next()?;
            // Version 0 has no signs and version 1 has; writers mix them up, and no offset needs the 32nd bit.
            let offset = offsets.as_mut().map_or(Ok(0), Runs::next)?.cast_signed();
            gathered.push(place, bytes, durations.next()?, offset)?;
            place = place.saturating_add(u64::from(bytes));
        }
        left -= here;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(kind: &[u8; 4], numbers: &[u32]) -> Vec<u8> {
        let size = 12 + 4 * numbers.len() as u32;
        let head = [&size.to_be_bytes(), kind.as_slice(), &[0; 4]].concat();
        head.into_iter().chain(numbers.iter().flat_map(|number| number.to_be_bytes())).collect()
    }

    /// Three samples in two chunks, the second shown last.
    fn tables() -> Vec<Vec<u8>> {
        vec![
            table(b"stts", &[2, 2, 10, 1, 20]),
            table(b"ctts", &[3, 1, 0, 1, 30, 1, 0]),
            table(b"stsc", &[2, 1, 2, 1, 2, 1, 1]),
            table(b"stsz", &[0, 3, 5, 6, 7]),
            table(b"stco", &[2, 100, 200]),
        ]
    }

    fn read(tables: &[Vec<u8>], most: usize, file_bytes: usize) -> Result<Vec<Sample>, UploadError> {
        let body = tables.concat();
        let mut gathered = Gathered::new(("video", "pictures"), most, file_bytes);
        gather(Atom { kind: *b"stbl", start: 0, body: &body }, &mut gathered)?;
        Ok(gathered.into_samples())
    }

    #[test]
    fn samples_are_where_and_when_the_tables_say() {
        let sample = |start, bytes, at, ticks| Sample { start, bytes, at, ticks };
        let expected = [sample(100, 5, 0, 10), sample(105, 6, 40, 10), sample(200, 7, 20, 20)];
        assert_eq!(read(&tables(), 3, 300).unwrap(), expected);
        let mut compact = tables();
        compact[3] = table(b"stz2", &[4, 3, 0x5670_0000]);
        assert_eq!(read(&compact, 3, 300).unwrap(), expected);
        compact[3] = table(b"stz2", &[16, 3, 0x0005_0006, 0x0007_0000]);
        compact[4] = table(b"co64", &[2, 0, 100, 0, 200]);
        assert_eq!(read(&compact, 3, 300).unwrap(), expected);
    }

    #[test]
    fn what_the_tables_cannot_mean_is_refused() {
        assert!(matches!(read(&tables(), 2, 300), Err(UploadError::Units { max: 2, .. })));
        assert!(matches!(read(&tables(), 3, 206), Err(UploadError::Truncated(_))));
        for (which, wrong) in [
            (0, table(b"stts", &[1, 2, 10])),
            (0, table(b"stts", &[u32::MAX, 2, 10, 1, 20])),
            (1, table(b"ctts", &[1, 1, 0])),
            (2, table(b"stsc", &[1, 2, 2, 1])),
            (2, table(b"stsc", &[2, 1, 2, 1, 1, 1, 1])),
            (2, table(b"stsc", &[1, 1, 0, 1])),
            (2, table(b"stsc", &[1, 1, 2, 2])),
            (3, table(b"stsz", &[0, 3, 5, 6])),
            (3, table(b"stz2", &[5, 3, 0])),
            (4, table(b"stco", &[1, 100])),
            (0, Vec::new()),
        ] {
            let mut tables = tables();
            tables[which] = wrong;
            assert!(matches!(read(&tables, 3, 300), Err(UploadError::Malformed(_))), "{which}");
        }
    }

    #[test]
    fn nothing_is_kept_of_a_table_that_claims_four_billion_samples() {
        let mut tables = tables();
        tables[3] = table(b"stsz", &[1, u32::MAX]);
        assert!(matches!(read(&tables, 1_000, 300), Err(UploadError::Units { .. })));
    }

    #[test]
    fn no_byte_is_decoded_twice() {
        let mut tables = tables();
        tables[3] = table(b"stsz", &[90, 3]);
        tables[4] = table(b"stco", &[2, 10, 20]);
        assert!(matches!(read(&tables, 3, 200), Err(UploadError::Malformed(_))));
    }

    #[test]
    fn time_does_not_overflow() {
        let mut gathered = Gathered::new(("video", "pictures"), 9, 300);
        assert!(gathered.set_time(u64::MAX).is_err());
        gathered.set_time(TIME_MAX.cast_unsigned()).unwrap();
        assert!(gathered.push(0, 1, u32::MAX, i32::MAX).is_err());
    }
}
