//! The same sums on Intel's AMX (`tdpbf16ps`), of which one instruction takes sixteen rows, terms and columns. They are written out,
//! because stable Rust has no functions for them.

use std::sync::OnceLock;

use super::Pair;
use super::tile::{COLUMNS, Rows, SIXTEEN, Sums};

/// Terms that one instruction takes at most.
const TERMS: usize = 16;
/// Bytes of a pair, and of a sum.
const BYTES: usize = size_of::<Pair>();

/// The shapes of the processor's eight tile registers, as `ldtilecfg` reads them.
#[repr(C, align(64))]
#[derive(Debug)]
struct Shapes {
    palette: u8,
    resume: u8,
    nothing: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

impl Shapes {
    /// Registers 0 to 3 are sums, 4 and 5 the left and the right side of a whole run, 6 and 7 those of a run of `rest` terms.
    fn new(rest: usize) -> Self {
        let mut shapes = Self { palette: 1, resume: 0, nothing: [0; 14], row_bytes: [0; 16], rows: [0; 16] };
        shapes.row_bytes[..8].fill((TERMS * BYTES) as u16);
        shapes.rows[..8].fill(SIXTEEN as u8);
        shapes.row_bytes[6] = (rest * BYTES) as u16;
        shapes.rows[7] = rest as u8;
        shapes
    }
}

/// Terms whose columns are equally far apart; all in bytes, as the instructions want it.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
struct Run {
    /// From a row's first term to that of the run.
    left: usize,
    /// From where the right side begins to the columns of the run's first term.
    right: usize,
    /// From a term's columns to the next one's.
    step: usize,
}

/// All terms in runs: whole ones of [`TERMS`], then those of one other length.
#[derive(Debug)]
pub(super) struct Runs {
    runs: Vec<Run>,
    whole: usize,
    shapes: Shapes,
}

impl Runs {
    /// The runs of terms that start there on the right side, unless they are of more lengths than there are registers for.
    pub(super) fn of(starts: &[usize]) -> Option<Self> {
        let (mut whole, mut rest, mut length, mut first) = (Vec::new(), Vec::new(), TERMS, 0);
        while first < starts.len() {
            let (terms, step) = run(&starts[first..]);
            let [left, right, step] = [first, starts[first], step].map(|pairs| pairs.checked_mul(BYTES));
            let run = Run { left: left?, right: right?, step: step? };
            if terms == TERMS {
                whole.push(run);
            } else if rest.is_empty() || terms == length {
                length = terms;
                rest.push(run);
            } else {
                return None;
            }
            first += terms;
        }
        let count = whole.len();
        Some(Self { runs: [whole, rest].concat(), whole: count, shapes: Shapes::new(length) })
    }
}

/// How many terms from the first on are equally far apart, and how far.
fn run(starts: &[usize]) -> (usize, usize) {
    let starts = &starts[..starts.len().min(TERMS)];
    let step = |pair: &[usize]| pair[1].checked_sub(pair[0]);
    let Some(first) = starts.windows(2).next().and_then(step) else { return (1, 0) };
    (1 + starts.windows(2).take_while(|pair| step(pair) == Some(first)).count(), first)
}

// What the instructions below are written for.
const _: () = assert!(SIXTEEN == 16 && COLUMNS == 64 && BYTES == 4 && size_of::<Run>() == 24);
const _: () = assert!(size_of::<Shapes>() == 64 && size_of::<Sums>() == 256);

/// Whether the processor has the instructions, and the operating system lets this process use them.
pub(super) fn is_supported() -> bool {
    static SUPPORTED: OnceLock<bool> = OnceLock::new();
    *SUPPORTED.get_or_init(|| has_instructions() && is_permitted())
}

fn has_instructions() -> bool {
    use std::arch::x86_64::{__cpuid, __cpuid_count};
    const TILES_AND_BF16: u32 = 1 << 24 | 1 << 22;
    __cpuid(0).eax >= 7 && __cpuid_count(7, 0).edx & TILES_AND_BF16 == TILES_AND_BF16
}

/// Asks Linux, once for all threads. Before that the instructions fault: tiles are 8 KiB more to keep for a thread that waits.
#[expect(unsafe_code, reason = "a call of the operating system")]
fn is_permitted() -> bool {
    const ARCH_PRCTL: isize = 158;
    const ARCH_REQ_XCOMP_PERM: usize = 0x1023;
    const XFEATURE_XTILEDATA: usize = 18;
    let outcome: isize;
    // SAFETY: the call reads and writes nothing of this process's memory, and it changes no other registers.
    unsafe {
        std::arch::asm!(
            "syscall",
            inlateout("rax") ARCH_PRCTL => outcome,
            in("rdi") ARCH_REQ_XCOMP_PERM,
            in("rsi") XFEATURE_XTILEDATA,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    outcome == 0
}

/// The instructions for one run, with the registers of its length for the left and the right side.
macro_rules! run {
    ($left:literal, $right:literal) => {
        concat!(
            "mov {a}, [{run}]\n",
            "mov {b}, [{run} + 8]\n",
            "mov {step}, [{run} + 16]\n",
            "add {a}, {left}\n",
            "add {b}, {right}\n",
            "add {run}, 24\n",
            concat!("tileloadd ", $left, ", [{a} + 1*{row}]\n"),
            concat!("tileloadd ", $right, ", [{b} + 1*{step}]\n"),
            concat!("tdpbf16ps tmm0, ", $left, ", ", $right, "\n"),
            concat!("tileloadd ", $right, ", [{b} + 1*{step} + 64]\n"),
            concat!("tdpbf16ps tmm1, ", $left, ", ", $right, "\n"),
            concat!("tileloadd ", $right, ", [{b} + 1*{step} + 128]\n"),
            concat!("tdpbf16ps tmm2, ", $left, ", ", $right, "\n"),
            concat!("tileloadd ", $right, ", [{b} + 1*{step} + 192]\n"),
            concat!("tdpbf16ps tmm3, ", $left, ", ", $right),
        )
    };
}

/// # Safety
/// It must be supported. For all terms that the runs were made of, the places of `left` for the rows of all tiles, and
/// those of `right` for [`COLUMNS`], must be readable.
#[expect(unsafe_code, reason = "tile instructions and their loads")]
pub(super) unsafe fn sum(left: Rows<'_>, right: *const Pair, runs: &Runs, tiles: &mut [[Sums; SIXTEEN]]) {
    if tiles.is_empty() {
        return;
    }
    let Runs { runs, whole, shapes } = runs;
    let (runs, sums) = (runs.as_ptr_range(), tiles.as_mut_ptr_range());
    // SAFETY: told above: the loops load the terms of each run, of sixteen rows a tile and of 64 columns, and store sixteen rows of
    // 64 sums a tile. The shapes are of registers that there are. In the end they are as unused as they were.
    unsafe {
        std::arch::asm!(
            "ldtilecfg [{run}]",
            "2:", // A tile.
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "mov {run}, {runs}",
            "cmp {run}, {whole}",
            "je 4f",
            "3:",
            run!("tmm4", "tmm5"),
            "cmp {run}, {whole}",
            "jne 3b",
            "4:",
            "cmp {run}, {end}",
            "je 6f",
            "5:",
            run!("tmm6", "tmm7"),
            "cmp {run}, {end}",
            "jne 5b",
            "6:",
            "mov {step}, 256",
            "tilestored [{sums} + 1*{step}], tmm0",
            "tilestored [{sums} + 1*{step} + 64], tmm1",
            "tilestored [{sums} + 1*{step} + 128], tmm2",
            "tilestored [{sums} + 1*{step} + 192], tmm3",
            "add {sums}, 4096",
            "mov {a}, {row}",
            "shl {a}, 4",
            "add {left}, {a}",
            "cmp {sums}, {all}",
            "jne 2b",
            "tilerelease",
            run = inout(reg) &raw const *shapes => _,
            left = inout(reg) left.pairs.as_ptr() => _,
            row = in(reg) left.row * BYTES,
            right = in(reg) right,
            runs = in(reg) runs.start,
            whole = in(reg) runs.start.add(*whole),
            end = in(reg) runs.end,
            sums = inout(reg) sums.start => _,
            all = in(reg) sums.end,
            a = out(reg) _,
            b = out(reg) _,
            step = out(reg) _,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack),
        );
    }
}
