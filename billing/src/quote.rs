//! What something costs: the row of the price list in force, the discount in force, and the lines they make of
//! quantities. A quote is a snapshot: it says the same for ever, whatever happens to lists and discounts.

use std::fmt;

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, Insertable, NullableExpressionMethods as _,
    OptionalExtension as _, QueryDsl as _, Queryable, RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::Db;
use kinora_store::schema::{discounts, price_lists, prices};
use serde::{Deserialize, Serialize};

use crate::{BasisPoints, Error, Micros, new_id};

/// What is done, as price lists tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// From words alone.
    Create,
    /// With a likeness.
    Cameo,
    /// From an earlier one, changed.
    Remix,
    /// From material that was handed in.
    Edit,
    /// An earlier one, longer.
    Extend,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 5] = [Self::Create, Self::Cameo, Self::Remix, Self::Edit, Self::Extend];

    /// The name in price lists, on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Cameo => "cameo",
            Self::Remix => "remix",
            Self::Edit => "edit",
            Self::Extend => "extend",
        }
    }

    /// The operation of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.name() == name)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a price is for: one row of a price list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The model, by its id.
    pub model: String,
    /// What is done.
    pub operation: Operation,
    /// The resolution tier, for example `720p`.
    pub tier: String,
}

/// The amounts of one row of a price list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// For a second of output.
    pub per_second: Micros,
    /// For the job, however long.
    pub per_job: Micros,
    /// For each reference that is used.
    pub per_reference: Micros,
}

/// How much of what is priced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantities {
    /// Length of the output, milliseconds.
    pub milliseconds: u32,
    /// References that are used.
    pub references: u32,
}

/// What a line charges for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// Seconds of output.
    Second,
    /// The job.
    Job,
    /// References.
    Reference,
}

impl Component {
    /// The name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Job => "job",
            Self::Reference => "reference",
        }
    }
}

/// One priced quantity. The only sum that is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is charged for.
    pub component: Component,
    /// How much of it, thousandths.
    pub quantity_milli: i64,
    /// What a whole one costs on the list.
    pub unit: Micros,
    /// What the quantity costs, after the discount.
    pub amount: Micros,
}

/// What was promised: enough to compute every amount again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The price list it is from.
    pub price_list: String,
    /// What is priced.
    pub item: Item,
    /// How much was asked for.
    pub asked: Quantities,
    /// The prices.
    pub price: Price,
    /// What is taken off each line.
    pub discount: BasisPoints,
    /// What the quantities that were asked for cost.
    pub total: Micros,
}

/// Thousandths in one.
const MILLI: i64 = 1_000;

impl Quote {
    /// The lines of what was delivered. More than was asked for is not charged for.
    ///
    /// `None` if an amount does not fit.
    #[must_use]
    pub fn lines(&self, delivered: Quantities) -> Option<Vec<Line>> {
        let milliseconds = delivered.milliseconds.min(self.asked.milliseconds);
        let references = delivered.references.min(self.asked.references);
        let rows = [
            (Component::Second, i64::from(milliseconds), self.price.per_second),
            (Component::Job, MILLI, self.price.per_job),
            (Component::Reference, i64::from(references).checked_mul(MILLI)?, self.price.per_reference),
        ];
        let mut lines = Vec::new();
        for (component, quantity_milli, unit) in rows {
            // Seconds are always told, so that a statement shows what was free, too.
            if component == Component::Second || (unit > Micros::ZERO && quantity_milli > 0) {
                let amount = Micros::priced(unit, quantity_milli, self.discount)?;
                lines.push(Line { component, quantity_milli, unit, amount });
            }
        }
        Some(lines)
    }

    /// What was delivered costs.
    ///
    /// `None` if it does not fit.
    #[must_use]
    pub fn cost(&self, delivered: Quantities) -> Option<Micros> {
        total(&self.lines(delivered)?)
    }
}

/// The sum of lines; `None` if it does not fit.
pub(crate) fn total(lines: &[Line]) -> Option<Micros> {
    lines.iter().try_fold(Micros::ZERO, |sum, line| sum.checked_add(line.amount))
}

#[derive(Queryable)]
struct Row {
    price_list: String,
    per_second: i64,
    per_job: i64,
    per_reference: i64,
}

/// What `asked` of `item` costs a project of an organization at this time.
///
/// # Errors
/// [`Error::NoPrice`]; [`Error::Overflow`].
pub fn quote(
    db: &mut Db,
    (organization, project): (&str, &str),
    item: &Item,
    asked: Quantities,
    now_us: i64,
) -> Result<Quote, Error> {
    let no_price =
        || Error::NoPrice { model: item.model.clone(), operation: item.operation, tier: item.tier.clone() };
    // The list is chosen by itself, not by its row: a row that a newer list left out has no price, not the old one.
    let list = price_lists::table
        .filter(price_lists::effective_at.le(now_us).and(price_lists::withdrawn_at.is_null()))
        .order((price_lists::effective_at.desc(), price_lists::id.desc()))
        .select(price_lists::id)
        .single_value();
    let mine = prices::model.eq(&item.model).and(prices::operation.eq(item.operation.name()));
    let row: Option<Row> = prices::table
        .filter(prices::price_list_id.nullable().eq(list).and(mine).and(prices::tier.eq(&item.tier)))
        .select((
            prices::price_list_id,
            prices::per_second_micros,
            prices::per_job_micros,
            prices::per_reference_micros,
        ))
        .first(db)
        .optional()?;
    let row = row.ok_or_else(no_price)?;
    let price = Price {
        per_second: Micros::new(row.per_second),
        per_job: Micros::new(row.per_job),
        per_reference: Micros::new(row.per_reference),
    };
    let discount = discount_of(db, organization, project, now_us)?;
    let total = Micros::ZERO;
    let mut quote = Quote { price_list: row.price_list, item: item.clone(), asked, price, discount, total };
    quote.total = quote.cost(asked).ok_or(Error::Overflow)?;
    Ok(quote)
}

/// A discount from some time on.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = discounts)]
pub struct Discount {
    /// Names it.
    pub id: String,
    /// Whose.
    pub organization_id: String,
    /// For this project alone; `None` for each that has none of its own.
    pub project_id: Option<String>,
    /// Hundredths of a percent, 0 to 10 000.
    pub basis_points: i32,
    /// Why.
    pub reason: String,
    /// From when, microseconds since 1970.
    pub effective_at: i64,
    /// When it was set, microseconds since 1970.
    pub created_at: i64,
}

/// The discount in force: the project's, else the organization's, and the newest of those.
fn discount_of(db: &mut Db, organization: &str, project: &str, now_us: i64) -> Result<BasisPoints, Error> {
    let mine = discounts::project_id.is_null().or(discounts::project_id.eq(project));
    let row: Option<i32> = discounts::table
        .filter(discounts::organization_id.eq(organization).and(discounts::effective_at.le(now_us)).and(mine))
        .order((
            discounts::project_id.is_null().asc(),
            discounts::effective_at.desc(),
            discounts::created_at.desc(),
            discounts::id.desc(),
        ))
        .select(discounts::basis_points)
        .first(db)
        .optional()?;
    row.map_or(Ok(BasisPoints::NONE), |points| {
        BasisPoints::new(points).ok_or_else(|| Error::broken("discounts", points))
    })
}

/// Sets a discount from `effective_at_us` on. Earlier quotes keep theirs.
///
/// # Errors
/// When the database fails, or there is no such organization or project.
pub fn set_discount(
    db: &mut Db,
    (organization, project): (&str, Option<&str>),
    (discount, reason): (BasisPoints, &str),
    effective_at_us: i64,
    now_us: i64,
) -> Result<Discount, Error> {
    let row = Discount {
        id: new_id("disc_"),
        organization_id: organization.to_owned(),
        project_id: project.map(str::to_owned),
        basis_points: discount.get(),
        reason: reason.to_owned(),
        effective_at: effective_at_us,
        created_at: now_us,
    };
    diesel::insert_into(discounts::table).values(&row).execute(db)?;
    Ok(row)
}

/// An organization's discounts, newest first.
///
/// # Errors
/// When the database fails.
pub fn discounts(db: &mut Db, organization: &str) -> Result<Vec<Discount>, Error> {
    Ok(discounts::table
        .filter(discounts::organization_id.eq(organization))
        .order((discounts::effective_at.desc(), discounts::id.desc()))
        .select(Discount::as_select())
        .load(db)?)
}
