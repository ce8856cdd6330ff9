//! Times whole clips, phase by phase: `cargo bench -p kinora-engine --bench clip -- [--device flex] [--runs 3]
//! [--seconds 4] [--size 1280x720]`.
//!
//! The first clip also loads the weights and, on wgpu, compiles and tunes kernels: it is shown apart and not counted.

use std::ops::ControlFlow;
use std::process::ExitCode;

use kinora_engine::Mini;
use kinora_engine::device::DeviceChoice;
use kinora_spec::catalogue::KINORA_MINI;
use kinora_spec::{CostReport, Engine, EngineError, Material, PhaseCost, Spec};

struct Options {
    device: DeviceChoice,
    runs: usize,
    spec: Spec,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        device: DeviceChoice::Flex,
        runs: 3,
        spec: Spec {
            model: KINORA_MINI.id.to_owned(),
            prompt: "a red ball bounces on the grass".to_owned(),
            size: kinora_spec::Size::new(1280, 720),
            seconds: 4,
            seed: 1,
            generate_audio: true,
            source: None,
            shots: vec![],
            cast: vec![],
        },
    };
    // Cargo adds `--bench` when it runs a benchmark.
    let mut words = std::env::args().skip(1).filter(|word| word != "--bench");
    while let Some(name) = words.next() {
        let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
        let bad = |error: &dyn std::fmt::Display| format!("{name} {value}: {error}");
        match name.as_str() {
            "--device" => options.device = value.parse().map_err(|error| bad(&error))?,
            "--runs" => options.runs = value.parse::<usize>().map_err(|error| bad(&error))?.max(1),
            "--seconds" => options.spec.seconds = value.parse().map_err(|error| bad(&error))?,
            "--size" => options.spec.size = value.parse().map_err(|error| bad(&error))?,
            _ => return Err(format!("there is no option {name}")),
        }
    }
    Ok(options)
}

fn clip(engine: &mut Mini, spec: &Spec) -> Result<CostReport, EngineError> {
    Ok(engine.generate(spec, &Material::default(), &mut |_| ControlFlow::Continue(()))?.report)
}

fn line(name: &str, wall_us: u64, device_us: u64, flops: u64) {
    let gigaflops = if device_us == 0 { 0.0 } else { flops as f64 / device_us as f64 / 1e3 };
    let (wall, device, work) = (wall_us as f64 / 1e6, device_us as f64 / 1e6, flops as f64 / 1e9);
    println!("{name:8} {wall:9.3} s  device {device:9.3} s  {work:8.2} GFLOP  {gigaflops:7.1} GFLOP/s");
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

fn run() -> Result<(), String> {
    let Options { device, runs, spec } = options()?;
    let mut engine = Mini::new(device);
    let first = clip(&mut engine, &spec).map_err(|error| error.to_string())?;
    println!("{} s at {} on {} ({})", spec.seconds, spec.size, first.device.name, first.device.backend);
    println!("\nfirst clip");
    show(&first);
    let mut reports = vec![];
    for _ in 0..runs {
        reports.push(clip(&mut engine, &spec).map_err(|error| error.to_string())?);
    }
    reports.sort_by_key(CostReport::wall_us);
    println!("\nmedian of {runs} more");
    show(&reports[reports.len() / 2]);
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
