//! Files of a form, which may be large: kept outside of memory until somebody reads them, in unnamed files that are gone
//! with the request or the process, whichever ends first.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};

use sha2::{Digest as _, Sha256};

use crate::{ApiError, Config};

/// Bytes that are gathered before they are written.
const CHUNK_BYTES: usize = 1024 * 1024;

/// A file that was sent with a form, whole.
#[derive(Debug)]
pub struct Upload {
    sha256: [u8; 32],
    bytes: u64,
    file: File,
}

impl Upload {
    /// SHA-256 of its bytes.
    #[must_use]
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Its length, bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// All of it, in memory.
    ///
    /// # Errors
    /// When it cannot be read, which is a fault of ours.
    pub async fn read(mut self) -> Result<Vec<u8>, ApiError> {
        blocking(move || {
            let mut bytes = Vec::with_capacity(usize::try_from(self.bytes).unwrap_or(0));
            self.file.rewind()?;
            self.file.read_to_end(&mut bytes)?;
            Ok(bytes)
        })
        .await
    }
}

#[cfg(test)]
impl Upload {
    /// A file of these bytes.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Self { sha256: Sha256::digest(bytes).into(), bytes: bytes.len() as u64, file }
    }
}

/// A file that is arriving.
pub(super) struct Spool {
    hash: Sha256,
    bytes: u64,
    file: File,
    chunk: Vec<u8>,
}

impl Spool {
    pub(super) async fn begin(config: &Config) -> Result<Self, ApiError> {
        let folder = config.data_dir.clone();
        let file = blocking(move || tempfile::tempfile_in(folder)).await?;
        Ok(Self { hash: Sha256::new(), bytes: 0, file, chunk: Vec::new() })
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), ApiError> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() < CHUNK_BYTES { Ok(()) } else { self.flush().await }
    }

    pub(super) async fn end(mut self) -> Result<Upload, ApiError> {
        self.flush().await?;
        Ok(Upload { sha256: self.hash.finalize().into(), bytes: self.bytes, file: self.file })
    }

    async fn flush(&mut self) -> Result<(), ApiError> {
        let (chunk, mut file) = (std::mem::take(&mut self.chunk), self.file.try_clone().map_err(internal)?);
        self.chunk = blocking(move || {
            file.write_all(&chunk)?;
            Ok(chunk)
        })
        .await?;
        self.chunk.clear();
        Ok(())
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, ApiError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(std::io::Error::other(error))).map_err(internal)
}

fn internal(error: std::io::Error) -> ApiError {
    ApiError::Internal(anyhow::Error::from(error).context("a file of a form cannot be kept"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_is_read_back_as_it_came_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
        let mut spool = Spool::begin(&config).await.unwrap();
        let long: Vec<u8> = (0..2 * CHUNK_BYTES + 7).map(|n| (n % 251) as u8).collect();
        for piece in long.chunks(300_001) {
            spool.write(piece).await.unwrap();
        }
        let upload = spool.end().await.unwrap();
        assert_eq!(upload.bytes(), long.len() as u64);
        assert_eq!(upload.sha256()[..], Sha256::digest(&long)[..]);
        assert_eq!(upload.read().await.unwrap(), long);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
