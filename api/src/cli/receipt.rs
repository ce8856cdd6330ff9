//! What a clip took, for people and for programs.

use std::fmt;
use std::io::{Write as _, stdout};
use std::path::PathBuf;

use kinora_billing::Micros;
use kinora_spec::{CostReport, PhaseCost, Spec};
use serde_json::{Value, json};

/// How a receipt is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For people.
    Text,
    /// One JSON object on one line.
    Json,
}

/// What a customer was charged for a clip, by the ledger.
#[derive(Clone)]
pub struct Charged {
    /// The amount.
    pub amount: Micros,
    /// The price list.
    pub price_list: String,
    /// What a second costs on that list.
    pub per_second: Micros,
    /// How many likenesses were used, and what each costs on that list.
    pub references: (u32, Micros),
}

/// The receipt of one clip.
pub struct Receipt {
    /// Where it is.
    pub file: PathBuf,
    /// Its length, bytes.
    pub bytes: usize,
    /// What was made.
    pub spec: Spec,
    /// What making it took.
    pub report: CostReport,
    /// What that costs whoever runs the machine.
    pub compute: Option<Compute>,
    /// What was charged for it, where there is a ledger.
    pub charged: Option<Charged>,
}

/// The cost of computing.
#[derive(Clone, Copy)]
pub struct Compute {
    /// Micro-dollars.
    pub micros: i64,
    /// What an hour of the device costs, micro-dollars.
    pub rate_micros_per_hour: i64,
}

impl Receipt {
    /// Prints it to standard output.
    pub fn print(&self, form: Form) -> std::io::Result<()> {
        match form {
            Form::Json => writeln!(stdout(), "{}", self.json()),
            Form::Text => write!(stdout(), "{self}"),
        }
    }

    /// What is left of the price when the compute is paid.
    fn margin(&self) -> Option<Micros> {
        self.charged.as_ref()?.amount.checked_sub(Micros::new(self.compute?.micros))
    }

    fn json(&self) -> Value {
        let report = &self.report;
        let phase = |cost: &PhaseCost| {
            json!({
                "phase": cost.phase.name(),
                "wall_us": cost.wall_us,
                "device_us": cost.device_us,
                "flops": cost.flops,
            })
        };
        json!({
            "file": self.file.display().to_string(),
            "bytes": self.bytes,
            "model": self.spec.model,
            "seed": self.spec.seed,
            "size": report.output.size,
            "output_seconds": f64::from(report.output.milliseconds) / 1e3,
            "audio_seconds": f64::from(report.output.audio_milliseconds) / 1e3,
            "frames": report.output.frames,
            "steps": report.output.steps,
            "phases": report.phases.iter().map(phase).collect::<Vec<_>>(),
            "wall_us": report.wall_us(),
            "device_us": report.device_us(),
            "device": report.device.name,
            "backend": report.device.backend,
            "flops": report.flops(),
            "peak_memory_bytes": report.peak_memory_bytes,
            "energy_estimate_mj": report.energy_estimate_mj(),
            "assumed_watts": report.device.assumed_watts,
            "compute_micros": self.compute.map(|compute| compute.micros),
            "price_micros": self.charged.as_ref().map(|charged| charged.amount.get()),
            "price_list": self.charged.as_ref().map(|charged| &charged.price_list),
            "margin_micros": self.margin().map(Micros::get),
            "compute_rate_micros_per_hour": self.compute.map(|compute| compute.rate_micros_per_hour),
        })
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (report, output) = (&self.report, &self.report.output);
        let sound = if output.audio_milliseconds > 0 { "with sound" } else { "without sound" };
        let seconds = f64::from(output.milliseconds) / 1e3;
        let megabytes = self.bytes as f64 / 1e6;
        let file = self.file.display();
        writeln!(
            f,
            "{file}: {seconds} s of {}, {} frames, {sound}, {megabytes:.2} MB",
            output.size, output.frames
        )?;
        writeln!(f, "  {:<9} {}, seed {}", "model", self.spec.model, self.spec.seed)?;
        for cost in &report.phases {
            write!(f, "  {:<9} {:>8.2} s", cost.phase.name(), cost.wall_us as f64 / 1e6)?;
            match cost.flops {
                0 => writeln!(f)?,
                flops => writeln!(f, " {:>10.1} GFLOP", flops as f64 / 1e9)?,
            }
        }
        let device = &report.device;
        let device_s = report.device_us() as f64 / 1e6;
        writeln!(f, "  {:<9} {} ({}), {device_s:.2} s", "device", device.name, device.backend)?;
        writeln!(f, "  {:<9} {:.1} GFLOP", "work", report.flops() as f64 / 1e9)?;
        if let Some(bytes) = report.peak_memory_bytes {
            writeln!(f, "  {:<9} {:.0} MB at most", "memory", bytes as f64 / 1e6)?;
        }
        let watt_hours = report.energy_estimate_mj() as f64 / 3.6e6;
        writeln!(f, "  {:<9} {watt_hours:.4} Wh, estimated at {} W", "energy", device.assumed_watts)?;
        if let Some(charged) = &self.charged {
            let (list, second) = (&charged.price_list, charged.per_second);
            write!(f, "  {:<9} {}, at {second} a second", "price", charged.amount)?;
            if let (references @ 1.., each) = charged.references {
                write!(f, " and {each} for each of {references} likenesses")?;
            }
            writeln!(f, " of the price list {list}")?;
        }
        if let Some(compute) = self.compute {
            let (dollars, rate) = (compute.micros as f64 / 1e6, compute.rate_micros_per_hour as f64 / 1e6);
            writeln!(f, "  {:<9} ${dollars:.6}, at ${rate:.2} an hour of the device", "compute")?;
        }
        if let Some(margin) = self.margin() {
            writeln!(f, "  {:<9} {margin}, the price less the compute", "margin")?;
        }
        Ok(())
    }
}
