//! What a spec means for the model: canvas, windows, lengths, and how many operations each part takes.

use kinora_spec::{EngineError, LIKENESS_FEATURES, Likeness, Material, Source, Spec};

use super::Model;
use super::autoencoder::{decode_flops, encode_flops};
use super::canvas::Canvas;
use super::cast::with_words;
use super::config::{Config, Pass};
use super::footage::FootageShape;
use super::reel::Reel;
use super::text::text_flops;
use super::vocoder::vocode_flops;
use super::window::{Opening, Place, Stretch, Window, frames, tokens_until, windows};
use crate::models::wan::{Grid, Time};
use crate::sample::Schedule;
use crate::sample::schedule::{shifted, shifted_from};

/// The fewest steps of a remix, but for shortcuts: with fewer what is left of the noise shows.
const REMIX_STEPS_MIN: usize = 4;

/// What is to be seen between two cuts.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Rows of the prompt's words in the table.
    pub rows: Vec<i32>,
    /// The looks of who appears.
    pub looks: Vec<[f32; LIKENESS_FEATURES]>,
}

/// A window that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Take {
    /// Which of the scenes.
    pub scene: usize,
    /// The window.
    pub window: Window,
}

/// The plan of one clip.
pub struct Plan<'a> {
    config: &'a Config,
    /// What is painted and what of it is shown.
    pub canvas: Canvas,
    /// Frames of the finished clip.
    pub frames: usize,
    /// Samples of the finished clip.
    pub samples: usize,
    /// Whether the sound is computed to the end.
    pub sound: bool,
    /// Where the noise comes from.
    pub seed: u32,
    /// What it is made from, beside words.
    pub origin: Option<Source>,
    /// Whether the clip that it is made from must be encoded first.
    encodes: bool,
    /// The scenes.
    pub scenes: Vec<Scene>,
    /// The windows of the clip that it is made from.
    pub source: Vec<Window>,
    /// The windows to be made, in order.
    pub takes: Vec<Take>,
    /// The noise levels of each.
    pub schedule: Schedule,
    /// How long each step is, if they are shortcuts.
    shortcut: Option<f64>,
}

impl<'a> Plan<'a> {
    /// Plans the clip of a spec that was [checked](super::check()); `reel` is the clip that it is made from, if that is one
    /// of the engine's own.
    ///
    /// # Errors
    /// [`EngineError::Unsupported`] when that clip has another length than the spec says.
    pub fn new(
        model: &'a Model,
        spec: &Spec,
        material: &Material,
        reel: Option<&Reel>,
    ) -> Result<Self, EngineError> {
        let config = &model.config;
        let canvas = Canvas::of(spec.size);
        let source = source_windows(spec, config, reel)?;
        let (way, schedule) = schedule(spec, config);
        Ok(Self {
            config,
            canvas,
            frames: (spec.seconds * config.fps) as usize,
            samples: (spec.seconds * config.audio.sample_rate) as usize,
            sound: spec.generate_audio,
            seed: spec.seed,
            origin: spec.source,
            encodes: reel.is_none(),
            scenes: scenes(model, spec, &material.likenesses),
            takes: takes(spec, config, &source),
            source,
            shortcut: config.sampling.length(way, schedule.steps()),
            schedule,
        })
    }

    /// Denoising steps over all windows and passes.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.takes.len() * self.config.sampling.passes().len() * self.schedule.steps()
    }

    /// Frames that a window takes over from the one before.
    #[must_use]
    pub fn prefix_frames(&self) -> usize {
        frames(self.config.sampling.prefix_latents)
    }

    /// Sizes of the latents.
    #[must_use]
    pub fn footage_shape(&self) -> FootageShape {
        FootageShape::new(self.config, self.canvas)
    }

    /// The windows of the finished clip, in order.
    #[must_use]
    pub fn windows(&self) -> Vec<Window> {
        let taken_over = match self.origin {
            Some(Source::Extend { .. }) => &self.source[..],
            _ => &[],
        };
        taken_over.iter().copied().chain(self.takes.iter().map(|take| take.window)).collect()
    }

    /// The timestep of every token of a window at a step of a pass.
    #[must_use]
    pub fn time(&self, take: &Take, pass: Pass, step: usize) -> Time {
        let parts = self.segments(take, pass, step).into_iter();
        let branch = parts.flat_map(|(count, time)| std::iter::repeat_n(time, count));
        let branches = self.config.sampling.branches();
        Time::per_token(branches, &branch.collect::<Vec<_>>().repeat(branches)).shortcut(self.shortcut)
    }

    /// How many tokens follow each other with the same timestep: what is clean has none, as references have.
    fn segments(&self, take: &Take, pass: Pass, step: usize) -> [(usize, f64); 5] {
        let Window { steps, clean, tokens, clean_tokens, .. } = take.window;
        let [all, known] = [steps, clean].map(|steps| self.grid(steps, 0).video());
        let heard = self.schedule.timesteps[step];
        let seen = if pass == Pass::Sound { 0.0 } else { heard };
        [
            (known, 0.0),
            (all - known, seen),
            (clean_tokens, 0.0),
            (tokens - clean_tokens, heard),
            (self.reference_tokens(take), 0.0),
        ]
    }

    fn reference_tokens(&self, take: &Take) -> usize {
        self.scenes[take.scene].looks.len() * self.config.transformer.ref_tokens
    }

    fn grid(&self, steps: usize, tokens: usize) -> Grid {
        let [rows, columns] = self.canvas.cells();
        self.config.transformer.grid([steps, rows, columns], tokens)
    }

    /// Operations of the whole clip.
    #[must_use]
    pub fn flops(&self) -> u64 {
        let text: u64 = self.scenes.iter().map(|scene| self.text_flops(scene)).sum();
        let source = self.source.iter().map(|window| match self.origin {
            Some(Source::Extend { .. }) => self.condition_flops(window) + self.decode_flops(window.steps),
            _ => self.condition_flops(window),
        });
        let takes = self.takes.iter().map(|take| {
            let around = self.begin_flops(&take.window) + self.decode_flops(take.window.steps);
            let steps = |pass: &Pass| -> u64 {
                (0..self.schedule.steps()).map(|step| self.step_flops(take, *pass, step)).sum()
            };
            around + self.config.sampling.passes().iter().map(steps).sum::<u64>()
        });
        let preview = self.decode_flops(1);
        let vocoder = if self.sound { self.vocode_flops() } else { 0 };
        text + source.sum::<u64>() + takes.sum::<u64>() + preview + vocoder
    }

    /// Operations of encoding a prompt with looks and preparing it for every block.
    #[must_use]
    pub fn text_flops(&self, scene: &Scene) -> u64 {
        let Config { text, transformer, sampling, .. } = self.config;
        let context = transformer.context_flops(sampling.branches(), text.max_words, scene.looks.len());
        text_flops(text, scene.rows.len()) + context
    }

    /// Operations of encoding a window of the clip that it is made from, where that is not one of the engine's own.
    #[must_use]
    pub fn condition_flops(&self, window: &Window) -> u64 {
        if self.encodes { self.encode_flops(window.painted()) } else { 0 }
    }

    /// Operations of encoding the pictures that a window begins with.
    #[must_use]
    pub fn begin_flops(&self, window: &Window) -> u64 {
        self.encode_flops(frames(window.clean))
    }

    fn encode_flops(&self, frames: usize) -> u64 {
        encode_flops(&self.config.vae, frames, self.canvas.painted)
    }

    /// Operations of one denoising step.
    #[must_use]
    pub fn step_flops(&self, take: &Take, pass: Pass, step: usize) -> u64 {
        let Config { transformer, text, sampling, .. } = self.config;
        let segments = self.segments(take, pass, step).into_iter();
        let mut times: Vec<_> = segments.filter(|(count, _)| *count > 0).map(|(_, time)| time).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        let grid = self.grid(take.window.steps, take.window.tokens).references(self.reference_tokens(take));
        transformer.forward_flops(sampling.branches(), grid, text.max_words, times.len())
    }

    /// Operations of decoding so many latent steps.
    #[must_use]
    pub fn decode_flops(&self, steps: usize) -> u64 {
        decode_flops(&self.config.vae, steps, self.canvas.cells())
    }

    /// Operations of the vocoder on the whole sound.
    #[must_use]
    pub fn vocode_flops(&self) -> u64 {
        let tokens = Place::default().after_all(&self.windows()).tokens;
        vocode_flops(&self.config.vocoder, &self.config.audio, tokens * self.config.audio.frames_per_token)
    }
}

fn scenes(model: &Model, spec: &Spec, likenesses: &[Likeness]) -> Vec<Scene> {
    let scene = |prompt: &str, cast: &[usize]| {
        let cast: Vec<_> =
            cast.iter().map(|place| (spec.cast[*place].name.as_str(), &likenesses[*place])).collect();
        Scene {
            rows: model.words.gist(&with_words(prompt, &cast), model.config.text.prompt_words()),
            looks: cast.iter().map(|(_, likeness)| likeness.features()).collect(),
        }
    };
    if spec.shots.is_empty() {
        return vec![scene(&spec.prompt, &(0..spec.cast.len()).collect::<Vec<_>>())];
    }
    let cast =
        |shot: &kinora_spec::Shot| shot.cast.iter().map(|place| usize::from(*place)).collect::<Vec<_>>();
    spec.shots.iter().map(|shot| scene(&shot.prompt, &cast(shot))).collect()
}

/// How much of the way from noise to clip is gone, and the noise levels on it: those of a remix begin where its strength
/// says. At full strength they are those of a new clip.
fn schedule(spec: &Spec, config: &Config) -> (f64, Schedule) {
    let sampling = &config.sampling;
    let Some(Source::Remix { strength_percent }) = spec.source else {
        return (1.0, shifted(sampling.steps, sampling.shift));
    };
    let strength = f64::from(strength_percent) / 100.0;
    let steps = (strength * sampling.steps as f64).ceil() as usize;
    let fewest = if sampling.shortcut { 1 } else { REMIX_STEPS_MIN };
    (strength, shifted_from(strength, steps.max(fewest).min(sampling.steps), sampling.shift))
}

/// The windows of the clip that it is made from. Those of one that goes on end where its pictures end: a window has a little
/// more sound than that.
fn source_windows(spec: &Spec, config: &Config, reel: Option<&Reel>) -> Result<Vec<Window>, EngineError> {
    let (seconds, goes_on) = match spec.source {
        None | Some(Source::Picture) => return Ok(vec![]),
        Some(Source::Remix { .. }) => (spec.seconds, false),
        Some(Source::Extend { source_seconds }) => (source_seconds, true),
    };
    let frames = (seconds * config.fps) as usize;
    let Some(Reel { label, .. }) = reel else {
        let (from, opening) = (Place::default(), Opening::Cut);
        let stretch = Stretch { from, frames, opening, is_last: !goes_on };
        return Ok(windows(stretch, config.sampling.prefix_latents));
    };
    if label.seconds != seconds {
        let found = label.seconds;
        return Err(EngineError::Unsupported(format!(
            "the clip that it is made from lasts {found} s; {seconds} s are needed"
        )));
    }
    let mut windows = label.windows.clone();
    if let (true, Some(last)) = (goes_on, windows.last_mut()) {
        let over = Place::default().after_all(&label.windows).tokens.saturating_sub(tokens_until(frames));
        last.heard = last.heard.saturating_sub(over);
    }
    Ok(windows)
}

/// The windows to be made. The noise of every shot is the same, so that the shots look alike; a clip that goes on draws
/// noise that its beginning has not had.
fn takes(spec: &Spec, config: &Config, source: &[Window]) -> Vec<Take> {
    let prefix = config.sampling.prefix_latents;
    let first = |window: Window| Take { scene: 0, window };
    match spec.source {
        Some(Source::Remix { .. }) => {
            let anew = |(noise, window): (u32, &Window)| {
                let clean = if window.known == 0 { 0 } else { window.clean };
                first(Window { noise, clean, ..*window })
            };
            (0..).zip(source).map(anew).collect()
        }
        Some(Source::Extend { .. }) => {
            let from = Place::default().after_all(source);
            let frames = (spec.new_seconds() * config.fps) as usize;
            let stretch = Stretch { from, frames, opening: Opening::GoOn, is_last: true };
            let used = source.len() as u32;
            let after = |window: Window| first(Window { noise: used + window.noise, ..window });
            windows(stretch, prefix).into_iter().map(after).collect()
        }
        None | Some(Source::Picture) => shots(spec, config),
    }
}

fn shots(spec: &Spec, config: &Config) -> Vec<Take> {
    let whole = [spec.seconds];
    let own: Vec<u32> = spec.shots.iter().map(|shot| shot.seconds).collect();
    let lengths = if own.is_empty() { &whole[..] } else { &own[..] };
    let (mut takes, mut from) = (vec![], Place::default());
    for (scene, seconds) in lengths.iter().enumerate() {
        let is_picture = scene == 0 && spec.source == Some(Source::Picture);
        let opening = if is_picture { Opening::Picture } else { Opening::Cut };
        let is_last = scene + 1 == lengths.len();
        let stretch = Stretch { from, frames: (seconds * config.fps) as usize, opening, is_last };
        let windows = windows(stretch, config.sampling.prefix_latents);
        from = from.after_all(&windows);
        takes.extend(windows.into_iter().map(|window| Take { scene, window }));
    }
    takes
}
