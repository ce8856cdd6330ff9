//! The files of clips: written as a stream and hashed on the way, read by range, never held whole in memory.
//! Which files there are is the database's to know.

use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, PutPayload};
use sha2::{Digest, Sha256};

/// Bytes that are gathered before they are handed to the storage: the least that S3 takes as a part.
const PART_BYTES: usize = 5 * 1024 * 1024;

/// Where the files are.
#[derive(Clone, Debug)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    /// The folder, where it is one of this machine.
    folder: Option<PathBuf>,
}

/// What was written, as the storage saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Length, bytes.
    pub bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
}

impl Blobs {
    /// Files in a folder of this machine, which is made if it is not there.
    ///
    /// # Errors
    /// When the folder cannot be made or opened.
    pub fn in_folder(folder: &FilePath) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let files = LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true).with_fsync(true);
        Ok(Self { store: Arc::new(files), folder: Some(folder.to_owned()) })
    }

    /// Begins a file at `path`; it appears whole when it is finished, or not at all.
    ///
    /// # Errors
    /// When the storage refuses.
    pub async fn writer(&self, path: &str) -> Result<BlobWriter, Error> {
        let upload = self.store.put_multipart(&Path::parse(path)?).await?;
        Ok(BlobWriter { upload, part: Vec::new(), bytes: 0, hash: Sha256::new() })
    }

    /// The bytes of `range` of the file at `path`, as a stream.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a file; others when the storage fails.
    pub async fn read(
        &self,
        path: &str,
        range: Range<u64>,
    ) -> Result<BoxStream<'static, Result<Bytes, Error>>, Error> {
        if range.is_empty() {
            return Ok(futures_util::stream::empty().boxed());
        }
        let options = GetOptions::new().with_range(Some(GetRange::Bounded(range)));
        Ok(self.store.get_opts(&Path::parse(path)?, options).await?.into_stream())
    }

    /// Copies the file at `from` to `to`, without its bytes passing here.
    ///
    /// # Errors
    /// [`Error::NotFound`] without such a file; others when the storage fails.
    pub async fn copy(&self, from: &str, to: &str) -> Result<(), Error> {
        self.store.copy(&Path::parse(from)?, &Path::parse(to)?).await
    }

    /// Removes the file at `path`, and what a process that died while it wrote it has left of it; one that is
    /// not there is as good as removed.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn remove(&self, path: &str) -> Result<(), Error> {
        if let Some(folder) = &self.folder {
            let file = folder.join(path);
            let removed = tokio::task::spawn_blocking(move || remove_parts(&file)).await;
            let removed = removed.unwrap_or_else(|error| Err(std::io::Error::other(error)));
            removed.map_err(|source| Error::Generic { store: "folder", source: source.into() })?;
        }
        let removed = match self.store.delete(&Path::parse(path)?).await {
            Err(Error::NotFound { .. }) => Ok(()),
            removed => removed,
        };
        if let Some(folder) = &self.folder {
            remove_empty(folder, FilePath::new(path));
        }
        removed
    }
}

/// The storage writes `name#1` and renames it at the end. Nothing but a look at the folder finds it.
fn remove_parts(file: &FilePath) -> std::io::Result<()> {
    let (Some(parent), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
        return Ok(());
    };
    let entries = match std::fs::read_dir(parent) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let is_part = entry
            .file_name()
            .to_str()
            .and_then(|found| found.strip_prefix(name)?.strip_prefix('#'))
            .is_some();
        if is_part {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Removes the folders above `path` that have nothing left in them.
fn remove_empty(folder: &FilePath, path: &FilePath) {
    for above in path.ancestors().skip(1).filter(|above| *above != FilePath::new("")) {
        // The first that has something in it, or is gone, ends it.
        if std::fs::remove_dir(folder.join(above)).is_err() {
            return;
        }
    }
}

/// A file being written.
pub struct BlobWriter {
    upload: Box<dyn MultipartUpload>,
    part: Vec<u8>,
    bytes: u64,
    hash: Sha256,
}

impl BlobWriter {
    /// Adds `bytes` to the end.
    ///
    /// # Errors
    /// When the storage fails; the file is then to be aborted.
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.part.extend_from_slice(bytes);
        if self.part.len() < PART_BYTES {
            return Ok(());
        }
        self.put_part().await
    }

    /// How much was written so far, bytes.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Makes the file appear.
    ///
    /// # Errors
    /// When the storage fails; there is no file then.
    pub async fn finish(mut self) -> Result<Written, Error> {
        self.put_part().await?;
        self.upload.complete().await?;
        Ok(Written { bytes: self.bytes, sha256: hex(&self.hash.finalize()) })
    }

    /// Drops what was written.
    ///
    /// # Errors
    /// When the storage fails.
    pub async fn abort(mut self) -> Result<(), Error> {
        self.upload.abort().await
    }

    async fn put_part(&mut self) -> Result<(), Error> {
        let part = std::mem::take(&mut self.part);
        self.upload.put_part(PutPayload::from(part)).await
    }
}

/// Lower-case hex.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_appears_when_it_is_finished_and_is_read_by_range() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let mut writer = blobs.writer("a/b.mp4").await.unwrap();
        writer.write(b"hello ").await.unwrap();
        assert!(blobs.read("a/b.mp4", 0..1).await.is_err());
        writer.write(b"world").await.unwrap();
        let written = writer.finish().await.unwrap();
        assert_eq!(written.bytes, 11);
        assert_eq!(written.sha256, "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
        let chunks: Vec<Bytes> =
            blobs.read("a/b.mp4", 4..7).await.unwrap().map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), b"o w");
        blobs.remove("a/b.mp4").await.unwrap();
        blobs.remove("a/b.mp4").await.unwrap();
        assert!(blobs.read("a/b.mp4", 0..1).await.is_err());
    }

    #[tokio::test]
    async fn an_empty_file_and_one_longer_than_a_part_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        let written = blobs.writer("empty").await.unwrap().finish().await.unwrap();
        assert_eq!(written.bytes, 0);
        let mut writer = blobs.writer("long").await.unwrap();
        writer.write(&vec![7; PART_BYTES + 1]).await.unwrap();
        writer.write(&[8]).await.unwrap();
        let end = PART_BYTES as u64 + 2;
        assert_eq!(writer.finish().await.unwrap().bytes, end);
        let chunks: Vec<Bytes> =
            blobs.read("long", end - 2..end).await.unwrap().map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), [7, 8]);
    }

    #[tokio::test]
    async fn what_a_dead_process_left_of_a_file_is_removed_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        for name in ["a.mp4#1", "a.mp4#2", "b.mp4#1"] {
            let path = folder.path().join("run").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "half").unwrap();
        }
        blobs.remove("run/a.mp4").await.unwrap();
        let left: Vec<_> = std::fs::read_dir(folder.path().join("run")).unwrap().collect();
        assert_eq!(left.len(), 1);
        blobs.remove("run/b.mp4").await.unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_copy_outlives_what_it_was_copied_from() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        assert!(matches!(blobs.copy("a/b", "c/d").await, Err(Error::NotFound { .. })));
        let mut writer = blobs.writer("a/b").await.unwrap();
        writer.write(b"hello").await.unwrap();
        writer.finish().await.unwrap();
        blobs.copy("a/b", "c/d").await.unwrap();
        blobs.remove("a/b").await.unwrap();
        let chunks: Vec<Bytes> = blobs.read("c/d", 0..5).await.unwrap().map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), b"hello");
    }

    #[tokio::test]
    async fn a_path_that_leaves_the_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let blobs = Blobs::in_folder(folder.path()).unwrap();
        for path in ["../x", "a/../../x", "a//b"] {
            assert!(blobs.writer(path).await.is_err(), "{path}");
        }
    }
}
