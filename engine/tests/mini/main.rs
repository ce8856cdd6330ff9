//! kinora-mini: every part against numbers that `PyTorch` computed (`training/python/parity.py`), and what must hold for
//! whole clips without such numbers.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops at the first surprise")]

mod clip;
mod devices;
mod embedded;
mod golden;
mod loading;
mod operations;
mod parity;
