//! Which node this is, and the proof that no other process is it too: whoever holds the lock of a data
//! folder may take back what the workers of that folder's last process left behind.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::app::{make_private_folder, sync_folder};
use crate::blobs::hex;

/// The file whose lock is held as long as the process lives. The system lets go of it when the process
/// ends, however it ends.
const LOCK_FILE: &str = "lock";
/// The file with the node's name.
const NAME_FILE: &str = "node";
/// Bytes of chance in a name.
const NAME_BYTES: usize = 8;

/// This node, for as long as this value lives.
#[derive(Debug)]
pub struct Node {
    name: String,
    _lock: File,
}

impl Node {
    /// Takes the data folder, which is made if it is not there, for this process alone.
    ///
    /// # Errors
    /// When another process has it, or it cannot be written.
    pub fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let shown = data_dir.display();
        make_private_folder(data_dir).with_context(|| format!("cannot make the folder {shown}"))?;
        let path = data_dir.join(LOCK_FILE);
        // Not truncated: another process may hold it.
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
        let lock = lock.with_context(|| format!("cannot open {}", path.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!(
                "the data folder {shown} is in use by another kinora process: stop that one first, or give this \
                 one a folder of its own with --data-dir"
            ),
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", path.display()));
            }
        }
        Ok(Self { name: name(data_dir)?, _lock: lock })
    }

    /// What the names of this node's workers begin with, and no others.
    #[must_use]
    pub fn workers(&self) -> String {
        format!("{}/", self.name)
    }

    /// The name of the worker of that number.
    #[must_use]
    pub fn worker(&self, number: u32) -> String {
        format!("{}/{number}", self.name)
    }
}

/// The name in the folder, made at the first start. It is nobody's secret.
fn name(data_dir: &Path) -> anyhow::Result<String> {
    let path = data_dir.join(NAME_FILE);
    if let Ok(text) = std::fs::read_to_string(&path)
        && is_name(text.trim())
    {
        return Ok(text.trim().to_owned());
    }
    let mut chance = [0; NAME_BYTES];
    rand::fill(&mut chance);
    let name = format!("node-{}", hex(&chance));
    // Written beside and renamed, so that a crash leaves no half a name.
    let beside = data_dir.join(format!("{NAME_FILE}.new"));
    let write = || {
        let mut file = File::create(&beside)?;
        file.write_all(name.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&beside, &path)?;
        sync_folder(data_dir)
    };
    write().with_context(|| format!("cannot write {}", path.display()))?;
    Ok(name)
}

/// The name becomes part of a pattern of SQL, so nothing else will do.
fn is_name(text: &str) -> bool {
    text.strip_prefix("node-").is_some_and(|digits| {
        digits.len() == NAME_BYTES * 2 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_node_for_ever_and_of_one_process_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().join("data");
        let node = Node::open(&data_dir).unwrap();
        let refused = Node::open(&data_dir).unwrap_err().to_string();
        assert!(refused.contains("in use by another kinora process"), "{refused}");
        let name = node.worker(0);
        assert!(name.starts_with(&node.workers()) && name.ends_with("/0"), "{name}");
        drop(node);
        assert_eq!(Node::open(&data_dir).unwrap().worker(0), name);
    }

    #[test]
    fn a_name_that_was_tampered_with_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "node-", "%", "node-%%%%%%%%%%%%%%%%"] {
            std::fs::write(folder.path().join(NAME_FILE), text).unwrap();
            assert!(is_name(Node::open(folder.path()).unwrap().worker(0).trim_end_matches("/0")));
        }
    }
}
