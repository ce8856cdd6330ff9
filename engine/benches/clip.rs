//! Times whole clips, phase by phase: `cargo bench -p kinora-engine --bench clip -- [--device flex] [--runs 3] [--seconds 4]
//! [--size 1280x720] [--steps N] [--cameo] [--extend] [--remix]`.
//!
//! The first clip also loads the weights and, on wgpu, compiles and tunes kernels: it is shown apart and not counted. The
//! last three add clips beside the plain one: the same with a person of given looks, one that goes on for as long again, and
//! one changed at strength 60. Without `--steps` the weights' own number is taken.

use std::ops::ControlFlow;
use std::process::ExitCode;

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_engine::models::mini::Weights;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{
    Avatar, Clip, CostReport, Engine, EngineError, HairStyle, Likeness, Material, PhaseCost, Role, Size,
    Source, SourceClip, Spec,
};
use serde_json::Value;

/// As in the program that serves: see `api/src/main.rs`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PROMPT: &str = "a red ball bounces on the grass";
const NAME: &str = "Ann";
const LOOKS: Likeness = Likeness::Person(Avatar {
    skin: [224, 172, 105],
    hair: [60, 40, 20],
    hair_style: HairStyle::Long,
    shirt: [200, 30, 30],
    glasses: true,
    beard: false,
    hat: None,
});
const STRENGTH_PERCENT: u8 = 60;

struct Options {
    device: DeviceChoice,
    runs: usize,
    weights: Weights,
    spec: Spec,
    beside: Vec<String>,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        device: DeviceChoice::Flex,
        runs: 3,
        weights: Weights::embedded(),
        spec: Spec::of_words(KINORA_MINI.id, PROMPT, Size::new(1280, 720), 4, 1),
        beside: vec![],
    };
    // Cargo adds `--bench` when it runs a benchmark.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(name) = words.next() {
        if let "--cameo" | "--extend" | "--remix" = name.as_str() {
            options.beside.push(name[2..].to_owned());
            continue;
        }
        let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
        let bad = |error: &dyn std::fmt::Display| format!("{name} {value}: {error}");
        match name.as_str() {
            "--device" => options.device = value.parse().map_err(|error| bad(&error))?,
            "--runs" => options.runs = value.parse::<usize>().map_err(|error| bad(&error))?.max(1),
            "--seconds" => options.spec.seconds = value.parse().map_err(|error| bad(&error))?,
            "--size" => options.spec.size = value.parse().map_err(|error| bad(&error))?,
            "--steps" => options.weights.config = with_steps(&options.weights.config, &value)?.into(),
            _ => return Err(format!("there is no option {name}")),
        }
    }
    Ok(options)
}

/// A `config.json` with another number of steps.
fn with_steps(config: &str, steps: &str) -> Result<String, String> {
    let mut config: Value = serde_json::from_str(config).map_err(|error| format!("config.json: {error}"))?;
    config["sampling"]["steps"] =
        steps.parse::<u32>().map_err(|error| format!("--steps {steps}: {error}"))?.into();
    Ok(config.to_string())
}

/// What is made beside the plain clip, from its latents.
fn variant(name: &str, plain: &Spec, latents: Option<Vec<u8>>) -> (Spec, Material) {
    let clip = latents.map(SourceClip::Latents);
    let from_it = Material { clip, ..Material::default() };
    let seed = plain.seed + 1;
    match name {
        "cameo" => {
            let cast = vec![Role { name: NAME.to_owned() }];
            let spec = Spec { prompt: format!("{NAME} waves on the grass"), cast, ..plain.clone() };
            (spec, Material { likenesses: vec![LOOKS], ..Material::default() })
        }
        "extend" => {
            let source = Some(Source::Extend { source_seconds: plain.seconds });
            (Spec { source, seconds: 2 * plain.seconds, seed, ..plain.clone() }, from_it)
        }
        _ => {
            let source = Some(Source::Remix { strength_percent: STRENGTH_PERCENT });
            (Spec { source, seed, ..plain.clone() }, from_it)
        }
    }
}

fn clip(engine: &mut Mini, spec: &Spec, material: &Material) -> Result<Clip, EngineError> {
    engine.generate(spec, material, &mut |_| ControlFlow::Continue(()))
}

fn line(name: &str, wall_us: u64, device_us: u64, flops: u64) {
    let gigaflops = if device_us == 0 { 0.0 } else { flops as f64 / device_us as f64 / 1e3 };
    let (wall, device, work) = (wall_us as f64 / 1e6, device_us as f64 / 1e6, flops as f64 / 1e9);
    println!("{name:9} {wall:9.3} s  device {device:9.3} s  {work:8.2} GFLOP  {gigaflops:7.1} GFLOP/s");
}

fn show(report: &CostReport) {
    for PhaseCost { phase, wall_us, device_us, flops } in &report.phases {
        line(phase.name(), *wall_us, *device_us, *flops);
    }
    line("whole", report.wall_us(), report.device_us(), report.flops());
    let memory =
        report.peak_memory_bytes.map_or_else(|| "unknown".into(), |bytes| format!("{} MiB", bytes >> 20));
    println!("peak memory {memory}, {:.1} J estimated", report.energy_estimate_mj() as f64 / 1e3);
}

/// The median of some runs, by time.
fn median(
    engine: &mut Mini,
    runs: usize,
    (spec, material): &(Spec, Material),
) -> Result<CostReport, EngineError> {
    let mut reports = vec![];
    for _ in 0..runs {
        reports.push(clip(engine, spec, material)?.report);
    }
    reports.sort_by_key(CostReport::wall_us);
    Ok(reports.swap_remove(runs / 2))
}

fn run() -> Result<(), String> {
    let Options { device, runs, weights, spec, beside } = options()?;
    let mut engine = Mini::with_weights(device, weights);
    let first = clip(&mut engine, &spec, &Material::default()).map_err(|error| error.to_string())?;
    let (report, latents) = (first.report, first.latents);
    println!("{} s at {} on {} ({})", spec.seconds, spec.size, report.device.name, report.device.backend);
    println!("\nfirst clip");
    show(&report);
    let mut kinds = vec![("plain".to_owned(), (spec.clone(), Material::default()))];
    kinds.extend(beside.into_iter().map(|name| (name.clone(), variant(&name, &spec, latents.clone()))));
    let mut medians = vec![];
    for (name, made) in kinds {
        let report = median(&mut engine, runs, &made).map_err(|error| format!("{name}: {error}"))?;
        println!("\n{name}, median of {runs}");
        show(&report);
        medians.push((name, report));
    }
    println!("\nside by side");
    for (name, report) in &medians {
        line(name, report.wall_us(), report.device_us(), report.flops());
    }
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
