//! Times, price lists and tenants of the histories, written down a second time so that the model computes nothing with
//! the code that it judges.

/// When histories begin: 2026-11-23T12:00:00Z, microseconds since 1970.
pub const BEGIN_US: i64 = 1_795_435_200_000_000;
pub const DAY_US: i64 = 86_400_000_000;

/// The first microsecond of months, and the month as the database writes it.
const MONTHS: [(i64, i32); 15] = [
    (1_793_491_200_000_000, 202_611),
    (1_796_083_200_000_000, 202_612),
    (1_798_761_600_000_000, 202_701),
    (1_801_440_000_000_000, 202_702),
    (1_803_859_200_000_000, 202_703),
    (1_806_537_600_000_000, 202_704),
    (1_809_129_600_000_000, 202_705),
    (1_811_808_000_000_000, 202_706),
    (1_814_400_000_000_000, 202_707),
    (1_817_078_400_000_000, 202_708),
    (1_819_756_800_000_000, 202_709),
    (1_822_348_800_000_000, 202_710),
    (1_825_027_200_000_000, 202_711),
    (1_827_619_200_000_000, 202_712),
    (1_830_297_600_000_000, 202_801),
];

/// The month of a time.
pub fn month(at_us: i64) -> i32 {
    MONTHS.iter().rev().find(|month| month.0 <= at_us).unwrap().1
}

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    Clip,
    Likeness,
    Edit,
}

/// Micro-dollars for a second, for the job and for a reference.
pub type Rates = [i64; 3];

/// One list: its name, its first day, from when it is in force, and its rows.
pub struct List {
    pub id: &'static str,
    pub effective: &'static str,
    pub effective_us: i64,
    pub rows: &'static [(Product, Rates)],
    pub withdrawn: bool,
}

/// In the order in which they come into force. The second leaves a row out, the third is withdrawn before its time, and
/// the last has something that is free.
pub const LISTS: [List; 4] = [
    List {
        id: "first",
        effective: "2026-01-01",
        effective_us: 1_767_225_600_000_000,
        rows: &[
            (Product::Clip, [100_003, 0, 0]),
            (Product::Likeness, [120_000, 7, 1_001]),
            (Product::Edit, [333, 10_000, 0]),
        ],
        withdrawn: false,
    },
    List {
        id: "second",
        effective: "2026-12-10",
        effective_us: 1_796_860_800_000_000,
        rows: &[(Product::Clip, [150_001, 0, 0]), (Product::Likeness, [90_001, 50_000, 20_000])],
        withdrawn: false,
    },
    List {
        id: "withdrawn",
        effective: "2026-12-20",
        effective_us: 1_797_724_800_000_000,
        rows: &[
            (Product::Clip, [9_000_000, 0, 0]),
            (Product::Likeness, [9_000_000, 0, 0]),
            (Product::Edit, [9_000_000, 0, 0]),
        ],
        withdrawn: true,
    },
    List {
        id: "third",
        effective: "2027-01-15",
        effective_us: 1_799_971_200_000_000,
        rows: &[(Product::Clip, [0, 0, 0]), (Product::Likeness, [99_999, 0, 1]), (Product::Edit, [1, 1, 0])],
        withdrawn: false,
    },
];

/// The list in force and its row, if it has one.
pub fn price(product: Product, at_us: i64) -> Option<(&'static str, Rates)> {
    let list = LISTS.iter().rev().find(|list| !list.withdrawn && list.effective_us <= at_us)?;
    list.rows.iter().find(|row| row.0 == product).map(|row| (list.id, row.1))
}

/// Organizations of a history.
pub const ORGANIZATIONS: usize = 2;
/// Projects of an organization.
pub const PROJECTS: usize = 2;
/// The project of each of an organization's keys.
pub const KEYS: [usize; 3] = [0, 0, 1];
