//! The cameo of a demo: a character from a photograph, and the same clip with and without it side by side.

use std::fmt;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use kinora_spec::is_named;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::receipt::Receipt;
use super::server::{Server, text};

/// What the demo is told of a cameo.
#[derive(Debug, Args)]
pub struct CameoArgs {
    /// Make the clip with the looks of whoever is in this photograph (JPEG, PNG or WebP), and once without: you say by
    /// this that they consent
    #[arg(long = "cameo", value_name = "PHOTO")]
    pub photo: Option<PathBuf>,
    /// What the prompt calls them
    #[arg(long = "cameo-name", value_name = "NAME", default_value = "Alex", requires = "photo")]
    pub name: String,
}

impl CameoArgs {
    /// Sees to it that the prompt names the cameo and that there is a photograph.
    ///
    /// # Errors
    /// When either is not so.
    pub fn check(&self, prompt: &str) -> anyhow::Result<()> {
        let Some(photo) = &self.photo else { return Ok(()) };
        if !is_named(prompt, &self.name) {
            bail!("the prompt does not say {:?}: it must, or --cameo-name must be what it says", self.name);
        }
        std::fs::File::open(photo).with_context(|| format!("cannot read {}", photo.display()))?;
        Ok(())
    }
}

/// Makes a character of the photograph. A server of its own asks the person for a recording; the demo's operator is
/// whoever runs it, and takes their word.
///
/// # Errors
/// When the photograph cannot be read or the server refuses it.
pub async fn character(
    server: &Server,
    operator_key: String,
    args: &CameoArgs,
) -> anyhow::Result<Option<String>> {
    let Some(photo) = &args.photo else { return Ok(None) };
    let bytes = std::fs::read(photo).with_context(|| format!("cannot read {}", photo.display()))?;
    let part = Part::bytes(bytes).file_name(file_name(photo));
    let form = Form::new().text("name", args.name.clone()).text("kind", "person").part("images[]", part);
    let made = server.post_form("/v1/videos/characters", form).await?;
    let id = text(&made, "id")?.to_owned();
    let attested = json!({ "attestation": "Said by whoever ran `kinora demo --cameo`." });
    server.with_key(operator_key).post(&format!("/v1/operator/characters/{id}/attest"), &attested).await?;
    Ok(Some(id))
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| "photo".into(), |name| name.to_string_lossy().into_owned())
}

/// Where the clip without the cameo goes: beside the other.
#[must_use]
pub fn beside(out: &Path) -> PathBuf {
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let name = match out.extension() {
        Some(extension) => format!("{stem}-without.{}", extension.to_string_lossy()),
        None => format!("{stem}-without"),
    };
    out.with_file_name(name)
}

/// Two receipts of the same clip, with a cameo and without, both made by an engine that was ready.
pub struct SideBySide<'a> {
    pub without: &'a Receipt,
    pub with: &'a Receipt,
}

impl fmt::Display for SideBySide<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, figure: &dyn Fn(&Receipt) -> String| {
            writeln!(f, "  {name:<9} {:>16} {:>16}", figure(self.without), figure(self.with))
        };
        writeln!(f, "  {:<9} {:>16} {:>16}", "", "text to video", "with the cameo")?;
        row(f, "work", &|receipt| format!("{:.1} GFLOP", receipt.report.flops() as f64 / 1e9))?;
        row(f, "device", &|receipt| format!("{:.2} s", receipt.report.device_us() as f64 / 1e6))?;
        row(f, "compute", &|receipt| {
            receipt.compute.map_or("unknown".into(), |compute| format!("${:.6}", compute.micros as f64 / 1e6))
        })?;
        row(f, "price", &|receipt| {
            receipt.charged.as_ref().map_or("none".into(), |charged| charged.amount.to_string())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clip_without_lies_beside_the_one_with() {
        assert_eq!(beside(Path::new("a/clip.mp4")), Path::new("a/clip-without.mp4"));
        assert_eq!(beside(Path::new("clip")), Path::new("clip-without"));
    }
}
