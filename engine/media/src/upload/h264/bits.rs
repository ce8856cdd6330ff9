//! Bits of H.264 headers (ITU-T H.264, 7.2, 7.3.1 and 9.1): Exp-Golomb numbers, and the bytes that keep start codes out.

use crate::upload::UploadError;

/// Reads bits, the highest of a byte first.
#[derive(Clone)]
pub struct BitReader<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl<'a> BitReader<'a> {
    /// The bits of bytes without emulation prevention.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, place: 0 }
    }

    /// One bit.
    pub fn flag(&mut self) -> Result<bool, UploadError> {
        let cut = || UploadError::malformed("an H.264 header is cut off");
        let byte = self.bytes.get(self.place / 8).ok_or_else(cut)?;
        let bit = byte >> (7 - self.place % 8) & 1;
        self.place += 1;
        Ok(bit == 1)
    }

    /// A number of up to 32 bits.
    pub fn bits(&mut self, count: u32) -> Result<u32, UploadError> {
        let mut value = 0;
        for _ in 0..count {
            value = value << 1 | u32::from(self.flag()?);
        }
        Ok(value)
    }

    /// An Exp-Golomb number without sign, `ue(v)`.
    pub fn unsigned(&mut self) -> Result<u32, UploadError> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(UploadError::malformed("a number in an H.264 header is too large"));
            }
        }
        Ok((1 << zeros) - 1 + self.bits(zeros)?)
    }

    /// An Exp-Golomb number with a sign, `se(v)`.
    pub fn signed(&mut self) -> Result<i32, UploadError> {
        let code = i64::from(self.unsigned()?);
        let magnitude = (code + 1) / 2;
        Ok((if code % 2 == 1 { magnitude } else { -magnitude }) as i32)
    }

    /// An Exp-Golomb number of at most `max`.
    pub fn at_most(&mut self, max: u32, what: &str) -> Result<u32, UploadError> {
        let value = self.unsigned()?;
        if value > max {
            return Err(UploadError::Malformed(format!("{what} is {value}, more than {max}")));
        }
        Ok(value)
    }
}

/// Writes bits, the highest of a byte first.
#[derive(Default)]
pub struct BitWriter {
    bytes: Vec<u8>,
    place: usize,
}

impl BitWriter {
    /// One bit.
    pub fn flag(&mut self, value: bool) {
        if self.place.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let (true, Some(last)) = (value, self.bytes.last_mut()) {
            *last |= 1 << (7 - self.place % 8);
        }
        self.place += 1;
    }

    /// The lowest `count` bits of a number.
    pub fn bits(&mut self, value: u64, count: u32) {
        for bit in (0..count).rev() {
            self.flag(value >> bit & 1 == 1);
        }
    }

    /// An Exp-Golomb number without sign.
    pub fn unsigned(&mut self, value: u32) {
        let code = u64::from(value) + 1;
        let digits = code.ilog2();
        self.bits(0, digits);
        self.bits(code, digits + 1);
    }

    /// An Exp-Golomb number with a sign.
    pub fn signed(&mut self, value: i32) {
        let magnitude = value.unsigned_abs();
        self.unsigned(if value > 0 { 2 * magnitude - 1 } else { 2 * magnitude });
    }

    /// The bytes, ended as a NAL unit is and with emulation prevention.
    pub fn into_nal(mut self) -> Vec<u8> {
        self.flag(true);
        let (mut escaped, mut zeros) = (Vec::with_capacity(self.bytes.len() + 4), 0);
        for byte in self.bytes {
            if zeros == 2 && byte <= 3 {
                escaped.push(3);
                zeros = 0;
            }
            zeros = if byte == 0 { zeros + 1 } else { 0 };
            escaped.push(byte);
        }
        escaped
    }
}

/// The first bytes of a NAL unit without emulation prevention, at most `most` of them.
pub fn unescaped(nal: &[u8], most: usize) -> Vec<u8> {
    let (mut bytes, mut zeros) = (Vec::with_capacity(nal.len().min(most)), 0);
    for byte in nal {
        if bytes.len() == most {
            break;
        }
        if zeros >= 2 && *byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        bytes.push(*byte);
    }
    bytes
}

/// Whether a decoder that looks for start codes would find one within, and take what follows for another NAL unit.
pub fn has_start_code(nal: &[u8]) -> bool {
    let mut zeros = 0;
    nal.iter().any(|byte| {
        let found = zeros >= 2 && *byte < 3;
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_as_they_were_written() {
        let unsigned = [0, 1, 2, 7, 255, 65_535, u32::MAX - 1];
        let signed = [0, 1, -1, 2, -2, 1_000, -1_000, i32::MAX, -i32::MAX];
        let mut writer = BitWriter::default();
        unsigned.iter().for_each(|value| writer.unsigned(*value));
        signed.iter().for_each(|value| writer.signed(*value));
        writer.bits(0b101, 3);
        let nal = writer.into_nal();
        assert!(!has_start_code(&nal));
        let bytes = unescaped(&nal, usize::MAX);
        let mut reader = BitReader::new(&bytes);
        unsigned.iter().for_each(|value| assert_eq!(reader.unsigned(), Ok(*value)));
        signed.iter().for_each(|value| assert_eq!(reader.signed(), Ok(*value)));
        assert_eq!(reader.bits(3), Ok(0b101));
    }

    #[test]
    fn the_table_of_the_standard_holds() {
        // Table 9-2: 1, 010, 011, 00100, 00101.
        let mut reader = BitReader::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let read: Vec<u32> = (0..5).map(|_| reader.unsigned().unwrap()).collect();
        assert_eq!(read, [0, 1, 2, 3, 4]);
    }

    #[test]
    fn bits_past_the_end_and_endless_zeros_are_refused() {
        assert!(BitReader::new(&[]).flag().is_err());
        assert!(BitReader::new(&[0; 9]).unsigned().is_err());
        assert!(BitReader::new(&[0, 0]).unsigned().is_err());
    }

    #[test]
    fn start_codes_are_found_where_a_decoder_would() {
        for (bytes, found) in [
            (&[1, 0, 0, 1, 5][..], true),
            (&[0, 0, 0], true),
            (&[0, 0, 2], true),
            (&[0, 0, 3, 0, 0, 3], false),
            (&[0, 0, 4], false),
            (&[9, 0, 0], false),
        ] {
            assert_eq!(has_start_code(bytes), found, "{bytes:?}");
        }
    }
}
