//! The progress bar, on standard error; where that is no terminal there is none.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of whole percent.
pub struct Bar(ProgressBar);

impl Bar {
    /// A bar at 0 %, unless `quiet`.
    pub fn new(quiet: Quiet) -> Self {
        let bar = match quiet {
            Quiet::Yes => ProgressBar::hidden(),
            Quiet::No => ProgressBar::new(100),
        };
        // Without the style there is still a bar.
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos:>3} %  {msg}") {
            bar.set_style(style);
        }
        Self(bar)
    }

    /// Moves it on, with what is being done and how long it will take, milliseconds.
    pub fn show(&self, percent: u64, doing: &str, eta_ms: Option<u64>) {
        self.0.set_position(percent);
        self.0.set_message(match eta_ms {
            Some(eta_ms) => format!("{doing}, {} left", time(eta_ms)),
            None => doing.to_owned(),
        });
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Whether to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// Nothing is drawn.
    Yes,
    /// The bar is drawn.
    No,
}

fn time(ms: u64) -> String {
    match ms.div_ceil(1_000) {
        seconds @ 0..=99 => format!("{seconds} s"),
        seconds => format!("{} min", seconds.div_ceil(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_people_do() {
        assert_eq!([0, 1, 99_000, 99_001, 3_600_000].map(time), ["0 s", "1 s", "99 s", "2 min", "60 min"]);
    }
}
