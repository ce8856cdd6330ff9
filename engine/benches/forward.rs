//! Times one forward of the transformer with random weights on the processor:
//! `cargo bench -p kinora-engine --bench forward -- [--case FILE] [--precision f32|bf16] [--rounds 20]
//! [--serve]`.
//!
//! FILE is a case as `wan-medium.json` beside this file, or the `config.json` of a kinora-mini: then two branches of a window
//! of 4 s, all words. Without it that of the weights in the program. `--serve` answers each line on its input with the
//! milliseconds of one forward: `forward.py` beside this file asks so, in turns with PyTorch.

use std::io::BufRead;
use std::process::ExitCode;
use std::time::Instant;

use burn::tensor::{Device, Distribution, Tensor};
use kinora_engine::models::mini::{Config, Weights};
use kinora_engine::models::wan::{Latents, Time, Transformer, TransformerConfig};
use serde::Deserialize;

/// As in the program that serves: see `api/src/main.rs`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is computed.
#[derive(Deserialize)]
struct Case {
    name: String,
    batch: usize,
    /// Text states a sample.
    words: usize,
    /// Frames, rows and columns.
    latents: [usize; 3],
    /// Audio tokens a sample.
    audio: usize,
    transformer: TransformerConfig,
}

impl Case {
    fn read(json: &str) -> Result<Self, String> {
        if let Ok(case) = serde_json::from_str(json) {
            return Ok(case);
        }
        let config = Config::read(json).map_err(|error| error.to_string())?;
        let (frames, rows, columns) = (49, 128, 224);
        Ok(Self {
            name: config.name,
            batch: 2,
            words: config.text.max_words,
            latents: [1 + frames / 4, rows / 8, columns / 8],
            audio: frames * 100 / 96, // tokens of 80 ms, 12 frames a second
            transformer: config.transformer,
        })
    }

    /// A forward, ready to be repeated.
    fn forward(&self) -> impl Fn() -> f64 {
        let (device, batch) = (Device::flex(), self.batch);
        device.seed(1);
        let normal = Distribution::Normal(0.0, 1.0);
        let model = Transformer::init(&self.transformer, &device);
        let text = Tensor::random([batch, self.words, self.transformer.text_dim], normal, &device);
        let context = model.context(text, None);
        let ([frames, rows, columns], channels) = (self.latents, self.transformer.in_channels);
        let audio =
            self.transformer.audio_dim.map(|dim| Tensor::random([batch, self.audio, dim], normal, &device));
        let video = Tensor::random([batch, channels, frames, rows, columns], normal, &device);
        let input = Latents { video, audio, early: 0 };
        move || {
            let start = Instant::now();
            let velocity = model.forward(&input, &Time::same(500.0), &context);
            drop(velocity.video.into_data());
            start.elapsed().as_secs_f64() * 1e3
        }
    }

    fn gigaflops(&self) -> f64 {
        let config = &self.transformer;
        let grid = config.grid(self.latents, if config.audio_dim.is_some() { self.audio } else { 0 });
        config.forward_flops(self.batch, grid, self.words, 1) as f64 / 1e9
    }
}

fn run() -> Result<(), String> {
    let (mut case, mut rounds, mut serve) = (Weights::embedded().config.to_string(), 20, false);
    let mut precision = None;
    // Cargo adds `--bench` when it runs a benchmark.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(name) = words.next() {
        if name == "--serve" {
            serve = true;
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--case" => {
                case = std::fs::read_to_string(&value).map_err(|error| format!("{value}: {error}"))?;
            }
            "--precision" => {
                let named = serde_json::from_value(value.into());
                precision = Some(named.map_err(|error| format!("{name}: {error}"))?);
            }
            "--rounds" => {
                rounds = value.parse::<usize>().map_err(|error| format!("{name}: {error}"))?.max(1);
            }
            _ => return Err(format!("there is no option {name}")),
        }
    }
    let mut case = Case::read(&case)?;
    case.transformer.precision = precision.unwrap_or(case.transformer.precision);
    let forward = case.forward();
    forward(); // random weights are drawn by the first
    if serve {
        println!("{}", case.gigaflops());
        for line in std::io::stdin().lock().lines() {
            line.map_err(|error| error.to_string())?;
            println!("{}", forward());
        }
        return Ok(());
    }
    let mut times: Vec<f64> = (0..rounds).map(|_| forward()).collect();
    times.sort_by(f64::total_cmp);
    let (least, median) = (times[0], times[rounds / 2]);
    println!("{}: least {least:.1} ms, median {median:.1} ms of {rounds}", case.name);
    println!("{:.2} GFLOP, {:.0} GFLOP/s at the median", case.gigaflops(), case.gigaflops() / median * 1e3);
    Ok(())
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
