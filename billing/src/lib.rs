#![doc = include_str!("../README.md")]
#![deny(clippy::arithmetic_side_effects, clippy::as_conversions, clippy::float_arithmetic)]

mod book;
mod books;
mod credit;
mod error;
mod hold;
mod ledger;
mod micros;
pub mod mirror;
mod month;
pub mod payments;
mod price_file;
mod quote;
mod settle;
pub mod spend;
mod statement;

pub use book::{PriceList, active_list, load_prices, price_list, price_lists, withdraw_prices};
pub use books::{Books, books_balance};
pub use credit::{
    Block, Funding, Grant, PRIORITY_MAX, REASON_CHARS_MAX, blocks, expire_due, grant, take_back,
};
pub use error::Error;
pub use hold::{Bill, BillStatus, Payer, bills, hold};
pub use ledger::{
    Balances, Mode, Profile, balances, open_organization, pay_owed, pay_owed_manually, profile,
    set_external_customer, set_mode, set_owed_limit,
};
pub use micros::{BasisPoints, CENT_MICROS, Micros};
pub use month::{DAY_US, Month, day_name, day_start_us};
pub use price_file::{EXAMPLE_PRICES, EXAMPLES, PriceFile, PriceFileError};
pub use quote::{
    Component, Discount, Item, Line, Operation, Price, Quantities, Quote, discounts, quote, set_discount,
};
pub use settle::{Reason, Settlement, capture, release};
pub use statement::{Statement, StatementLine, charged_lines, statement, statement_months};

/// Re-exported for crates that only know billing: what its functions take.
pub use kinora_store::{Db, Store};

/// A new id with this prefix, later in order than every earlier one of this process.
fn new_id(prefix: &str) -> String {
    format!("{prefix}{}", uuid::Uuid::now_v7().simple())
}
