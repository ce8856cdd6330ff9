//! Why an upload was refused, in words for the customer who sent it: what is wrong and what would be right.

/// Why an uploaded movie or picture is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UploadError {
    /// The file is too large.
    #[error("the file has {found} bytes; at most {max} are taken")]
    Bytes {
        /// Bytes of the file.
        found: usize,
        /// Most bytes.
        max: usize,
    },
    /// The file is broken.
    #[error("the file is damaged: {0}")]
    Malformed(String),
}
