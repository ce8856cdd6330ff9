//! The command line of the world: streams for training, sheets for people, lists for tests. Holds no rule
//! of its own.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, ensure};
use clap::{Args, Parser, Subcommand};
use kinora_world::dice::Split;
use kinora_world::only::Only;
use kinora_world::plan::FRAMES_MAX;
use kinora_world::speech::Speech;
use kinora_world::stream::Order;
use kinora_world::{heldout, sheet, stream, vocabulary};

/// Makes small captioned clips with sound, from a seed and nothing else.
#[derive(Parser)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write clips to standard output, one record after another
    Stream(Choice),
    /// Paint a page of clips, with their captions in a text file beside it
    Sheet {
        /// The PNG file
        #[arg(long)]
        out: PathBuf,
        #[command(flatten)]
        choice: Choice,
    },
    /// Print the captions only
    Captions(Choice),
    /// Print every word that a caption can contain
    Words,
    /// Print the combinations that are never trained on
    HeldOut,
    /// Print the words that are never in a training caption
    HeldOutSynonyms,
    /// Print the motions of the camera that are never trained on in a scene
    HeldOutCameras,
    /// Print the looks of people that are never trained on
    HeldOutPeople,
}

#[derive(Args)]
struct Choice {
    /// How many clips
    #[arg(long, default_value_t = 48)]
    clips: u64,
    /// Which stream
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// The first clip's place in the stream
    #[arg(long, default_value_t = 0)]
    first: u64,
    /// Frames of each clip
    #[arg(long, default_value_t = FRAMES_MAX as u64, value_parser = frames())]
    frames: u64,
    /// Only combinations that are never trained on
    #[arg(long, conflicts_with_all = ["validation", "judge"])]
    held_out: bool,
    /// Trained combinations, in clips that are not trained on
    #[arg(long, conflicts_with = "judge")]
    validation: bool,
    /// All combinations, in clips of no other split: for an evaluation's classifier
    #[arg(long)]
    judge: bool,
    /// Only clips of one person, who is one of so many: clip i shows person i modulo their number
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    identities: Option<u64>,
    /// Only clips in which a factor has one of some values: object=ball,cube,person. Give it once for each factor
    #[arg(long, value_name = "FACTOR=VALUE,…")]
    only: Vec<Only>,
    /// What people say, as make-speech.sh wrote it; without it nobody talks
    #[arg(long)]
    speech: Option<PathBuf>,
    /// Threads that make clips; they change nothing but the speed
    #[arg(long, default_value_t = 2)]
    threads: usize,
}

impl Choice {
    fn order(&self) -> anyhow::Result<Order> {
        let split = match (self.held_out, self.validation, self.judge) {
            (true, ..) => Split::HeldOut,
            (_, true, _) => Split::Validation,
            (.., true) => Split::Judge,
            _ => Split::Train,
        };
        let indices = self.first..self.first.saturating_add(self.clips);
        let read = |path: &PathBuf| {
            let speech = File::open(path).and_then(Speech::read);
            speech.with_context(|| format!("cannot read {}", path.display()))
        };
        let order = Order {
            split,
            seed: self.seed,
            indices,
            frames: self.frames as usize,
            threads: self.threads,
            identities: self.identities,
            only: self.only.clone(),
            speech: self.speech.as_ref().map(read).transpose()?,
        };
        ensure!(order.is_possible(), "no clip fits all that --only says");
        Ok(order)
    }
}

fn frames() -> clap::builder::RangedU64ValueParser<u64> {
    clap::value_parser!(u64).range(1..=FRAMES_MAX as u64)
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().task {
        Task::Stream(choice) => {
            stream::write(&choice.order()?, &mut io::stdout().lock()).or_else(quiet_if_closed)?
        }
        Task::Sheet { out, choice } => {
            let file = File::create(&out).with_context(|| format!("cannot write {}", out.display()))?;
            let captions = sheet::write(&choice.order()?, BufWriter::new(file))?;
            std::fs::write(out.with_extension("txt"), captions.join("\n") + "\n")?;
        }
        Task::Captions(choice) => print(stream::captions(&choice.order()?))?,
        Task::Words => print(vocabulary::words())?,
        Task::HeldOut => print(heldout::list().lines())?,
        Task::HeldOutSynonyms => print(vocabulary::held_out_words())?,
        Task::HeldOutCameras => print(heldout::cameras().lines())?,
        Task::HeldOutPeople => print(heldout::people().lines())?,
    }
    Ok(())
}

fn print<Line: AsRef<str>>(lines: impl IntoIterator<Item = Line>) -> io::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in lines {
        if let Err(failure) = writeln!(out, "{}", line.as_ref()) {
            return quiet_if_closed(failure);
        }
    }
    out.flush().or_else(quiet_if_closed)
}

/// A reader that has seen enough closes the pipe; that is no failure.
fn quiet_if_closed(failure: io::Error) -> io::Result<()> {
    if failure.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(failure) }
}
