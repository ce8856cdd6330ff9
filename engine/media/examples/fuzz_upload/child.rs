//! Decodes inputs and measures what that takes.

use std::fmt;
use std::io::Write;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use kinora_media::{
    Fit, PictureLimits, UploadLimits, View, decode_clip, decode_picture, for_each_frame, picture_size,
};

use crate::change::{File, input};

/// Longest an input of the corpus' size may take, milliseconds of processor time; the whole ones take about 10.
const TIME_MS_MAX: u64 = 5_000;

/// Most memory that an input may take, kilobytes: a full-size picture buffer of the decoder is 60 MB.
const MEMORY_KB_MAX: u64 = 256_000;

/// Inputs after which the totals are told.
const TOLD_EVERY: u64 = 200;

/// What happened to many inputs.
#[derive(Default)]
pub struct Report {
    inputs: u64,
    accepted: u64,
    /// Milliseconds and number of the slowest.
    slowest: (u64, u64),
    /// Kilobytes and number of the one that took most memory.
    largest: (u64, u64),
    /// Inputs that do harm, and how.
    pub harm: Vec<(u64, String)>,
}

impl Report {
    /// Takes a line of a child.
    pub fn hear(&mut self, line: &str) {
        if let Some((case, what)) = line.strip_prefix("harm ").and_then(|line| line.split_once(' ')) {
            self.harm.extend(case.parse().ok().map(|case| (case, what.to_owned())));
        } else if let Some(numbers) = line.strip_prefix("told ") {
            let numbers: Vec<u64> = numbers.split(' ').filter_map(|number| number.parse().ok()).collect();
            if let [inputs, accepted, ms, slowest, kb, largest] = *numbers {
                self.add(Self {
                    inputs,
                    accepted,
                    slowest: (ms, slowest),
                    largest: (kb, largest),
                    harm: Vec::new(),
                });
            }
        } else {
            println!("{line}");
        }
    }

    /// Adds what happened to others.
    pub fn add(&mut self, other: Self) {
        self.inputs += other.inputs;
        self.accepted += other.accepted;
        self.slowest = self.slowest.max(other.slowest);
        self.largest = self.largest.max(other.largest);
        self.harm.extend(other.harm);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ms, slowest) = self.slowest;
        let (kb, largest) = self.largest;
        write!(
            f,
            "{} inputs, {} of them accepted; the slowest took {ms} ms (input {slowest}), the largest {} MB (input {largest})",
            self.inputs,
            self.accepted,
            kb / 1_000
        )
    }
}

/// Decodes inputs from `first` on until the time is over, and tells its parent.
pub fn run(corpus: &[File], seed: u64, first: u64, time: Duration) -> Result<(), Box<dyn std::error::Error>> {
    std::panic::set_hook(Box::new(|_| {}));
    let mut out = std::io::stdout().lock();
    let end = Instant::now() + time;
    let mut told = Report::default();
    for case in first.. {
        writeln!(out, "{case}")?;
        out.flush()?;
        let (name, bytes) = input(corpus, seed, case);
        let before = memory_kb(true);
        let start = processor_ms();
        let decoded = catch_unwind(AssertUnwindSafe(|| decode(&bytes, case)));
        let ms = processor_ms().saturating_sub(start);
        let kb = memory_kb(false).saturating_sub(before);
        let harm = match &decoded {
            Err(panic) => Some(format!("panicked: {}", said(&**panic))),
            Ok(_) if ms > TIME_MS_MAX => Some(format!("took {ms} ms")),
            Ok(_) if kb > MEMORY_KB_MAX => Some(format!("took {kb} kB")),
            // The first inputs are the corpus as it is.
            Ok(false) if case < corpus.len() as u64 && !name.starts_with("found-") => {
                Some(format!("{name} of the corpus is refused"))
            }
            Ok(_) => None,
        };
        if let Some(harm) = harm {
            writeln!(out, "harm {case} {}", harm.replace('\n', " "))?;
        }
        told.inputs += 1;
        told.accepted += u64::from(decoded.is_ok_and(|accepted| accepted));
        told.slowest = told.slowest.max((ms, case));
        told.largest = told.largest.max((kb, case));
        let over = Instant::now() >= end;
        if told.inputs == TOLD_EVERY || over {
            let Report { inputs, accepted, slowest, largest, .. } = std::mem::take(&mut told);
            writeln!(
                out,
                "told {inputs} {accepted} {} {} {} {}",
                slowest.0, slowest.1, largest.0, largest.1
            )?;
        }
        if over {
            break;
        }
    }
    out.flush()?;
    Ok(())
}

/// Decodes an input as everything that it might be; whether it was accepted as anything.
fn decode(bytes: &[u8], case: u64) -> bool {
    let limits = UploadLimits::default();
    let view = View { fit: Fit::Within(32), per_second: (case % 2 == 1).then_some(8) };
    let clip = decode_clip(bytes, &limits, &view);
    let shown = for_each_frame(bytes, &limits, &View::default(), &mut |_| ControlFlow::Continue(()));
    let picture = decode_picture(bytes, &PictureLimits::default());
    let size = picture_size(bytes);
    if let (Ok(picture), Ok(size)) = (&picture, &size) {
        assert_eq!(
            (picture.width, picture.height),
            (size.width, size.height),
            "the headers say another size"
        );
        assert_eq!(picture.rgb.len() as u64, 3 * u64::from(size.width) * u64::from(size.height));
    }
    if let Ok(clip) = &clip {
        assert!(clip.frames.count() > 0, "a clip of no pictures");
        assert_eq!(shown.as_ref().ok(), Some(&clip.info), "two ways to read it differ");
        let sound = clip.sound.as_ref();
        assert!(sound.is_none_or(|sound| sound.samples.iter().all(|value| value.abs() <= 1.0)));
    }
    clip.is_ok() || picture.is_ok()
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().map(ToString::to_string);
    words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default()
}

/// Memory of this process, kilobytes: now, after the record of the highest is cleared, or the highest since; 0 where
/// there is no `/proc`.
fn memory_kb(clear: bool) -> u64 {
    if clear {
        // Five clears the record (`proc(5)`).
        let _ = std::fs::write("/proc/self/clear_refs", "5");
    }
    let field = if clear { "VmRSS:" } else { "VmHWM:" };
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// Processor time of this thread, milliseconds, which a busy machine does not lengthen; 0 where there is no `/proc`.
fn processor_ms() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split_whitespace().next().and_then(|time| time.parse().ok());
    nanoseconds.unwrap_or(0u64) / 1_000_000
}
