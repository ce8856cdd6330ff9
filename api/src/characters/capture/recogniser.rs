//! The operator's own program that listens for digits. It is started without a shell and without our environment, is given
//! the sound as a WAV file on its standard input, and prints the digits that it hears.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use kinora_spec::Audio;

use super::decode::to_wav;

/// How long it may take.
const TIME_MAX: Duration = Duration::from_secs(30);
/// How often is looked whether it is done.
const LOOK: Duration = Duration::from_millis(20);
/// Most that is read of what it prints, bytes.
const PRINTED_BYTES_MAX: u64 = 4_096;

/// The digits that `command`, a program and its arguments, hears. Blocks the calling thread.
///
/// # Errors
/// When it cannot be started, takes too long, or fails.
pub fn hear(command: &[String], sound: &Audio) -> anyhow::Result<String> {
    hear_within(command, sound, TIME_MAX)
}

fn hear_within(command: &[String], sound: &Audio, time_max: Duration) -> anyhow::Result<String> {
    let (program, arguments) = command.split_first().context("no program is named")?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {program}"))?;
    let (input, output) = (child.stdin.take(), child.stdout.take());
    let wav = to_wav(sound);
    // Each in a thread of its own: a program that does not read, or prints first, must not hold the other up. They end with it.
    let writing = input.map(|mut input| thread::spawn(move || drop(input.write_all(&wav))));
    let (heard, printed) = mpsc::channel();
    let reading = output.map(|output| {
        thread::spawn(move || {
            let mut text = Vec::new();
            let read = output.take(PRINTED_BYTES_MAX).read_to_end(&mut text);
            // Nobody listens any more when it took too long.
            let _ = heard.send(read.map(|_| text));
        })
    });
    let until = Instant::now() + time_max;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if Instant::now() >= until {
            child.kill()?;
            child.wait()?;
            bail!("it took longer than {time_max:?}");
        }
        thread::sleep(LOOK);
    };
    drop((writing, reading));
    if !status.success() {
        bail!("it ended with {status}");
    }
    let left = until.saturating_duration_since(Instant::now());
    let text = printed.recv_timeout(left).context("it printed nothing to its end")??;
    Ok(text.into_iter().filter(u8::is_ascii_digit).map(char::from).collect())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn hears(script: &str) -> anyhow::Result<String> {
        let command = ["sh", "-c", script].map(str::to_owned);
        let sound = Audio { sample_rate: 8_000, samples: vec![0.5; 80_000] };
        hear_within(&command, &sound, Duration::from_secs(2))
    }

    #[test]
    fn the_digits_that_are_printed_are_heard() {
        assert_eq!(hears("cat > /dev/null; echo '4 7, 2'").unwrap(), "472");
        // It is given a whole WAV file: 44 bytes of head and two a sample.
        assert_eq!(hears("wc -c").unwrap(), "160044");
        assert_eq!(hears("head -c 4 | grep -c RIFF").unwrap(), "1");
        assert_eq!(hears("echo nothing").unwrap(), "");
    }

    #[test]
    fn a_program_that_fails_or_hangs_hears_nothing() {
        for script in ["exit 3", "exec sleep 60", "sleep 60 & exit 0"] {
            let begun = Instant::now();
            assert!(hears(script).is_err(), "{script}");
            assert!(begun.elapsed() < Duration::from_secs(20), "{script}");
        }
        assert!(
            hear(&["no-such-program-here".into()], &Audio { sample_rate: 8_000, samples: vec![] }).is_err()
        );
    }

    #[test]
    fn it_sees_nothing_of_our_environment() {
        assert_eq!(
            hears("cat > /dev/null; env | grep -c -v -e ^PATH= -e ^PWD= -e ^SHLVL= -e ^_=; true").unwrap(),
            "0"
        );
    }
}
