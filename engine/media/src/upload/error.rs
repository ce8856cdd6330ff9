//! Why an upload was refused, in words for the customer who sent it: what is wrong and what would be right.

use kinora_spec::Size;

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
    /// The file is of another kind.
    #[error("the file is {0}; MP4 or MOV with H.264 and AAC is needed")]
    NotMovie(&'static str),
    /// The file is of another kind.
    #[error("the file is neither JPEG, PNG nor WebP")]
    NotPicture,
    /// A track is coded in a way that is not read.
    #[error("the {part} is {codec}; H.264 and AAC are needed")]
    Codec {
        /// `video` or `sound`.
        part: &'static str,
        /// Name of the codec, or its four characters.
        codec: String,
    },
    /// There is nothing to see.
    #[error("the movie has no video track")]
    NoVideo,
    /// There is more to see or hear than one can be made of.
    #[error("the movie has {found} {part} tracks that are on; one is needed")]
    ManyOf {
        /// `video` or `sound`.
        part: &'static str,
        /// How many.
        found: usize,
    },
    /// There are too many tracks of any kind.
    #[error("the movie has {found} tracks; at most {max} are taken")]
    Tracks {
        /// Tracks of any kind.
        found: usize,
        /// Most tracks.
        max: usize,
    },
    /// The movie is too long.
    #[error("the movie lasts {found_ms} ms; at most {max_ms} are taken", max_ms = u64::from(*.max) * 1_000)]
    Seconds {
        /// How long it is, milliseconds.
        found_ms: u64,
        /// Longest, seconds.
        max: u32,
    },
    /// The movie shows nothing for any time.
    #[error("the movie has no length")]
    NoLength,
    /// A track holds too much for its length.
    #[error("the {part} has more than {max} {units}, which is too many for its length")]
    Units {
        /// `video` or `sound`.
        part: &'static str,
        /// `pictures` or `packets`.
        units: &'static str,
        /// Most of them.
        max: usize,
    },
    /// The pictures are too large.
    #[error("the pictures are of {found} pixels; at most {max} in all are taken, such as 1920x1080 has")]
    Pixels {
        /// Width and height.
        found: Size,
        /// Most pixels of one picture.
        max: u32,
    },
    /// The pictures have no pixels.
    #[error("the pictures are of {0} pixels; both sides are needed")]
    NoPixels(Size),
    /// Decoded, the movie would not fit in memory.
    #[error("decoded the movie takes {found} bytes; at most {max} are taken: make it shorter or smaller")]
    Decoded {
        /// Bytes of all pictures.
        found: u64,
        /// Most bytes.
        max: u64,
    },
    /// The file is right and asks for what is not supported.
    #[error("{0}")]
    Unsupported(&'static str),
    /// The file ends too early.
    #[error("the file is cut off: {0} lies past its end")]
    Truncated(&'static str),
    /// The file contradicts itself or its format.
    #[error("the file is damaged: {0}")]
    Malformed(String),
}

impl UploadError {
    /// A file that is not what its format says.
    pub(crate) fn malformed(message: impl std::fmt::Display) -> Self {
        Self::Malformed(message.to_string())
    }
}
