//! What somebody at the command line wants, and how the clip gets into their file.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::Args;
use kinora_spec::catalogue::Model;
use kinora_spec::limits::PROMPT_CHARS_MAX;
use kinora_spec::{Size, Spec};
use tempfile::NamedTempFile;

use super::progress::Quiet;
use super::receipt::Form;

/// What is wanted when nothing is said.
const PROMPT_DEFAULT: &str = "a red ball bounces on the grass";

/// The clip that is wanted.
#[derive(Debug, Args)]
pub struct Wish {
    /// What is to be seen and heard [default: a red ball bounces on the grass]
    pub prompt: Option<String>,
    /// The file to write; it appears whole or not at all
    #[arg(long, value_name = "FILE", default_value = "clip.mp4")]
    pub out: PathBuf,
    /// Pixels
    #[arg(long, value_name = "WIDTHxHEIGHT", default_value = "1280x720")]
    pub size: Size,
    /// Length, seconds
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub seconds: u32,
    /// The source of all chance [default: another one each time]
    #[arg(long, value_name = "N")]
    pub seed: Option<u32>,
    /// Make no sound
    #[arg(long)]
    pub no_audio: bool,
    /// Print the receipt as one JSON object
    #[arg(long)]
    pub json: bool,
}

impl Wish {
    /// How the receipt is printed.
    pub const fn form(&self) -> Form {
        if self.json { Form::Json } else { Form::Text }
    }

    /// Whether there is a progress bar.
    pub const fn quiet(&self) -> Quiet {
        if self.json { Quiet::Yes } else { Quiet::No }
    }

    /// What is to be seen and heard.
    pub fn prompt(&self) -> &str {
        self.prompt.as_deref().unwrap_or(PROMPT_DEFAULT)
    }

    /// The spec of the wish for `model`.
    ///
    /// # Errors
    /// When the model cannot do it.
    pub fn spec(&self, model: &Model) -> anyhow::Result<Spec> {
        let chars = self.prompt().chars().count();
        if self.prompt().trim().is_empty() || chars > PROMPT_CHARS_MAX {
            bail!("a prompt has 1 to {PROMPT_CHARS_MAX} characters and is not blank");
        }
        if !model.sizes.contains(&self.size) {
            bail!("{} makes no clips of {}; it makes: {}", model.id, self.size, listed(model.sizes));
        }
        if !model.seconds.contains(&self.seconds) {
            bail!("{} makes no clips of {} s; it makes: {}", model.id, self.seconds, listed(model.seconds));
        }
        Ok(Spec {
            model: model.id.to_owned(),
            prompt: self.prompt().to_owned(),
            size: self.size,
            seconds: self.seconds,
            seed: self.seed.unwrap_or_else(rand::random),
            generate_audio: model.audio && !self.no_audio,
            source: None,
            shots: vec![],
            cast: vec![],
        })
    }
}

fn listed(possible: &[impl ToString]) -> String {
    possible.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// The place of the file, taken before anything is computed for it.
pub struct Delivery {
    beside: NamedTempFile,
    out: PathBuf,
}

impl Delivery {
    /// Makes sure that the file can be written.
    pub fn prepare(out: &Path) -> anyhow::Result<Self> {
        if out.is_dir() {
            bail!("{} is a folder, not a file", out.display());
        }
        let folder = match out.parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".kinora-").suffix(".part");
        #[cfg(unix)]
        // Like any new file, less what the user's mask takes away.
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let beside =
            builder.tempfile_in(folder).with_context(|| format!("cannot write to {}", folder.display()))?;
        Ok(Self { beside, out: out.to_owned() })
    }

    /// Checks that `mp4` is the whole clip of `spec` and lets it appear under its name.
    ///
    /// # Errors
    /// When it is not, or cannot be written; then there is no file, or the one that was there before.
    pub fn deliver(mut self, mp4: &[u8], spec: &Spec) -> anyhow::Result<PathBuf> {
        check(mp4, spec)?;
        let shown = self.out.display().to_string();
        self.beside.write_all(mp4).with_context(|| format!("cannot write {shown}"))?;
        self.beside.as_file().sync_all().with_context(|| format!("cannot write {shown}"))?;
        self.beside.persist(&self.out).with_context(|| format!("cannot write {shown}"))?;
        Ok(self.out)
    }
}

/// Refuses a file that is not the whole clip of `spec`.
fn check(mp4: &[u8], spec: &Spec) -> anyhow::Result<()> {
    let info = kinora_media::probe(mp4).context("the clip is damaged")?;
    let length = Duration::from_secs(u64::from(spec.seconds));
    if info.size != spec.size || info.duration != length || info.sound.is_some() != spec.generate_audio {
        bail!(
            "the clip is not what was asked for: {} of {:?} and {:?}, sound {}",
            info.size,
            info.duration,
            spec.size,
            info.sound.is_some()
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kinora_spec::catalogue::KINORA_MINI;

    fn wish() -> Wish {
        Wish {
            prompt: Some("a ball".into()),
            out: "clip.mp4".into(),
            size: Size::new(1280, 720),
            seconds: 4,
            seed: Some(7),
            no_audio: false,
            json: false,
        }
    }

    #[test]
    fn a_wish_becomes_a_spec_or_says_what_is_possible() {
        assert_eq!(wish().spec(&KINORA_MINI).unwrap().seed, 7);
        let refused = Wish { seconds: 5, ..wish() }.spec(&KINORA_MINI).unwrap_err().to_string();
        assert!(refused.contains("4, 8, 12, 16, 20"), "{refused}");
        let refused = Wish { size: Size::new(1, 1), ..wish() }.spec(&KINORA_MINI).unwrap_err().to_string();
        assert!(refused.contains("1280x720"), "{refused}");
        assert!(Wish { prompt: Some(" ".into()), ..wish() }.spec(&KINORA_MINI).is_err());
    }

    #[test]
    fn a_file_that_is_no_clip_is_not_delivered_and_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("clip.mp4");
        std::fs::write(&out, "before").unwrap();
        let delivery = Delivery::prepare(&out).unwrap();
        let spec = wish().spec(&KINORA_MINI).unwrap();
        assert!(delivery.deliver(b"no movie", &spec).is_err());
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "before");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_place_that_cannot_be_written_is_refused_before_anything_is_computed() {
        assert!(Delivery::prepare(Path::new("/no/such/folder/clip.mp4")).is_err());
        assert!(Delivery::prepare(&std::env::temp_dir()).is_err());
    }
}
