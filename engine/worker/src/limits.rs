//! How long the worker waits for what, each with its unit. The limits of the protocol are in `kinora-spec`.

use std::time::Duration;

/// How long one claim waits for work, milliseconds. Short, because a claim in flight is waited for when the
/// worker is told to stop: an answer thrown away would be a run that nobody works on until its lease ends.
pub const CLAIM_WAIT_MS: u32 = 3_000;

/// Added to the wait of a claim before the connection counts as broken.
pub const CLAIM_SLACK: Duration = Duration::from_secs(10);

/// Longest wait for the answer to a heartbeat; shorter than half a lease, so that a lost one can be repeated.
pub const HEARTBEAT_TIMEOUT: Duration = Duration::from_secs(4);

/// Shortest time between two heartbeats of a run whose progress changes.
pub const HEARTBEAT_GAP: Duration = Duration::from_millis(500);

/// Longest wait for the answer to a finish or a fail.
pub const REPORT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest download of one input.
pub const INPUT_TIMEOUT: Duration = Duration::from_secs(600);

/// How long an input without an answer is asked for again, however long its lease lives.
pub const INPUT_RETRY: Duration = Duration::from_secs(600);

/// Largest input of a run, bytes: more than the server takes from customers and than two minutes of latents have.
pub const INPUT_BYTES_MAX: usize = 128 * 1024 * 1024;

/// Long side of the pictures of an input clip, pixels: larger ones are scaled down as they are decoded. No model here
/// paints larger ones.
pub const CLIP_SIDE_MAX: u32 = 448;

/// Longest upload of one asset.
pub const UPLOAD_TIMEOUT: Duration = Duration::from_secs(600);

/// First wait before something is tried again; it doubles each time.
pub const RETRY_FIRST: Duration = Duration::from_millis(100);

/// Longest wait before something is tried again.
pub const RETRY_MAX: Duration = Duration::from_secs(5);

/// How long a run that was told to stop may take to do so before the worker leaves without it: denoising
/// steps of a large model on a slow device take seconds.
pub const HALT_GRACE: Duration = Duration::from_secs(5);

/// How long an engine may take to let go of its device when the worker ends.
pub const ENGINE_CLOSE: Duration = Duration::from_secs(2);

/// Time a running run gets to end after the worker was told to stop, unless the caller says otherwise.
pub const DRAIN_DEFAULT: Duration = Duration::from_secs(30);

/// Share of a run that is the engine's, percent; encoding has what is left up to [`ENCODED_PERCENT`].
pub const ENGINE_PERCENT: f32 = 90.0;

/// Progress of a run whose files are written but not yet on the server, percent.
pub const ENCODED_PERCENT: f32 = 99.0;

/// No time to the end is told before this much of the run is done, percent: it would be a guess.
pub const ETA_PERCENT_MIN: f32 = 2.0;

/// Longest message of a failed run that is sent to the server, bytes.
pub const FAIL_MESSAGE_BYTES_MAX: usize = 1_024;
