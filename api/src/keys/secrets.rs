//! Secrets in files of the data folder: readable by their owner alone, and never half written.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use tempfile::NamedTempFile;

use super::rules::{Pepper, SECRET_BYTES};
use crate::app::sync_folder;

/// The file with the pepper.
const PEPPER: &str = "pepper";

/// The pepper of the installation, and whether it was made just now.
///
/// # Errors
/// When the file cannot be read or made, or does not hold a pepper.
pub fn open_pepper(data_dir: &Path) -> anyhow::Result<(Pepper, bool)> {
    let path = data_dir.join(PEPPER);
    let mut fresh = [0; SECRET_BYTES];
    rand::fill(&mut fresh);
    let made = write_new(&path, &fresh).with_context(|| format!("cannot make {}", path.display()))?;
    let bytes = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let bytes = bytes
        .try_into()
        .map_err(|_| anyhow::anyhow!("{} does not hold {SECRET_BYTES} bytes", path.display()))?;
    Ok((Pepper(bytes), made))
}

/// Removes a pepper that must not be used.
///
/// # Errors
/// When the file cannot be removed.
pub fn drop_pepper(data_dir: &Path) -> std::io::Result<()> {
    std::fs::remove_file(data_dir.join(PEPPER))
}

/// Writes a file that is not there yet; whether it was this call that made it.
fn write_new(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    if path.exists() {
        return Ok(false);
    }
    match prepared(path, bytes)?.persist_noclobber(path) {
        Ok(_) => sync_folder(folder_of(path)).map(|()| true),
        // Another process was faster: its file counts.
        Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error.error),
    }
}

/// Writes a file over whatever is there.
pub(super) fn write_over(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    prepared(path, bytes)?.persist(path).map_err(|error| error.error)?;
    sync_folder(folder_of(path))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A temporary file beside `path`, mode 0600, whose bytes are on the disk.
fn prepared(path: &Path, bytes: &[u8]) -> std::io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(folder_of(path))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    Ok(file)
}
