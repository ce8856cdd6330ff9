//! The limits of a run, each with its unit. Limits of HTTP live in `api`.

/// Longest prompt, characters (Unicode scalar values), as OpenAI's.
pub const PROMPT_CHARS_MAX: usize = 32_000;

/// Most characters in one clip, as the Sora API's.
pub const CAST_MAX: usize = 2;

/// Most shots of one clip.
pub const SHOTS_MAX: usize = 8;

/// Longest clip, seconds, extensions included, as the Sora API's.
pub const CLIP_SECONDS_MAX: u32 = 120;

/// A run that three workers could not finish is broken, not unlucky.
pub const RUN_ATTEMPTS_MAX: u32 = 3;

/// How long a worker may stay silent before its run goes back to the queue, milliseconds.
pub const LEASE_MS: u32 = 15_000;

/// How often a worker shows that it is alive and asks whether to stop, milliseconds: often enough that
/// two lost heartbeats do not lose the lease.
pub const HEARTBEAT_MS: u32 = 2_000;

/// Longest time a claim waits for work before it answers that there is none, milliseconds.
pub const CLAIM_WAIT_MS_MAX: u32 = 20_000;

/// Largest single asset a worker may upload, bytes.
pub const ASSET_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Longest worker name, bytes.
pub const WORKER_NAME_BYTES_MAX: usize = 128;

/// Widest preview of a clip that is being made, pixels.
pub const PREVIEW_WIDTH_MAX: u32 = 160;

/// Largest preview of a clip that is being made, bytes.
pub const PREVIEW_BYTES_MAX: usize = 32 * 1024;
