//! Why a clip was refused or a file could not be read. Nothing here is repaired: whoever made the clip is told.

use kinora_spec::Size;

/// Why there is no file, or no clip.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MediaError {
    /// The progress callback asked to stop.
    #[error("encoding was canceled")]
    Canceled,
    /// The size cannot be coded as 4:2:0 H.264 of a common level.
    #[error(
        "a video of {0} pixels cannot be made: both sides must be even, at least 64, within 3840x2160 or 2160x3840"
    )]
    Size(Size),
    /// The clip has no length, or one that the tables of the file cannot hold.
    #[error("a clip of {0} seconds cannot be made: 1 to {max} seconds", max = crate::SECONDS_MAX)]
    Seconds(u32),
    /// The rate is zero or more than H.264 encoders take.
    #[error("{0} frames a second cannot be coded: 1 to {max}", max = crate::FRAMES_PER_SECOND_MAX)]
    FrameRate(u32),
    /// The pictures have no area.
    #[error("the frames have no pixels ({0})")]
    NoPixels(Size),
    /// The bytes are not whole pictures.
    #[error("{bytes} bytes are no whole number of frames of {frame_bytes} bytes")]
    BrokenFrames {
        /// Bytes of all pictures together.
        bytes: usize,
        /// Bytes of one picture.
        frame_bytes: usize,
    },
    /// The pictures do not fill the length asked for.
    #[error("{expected} frames are needed and {found} were given")]
    FrameCount {
        /// Frames a second times seconds.
        expected: usize,
        /// Whole pictures given.
        found: usize,
    },
    /// Scaling would cut away more than an edge of the picture.
    #[error("frames of {frames} are of another shape than {video}")]
    Shape {
        /// Size of the pictures given.
        frames: Size,
        /// Size asked for.
        video: Size,
    },
    /// The rate does not divide 48 kHz.
    #[error("sound at {0} Hz cannot be coded: the rate must divide 48000 and be at least 8000")]
    SampleRate(u32),
    /// The samples do not fill the length asked for.
    #[error("{expected} samples are needed and {found} were given")]
    SampleCount {
        /// Samples a second times seconds.
        expected: usize,
        /// Samples given.
        found: usize,
    },
    /// A sample is not a number or lies outside [-1, 1].
    #[error("sample {index} is {value}, not a number in [-1, 1]")]
    Sample {
        /// Which sample, from zero.
        index: usize,
        /// What it is.
        value: f32,
    },
    /// A codec or writer failed on a clip that passed every check: a fault of the program.
    #[error("{stage}: {message}")]
    Codec {
        /// Which part failed.
        stage: &'static str,
        /// What it said.
        message: String,
    },
    /// The file is not a whole movie.
    #[error("this movie cannot be read: {0}")]
    Unreadable(String),
}

impl MediaError {
    /// A fault of the part called `stage`, in its own words.
    pub(crate) fn codec(stage: &'static str, message: impl std::fmt::Display) -> Self {
        Self::Codec { stage, message: message.to_string() }
    }
}
