//! Boxes, the bricks of MP4 and MOV (ISO/IEC 14496-12, 4.2), and numbers in them. Nothing is copied, nothing recurses,
//! and every walk takes time in proportion to the bytes it walks over.

use super::UploadError;

/// A box.
#[derive(Clone, Copy)]
pub struct Atom<'a> {
    /// Its four characters.
    pub kind: [u8; 4],
    /// Where it begins, bytes from the start of the file or of the box that was opened.
    pub start: usize,
    /// What is in it.
    pub body: &'a [u8],
}

impl<'a> Atom<'a> {
    /// The boxes within.
    pub fn children(self) -> Boxes<'a> {
        Boxes { bytes: self.body, place: 0, outermost: false }
    }

    /// The first box of a kind within, if there is one.
    pub fn child(self, kind: &[u8; 4]) -> Result<Option<Atom<'a>>, UploadError> {
        self.children().find(|atom| atom.as_ref().map_or(true, |atom| atom.kind == *kind)).transpose()
    }

    /// The first box of a kind within.
    pub fn needed(self, kind: &[u8; 4]) -> Result<Atom<'a>, UploadError> {
        let missing = || UploadError::Malformed(format!("{} lacks {}", name(self.kind), name(*kind)));
        self.child(kind)?.ok_or_else(missing)
    }

    /// The numbers within a box that begins with a version and flags.
    pub fn full(self) -> Result<(u8, u32, Fields<'a>), UploadError> {
        let mut fields = self.fields();
        let head = fields.u32()?;
        Ok(((head >> 24) as u8, head & 0xff_ffff, fields))
    }

    /// The numbers within.
    pub fn fields(self) -> Fields<'a> {
        Fields { kind: self.kind, rest: self.body }
    }
}

/// Four characters in print.
pub fn name(kind: [u8; 4]) -> String {
    kind.escape_ascii().to_string()
}

/// Boxes one after the other.
pub struct Boxes<'a> {
    bytes: &'a [u8],
    place: usize,
    outermost: bool,
}

impl<'a> Boxes<'a> {
    /// Those of a file.
    pub fn of_file(bytes: &'a [u8]) -> Self {
        Self { bytes, place: 0, outermost: true }
    }

    /// Those in the rest of a box.
    pub fn of_rest(bytes: &'a [u8]) -> Self {
        Self { bytes, place: 0, outermost: false }
    }

    fn read(&mut self) -> Result<Atom<'a>, UploadError> {
        let start = self.place;
        let here = &self.bytes[start..];
        let cut = || UploadError::Truncated("the head of a box");
        let (size, rest) = here.split_first_chunk::<4>().ok_or_else(cut)?;
        let (kind, rest) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let (head, size) = match u32::from_be_bytes(*size) {
            0 if self.outermost => (8, here.len() as u64),
            1 => (16, u64::from_be_bytes(*rest.first_chunk::<8>().ok_or_else(cut)?)),
            size => (8, u64::from(size)),
        };
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        if size < head {
            return Err(UploadError::Malformed(format!("the box {} is smaller than its head", name(*kind))));
        }
        if size > here.len() {
            return Err(if self.outermost {
                UploadError::Truncated("the end of a box")
            } else {
                UploadError::Malformed(format!("the box {} is larger than what it lies in", name(*kind)))
            });
        }
        self.place += size;
        Ok(Atom { kind: *kind, start, body: &here[head..size] })
    }
}

impl<'a> Iterator for Boxes<'a> {
    type Item = Result<Atom<'a>, UploadError>;

    fn next(&mut self) -> Option<Self::Item> {
        // QuickTime may end a list of boxes with four zeros.
        if matches!(&self.bytes[self.place..], [] | [0, 0, 0, 0]) {
            return None;
        }
        let read = self.read();
        if read.is_err() {
            self.place = self.bytes.len();
        }
        Some(read)
    }
}

/// Big-endian numbers one after the other.
#[derive(Clone)]
pub struct Fields<'a> {
    kind: [u8; 4],
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    /// As many bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], UploadError> {
        let cut = || UploadError::Malformed(format!("the box {} is too short", name(self.kind)));
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(cut)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], UploadError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, UploadError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Result<u16, UploadError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Result<u32, UploadError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// Four bytes with a sign.
    pub fn i32(&mut self) -> Result<i32, UploadError> {
        Ok(i32::from_be_bytes(self.array()?))
    }

    /// Eight bytes.
    pub fn u64(&mut self) -> Result<u64, UploadError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// Four bytes, or eight in version 1 of a box.
    pub fn sized(&mut self, version: u8) -> Result<u64, UploadError> {
        if version == 1 { self.u64() } else { self.u32().map(u64::from) }
    }

    /// A count, and that many entries of `bytes` each.
    pub fn table(&mut self, bytes: usize) -> Result<(u32, Fields<'a>), UploadError> {
        let count = self.u32()?;
        let length = (count as usize).saturating_mul(bytes);
        Ok((count, Fields { kind: self.kind, rest: self.take(length)? }))
    }

    /// What is left.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(bytes: &[u8]) -> Result<Vec<[u8; 4]>, UploadError> {
        Boxes::of_file(bytes).map(|atom| atom.map(|atom| atom.kind)).collect()
    }

    #[test]
    fn sizes_are_of_32_bits_of_64_or_up_to_the_end() {
        let mut file = b"\0\0\0\x09ftyp!\0\0\0\x01wide\0\0\0\0\0\0\0\x11-\0\0\0\0mdat123".to_vec();
        assert_eq!(kinds(&file).unwrap(), [*b"ftyp", *b"wide", *b"mdat"]);
        assert_eq!(Boxes::of_file(&file).nth(1).unwrap().unwrap().body, b"-");
        file.truncate(20);
        assert_eq!(kinds(&file), Err(UploadError::Truncated("the head of a box")));
    }

    #[test]
    fn a_box_that_is_too_small_or_too_large_is_refused_once() {
        assert!(matches!(kinds(b"\0\0\0\x07ftyp"), Err(UploadError::Malformed(_))));
        assert_eq!(kinds(b"\0\0\0\x0aftyp!"), Err(UploadError::Truncated("the end of a box")));
        assert_eq!(Boxes::of_file(b"\0\0\0\x0aftyp!").count(), 1);
        let outer = Atom { kind: *b"moov", start: 0, body: b"\0\0\0\0trak" };
        assert!(matches!(outer.child(b"trak"), Err(UploadError::Malformed(_))));
    }

    #[test]
    fn a_table_with_more_entries_than_bytes_is_refused() {
        let atom = Atom { kind: *b"stts", start: 0, body: &[0xff; 12] };
        assert!(atom.fields().table(8).is_err());
    }
}
