//! The one thing in Exif metadata that changes what is seen.

use crate::turn::Turn;

/// Tag and type of the orientation (Exif 2.32, 4.6.4 A).
const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;

/// How a picture with this metadata is turned; not at all when they do not say or are damaged, as every viewer does.
pub fn turn(metadata: Option<&[u8]>) -> Turn {
    Turn::of_exif(metadata.and_then(orientation).unwrap_or(1))
}

/// The orientation in the first directory of a TIFF structure (TIFF 6.0, section 2).
fn orientation(bytes: &[u8]) -> Option<u16> {
    let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
    let big = match bytes.get(..4)? {
        b"MM\0*" => true,
        b"II*\0" => false,
        _ => return None,
    };
    let short = |place: usize| {
        let pair = *bytes.get(place..)?.first_chunk::<2>()?;
        Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    let four = *bytes.get(4..)?.first_chunk::<4>()?;
    let place = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) } as usize;
    let entries = place.checked_add(2)?;
    let count = usize::from(short(place)?);
    let found = (0..count)
        .map(|entry| entries.saturating_add(12 * entry))
        .find(|entry| short(*entry) == Some(ORIENTATION) && short(entry.saturating_add(2)) == Some(SHORT))?;
    short(found.checked_add(8)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_byte_orders_are_read_and_rubbish_is_none() {
        let big = b"MM\0*\0\0\0\x08\0\x02\x01\0\0\x03\0\0\0\x01\0\x01\0\0\x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
        assert_eq!(orientation(big), Some(6));
        let little = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0";
        assert_eq!(orientation(little), Some(8));
        for length in 0..big.len() - 2 {
            assert_eq!(orientation(&big[..length]), None);
        }
        assert_eq!(orientation(b"II*\0\xff\xff\xff\xff"), None);
        assert_eq!(turn(None), Turn::default());
    }
}
