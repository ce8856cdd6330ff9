//! The lines of a file that comes in pieces.

use super::rules::LINE_BYTES_MAX;

/// A line of a file, without its end.
#[derive(Debug, PartialEq, Eq)]
pub struct RawLine {
    /// Which one, from 1.
    pub number: i32,
    /// Where it begins, bytes from the start of the file.
    pub starts_at: i64,
    /// Its length, bytes.
    pub bytes: i64,
    /// What it says; `None` when it is longer than a line may be.
    pub text: Option<Vec<u8>>,
}

/// Cuts a file into lines. Blank lines are counted and left out.
#[derive(Debug)]
pub struct Lines {
    number: i32,
    starts_at: i64,
    bytes: i64,
    text: Vec<u8>,
}

impl Lines {
    /// Nothing of a file yet.
    pub const fn new() -> Self {
        Self { number: 1, starts_at: 0, bytes: 0, text: Vec::new() }
    }

    /// The lines that end in the next piece of the file.
    pub fn push(&mut self, piece: &[u8]) -> Vec<RawLine> {
        let mut lines = Vec::new();
        let mut rest = piece;
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            self.add(&rest[..end]);
            lines.extend(self.cut());
            self.starts_at += self.bytes + 1;
            self.number = self.number.saturating_add(1);
            self.bytes = 0;
            rest = &rest[end + 1..];
        }
        self.add(rest);
        lines
    }

    /// The last line, which needs no end.
    pub fn end(mut self) -> Option<RawLine> {
        self.cut()
    }

    fn add(&mut self, piece: &[u8]) {
        self.bytes += i64::try_from(piece.len()).unwrap_or(i64::MAX);
        let room = (LINE_BYTES_MAX + 1).saturating_sub(self.text.len());
        self.text.extend_from_slice(&piece[..piece.len().min(room)]);
    }

    fn cut(&mut self) -> Option<RawLine> {
        let text = std::mem::take(&mut self.text);
        if text.iter().all(u8::is_ascii_whitespace) && text.len() <= LINE_BYTES_MAX {
            return None;
        }
        let text = (text.len() <= LINE_BYTES_MAX).then_some(text);
        Some(RawLine { number: self.number, starts_at: self.starts_at, bytes: self.bytes, text })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(pieces: &[&[u8]]) -> Vec<RawLine> {
        let mut lines = Lines::new();
        let mut found: Vec<_> = pieces.iter().flat_map(|piece| lines.push(piece)).collect();
        found.extend(lines.end());
        found
    }

    proptest! {
        #[test]
        fn however_a_file_is_cut_its_lines_are_the_same_and_lie_where_they_say(
            text in "[ab\n\r ]{0,60}",
            at in prop::collection::vec(0usize..60, 0..5),
        ) {
            let whole = lines(&[text.as_bytes()]);
            let mut at: Vec<usize> = at.into_iter().map(|at| at.min(text.len())).chain([0, text.len()]).collect();
            at.sort_unstable();
            let pieces: Vec<&[u8]> = at.windows(2).map(|ends| &text.as_bytes()[ends[0]..ends[1]]).collect();
            prop_assert_eq!(&lines(&pieces), &whole);
            let expected: Vec<(i32, &str)> = (1..).zip(text.split('\n')).filter(|(_, line)| !line.trim().is_empty()).collect();
            prop_assert_eq!(whole.len(), expected.len());
            for (line, (number, expected)) in whole.iter().zip(expected) {
                let (from, bytes) = (line.starts_at as usize, line.bytes as usize);
                prop_assert_eq!((line.number, &text[from..from + bytes]), (number, expected));
                prop_assert_eq!(line.text.as_deref(), Some(expected.as_bytes()));
            }
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_not_held_and_those_behind_it_are_read() {
        let long = vec![b'x'; LINE_BYTES_MAX + 1];
        let found = lines(&[&long, b"yy\n", &long[1..], b"\nz"]);
        assert_eq!(found[0].text, None);
        assert_eq!(found[0].bytes, LINE_BYTES_MAX as i64 + 3);
        assert_eq!(found[1].text.as_ref().map(Vec::len), Some(LINE_BYTES_MAX));
        assert_eq!((found[2].number, found[2].text.as_deref()), (3, Some(&b"z"[..])));
        assert_eq!(found[2].starts_at, 2 * LINE_BYTES_MAX as i64 + 5);
    }
}
