//! What people say: utterances that `make-speech.sh` had spoken, read from one file, and where in a clip one is heard.

use std::io::{self, Read};

use serde::Deserialize;

use crate::action::FPS;
use crate::dice::Dice;
use crate::level;
use crate::mouth::Utterance;
use crate::sound::SAMPLE_RATE;
use crate::synth::STEP_S;
use crate::viseme::{Viseme, mouths};

/// Every line that a person can say; `make-speech.sh` speaks the same ones.
const LINES: &str = include_str!("../speech.txt");

/// Silence before and after an utterance, in seconds, so that a clip neither begins nor ends in a word.
const MARGIN_S: f32 = 0.15;

/// Every line that a person can say, whether or not there is a file of them; it has commas.
pub fn lines() -> impl Iterator<Item = &'static str> {
    LINES.lines()
}

/// The words of a line: what a caption quotes.
pub fn words(line: &str) -> String {
    line.replace(',', "")
}

/// Lines to choose from, as somebody spoke them.
#[derive(Clone, Debug)]
pub struct Speech(Vec<Line>);

#[derive(Clone, Debug)]
struct Line {
    /// The words in lower case, without punctuation.
    text: String,
    /// 16 kHz, 8 bits each (mu-law).
    codes: Vec<u8>,
    /// The shape of the mouth for each phone and when the phone ends, in seconds.
    phones: Vec<(Viseme, f32)>,
}

#[derive(Deserialize)]
struct Header {
    sample_rate: u32,
    utterances: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    text: String,
    samples: usize,
    phones: Vec<(String, f32)>,
}

impl Speech {
    /// Read what `make-speech.sh` wrote.
    ///
    /// Refused: a rate that is not ours, a phone without a shape, phones that go back in time, a line that is not among
    /// [`lines`], and a file that is shorter or longer than its header says.
    pub fn read(mut file: impl Read) -> io::Result<Self> {
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(|| wrong("no header"))?;
        let (header, mut sound) = (&bytes[..end], &bytes[end + 1..]);
        let header: Header = serde_json::from_slice(header)?;
        if header.sample_rate != SAMPLE_RATE {
            return Err(wrong(format!("{} samples a second, not {SAMPLE_RATE}", header.sample_rate)));
        }
        let mut spoken = Vec::with_capacity(header.utterances.len());
        for entry in header.utterances {
            let Some((codes, rest)) = sound.split_at_checked(entry.samples) else {
                return Err(wrong("it ends too early"));
            };
            sound = rest;
            spoken.push(entry.with(codes)?);
        }
        match (sound.len(), spoken.len()) {
            (0, 1..) => Ok(Self(spoken)),
            (0, 0) => Err(wrong("nothing is said in it")),
            (left, _) => Err(wrong(format!("{left} bytes too many"))),
        }
    }

    /// One of the lines that fit into a clip of `frames` frames, somewhere in it; nothing if it is too short for any.
    pub fn draw(&self, dice: &mut Dice, frames: usize) -> Option<Utterance> {
        let room = frames as f32 / FPS - 2.0 * MARGIN_S;
        let fitting: Vec<&Line> = self.0.iter().filter(|line| line.length_s() <= room).collect();
        if fitting.is_empty() {
            return None;
        }
        let line = dice.pick(&fitting);
        let at = MARGIN_S + dice.between(0.0, room - line.length_s());
        Some(line.said(at, frames))
    }
}

impl Entry {
    fn with(self, codes: &[u8]) -> io::Result<Line> {
        if !lines().any(|line| line == self.text) {
            return Err(wrong(format!("nobody says \"{}\" any more: make it again", self.text)));
        }
        let mut phones = Vec::with_capacity(self.phones.len());
        let mut last = 0.0;
        for (name, end_s) in &self.phones {
            let viseme =
                Viseme::of(name).ok_or_else(|| wrong(format!("the phone \"{name}\" has no shape")))?;
            if *end_s < last {
                return Err(wrong(format!("a phone of \"{}\" ends before it begins", self.text)));
            }
            last = *end_s;
            phones.push((viseme, *end_s));
        }
        Ok(Line { text: words(&self.text), codes: codes.to_vec(), phones })
    }
}

impl Line {
    fn length_s(&self) -> f32 {
        self.codes.len() as f32 * STEP_S
    }

    fn said(&self, at: f32, frames: usize) -> Utterance {
        let mut samples: Vec<f32> = self.codes.iter().map(|code| from_mu_law(*code)).collect();
        let gain = level::VOICE_PEAK / level::peak(&samples).max(f32::MIN_POSITIVE);
        samples.iter_mut().for_each(|sample| *sample *= gain);
        Utterance { text: self.text.clone(), at, samples, mouths: mouths(&self.phones, at, frames) }
    }
}

/// G.711: all bits inverted, then the sign, three bits of exponent and four of mantissa.
fn from_mu_law(code: u8) -> f32 {
    let code = !code;
    let level = ((i32::from(code & 15) << 3) + 132) << (code >> 4 & 7);
    let level = (level - 132) as f32 / 32_124.0;
    if code & 128 == 0 { level } else { -level }
}

fn wrong(what: impl std::fmt::Display) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("not a file of speech: {what}"))
}

/// Speech for tests, which must not need flite: a vowel, an m and a vowel, said by a buzz.
#[cfg(test)]
pub(crate) fn for_tests() -> Speech {
    Speech::read(tests::file(tests::HEADER, 8000).as_slice()).expect("it is well formed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::{Part, Source, Split};

    pub(super) const HEADER: &str = r#"{"sample_rate":16000,"utterances":[{"text":"hello there, my friend","voice":"none",
        "samples":8000,"phones":[["pau",0.04],["aa",0.25],["m",0.3],["aa",0.46],["pau",0.5]]}]}"#;

    pub(super) fn file(header: &str, samples: usize) -> Vec<u8> {
        let buzz = (0..samples).map(|at| if at % 160 < 80 { 0x90 } else { 0x10 });
        let header = header.replace('\n', " ");
        header.bytes().chain([b'\n']).chain(buzz).collect()
    }

    fn refusal(header: &str, samples: usize) -> String {
        Speech::read(file(header, samples).as_slice()).unwrap_err().to_string()
    }

    #[test]
    fn mu_law_is_decoded_as_g711_says() {
        // The ends, both zeros and two in between; values of the standard's table, of 32124.
        for (code, level) in
            [(0x00, -32_124), (0x80, 32_124), (0xff, 0), (0x7f, 0), (0x90, 15_996), (0xef, 132)]
        {
            assert_eq!((from_mu_law(code) * 32_124.0).round() as i32, level, "{code:#x}");
        }
    }

    #[test]
    fn the_mouth_is_open_only_while_something_is_heard() {
        let mut dice = Dice::new(Source { split: Split::Train, seed: 3, index: 0 }, Part::Sound);
        for _ in 0..50 {
            let said = for_tests().draw(&mut dice, 49).unwrap();
            assert_eq!((said.text.as_str(), said.mouths.len()), ("hello there my friend", 49));
            assert!((level::peak(&said.samples) - level::VOICE_PEAK).abs() < 1e-3);
            let ends = said.at + said.samples.len() as f32 * STEP_S;
            assert!(said.at >= MARGIN_S && ends <= 49.0 / FPS - MARGIN_S + 1e-3);
            for (frame, mouth) in said.mouths.iter().enumerate() {
                let (begins, until) = (frame as f32 / FPS, (frame + 1) as f32 / FPS);
                assert!(mouth.open == 0.0 || (begins < ends && until > said.at), "frame {frame}: {mouth:?}");
            }
            assert!(said.mouths.iter().any(|mouth| mouth.open > 0.7));
        }
    }

    #[test]
    fn nobody_talks_in_a_clip_that_is_too_short_for_words() {
        let mut dice = Dice::new(Source { split: Split::Train, seed: 3, index: 0 }, Part::Sound);
        assert_eq!(for_tests().draw(&mut dice, 5), None);
    }

    #[test]
    fn a_file_that_is_not_what_it_says_is_refused() {
        assert!(refusal(HEADER, 7999).contains("too early"));
        assert!(refusal(HEADER, 8001).contains("1 bytes too many"));
        assert!(refusal(&HEADER.replace("16000", "8000"), 8000).contains("8000 samples a second"));
        assert!(refusal(&HEADER.replace("\"m\"", "\"qq\""), 8000).contains("qq"));
        assert!(refusal(&HEADER.replace("0.3]", "0.1]"), 8000).contains("before it begins"));
        assert!(refusal(&HEADER.replace("my friend", "my foe"), 8000).contains("my foe"));
        assert!(refusal(r#"{"sample_rate":16000,"utterances":[]}"#, 0).contains("nothing is said"));
    }

    #[test]
    fn lines_are_short_plain_and_each_there_once() {
        let all: std::collections::BTreeSet<&str> = lines().collect();
        assert_eq!(all.len(), lines().count());
        assert!((160..=200).contains(&all.len()));
        for line in all {
            assert!((3..=8).contains(&line.split(' ').count()), "{line}");
            assert!(line.bytes().all(|byte| byte.is_ascii_lowercase() || b" ,".contains(&byte)), "{line}");
        }
    }
}
