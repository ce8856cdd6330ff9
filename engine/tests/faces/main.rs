//! The face networks against what face-api.js makes of the same picture (`tests/reference/faces.mjs`), and what must hold
//! of captures without such numbers.
//!
//! The models are not part of the repository: `KINORA_FACE_MODELS` says where `engine/fetch-face-models.sh` put them. Without
//! it these tests say that they were skipped; with `KINORA_REQUIRE_ALL=1` they fail.

#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod capture;
mod golden;
mod networks;
