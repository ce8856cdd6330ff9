//! Where there is no AMX: on other processors, and on operating systems of which it is not known how they lend it.

use super::Pair;
use super::tile::{Rows, SIXTEEN, Sums};

/// There are none.
#[derive(Debug)]
pub(super) enum Runs {}

impl Runs {
    pub(super) fn of(_: &[usize]) -> Option<Self> {
        None
    }
}

pub(super) fn is_supported() -> bool {
    false
}

/// # Safety
/// It is never called.
#[expect(unsafe_code, reason = "as where there is AMX")]
pub(super) unsafe fn sum(_: Rows<'_>, _: *const Pair, runs: &Runs, _: &mut [[Sums; SIXTEEN]]) {
    match *runs {}
}
