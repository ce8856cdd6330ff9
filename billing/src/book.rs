//! The price book: price lists in the database, loaded once and never changed.

use diesel::{
    BoolExpressionMethods as _, ExpressionMethods as _, OptionalExtension as _, QueryDsl as _, Queryable,
    RunQueryDsl as _, Selectable, SelectableHelper as _,
};
use kinora_store::schema::{price_lists, prices};
use kinora_store::{Db, each};

use crate::{Error, PriceFile};

/// A price list that was loaded. Times are microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = price_lists)]
pub struct PriceList {
    /// Its name.
    pub id: String,
    /// From when it is in force.
    pub effective_at: i64,
    /// The file.
    pub content: String,
    /// SHA-256 of `content`, lower-case hexadecimal.
    pub sha256: String,
    /// When it was loaded.
    pub loaded_at: i64,
    /// When it was withdrawn, which is before it came into force.
    pub withdrawn_at: Option<i64>,
}

/// Loads a price list. One that is there already with the same content stays as it is.
///
/// # Errors
/// [`Error::Invalid`] when a list of that id has other content.
pub fn load_prices(db: &mut Db, file: &PriceFile, now_us: i64) -> Result<PriceList, Error> {
    let row = (
        price_lists::id.eq(&file.id),
        price_lists::effective_at.eq(file.effective_at_us),
        price_lists::content.eq(&file.content),
        price_lists::sha256.eq(&file.sha256),
        price_lists::loaded_at.eq(now_us),
    );
    // Nodes that start together load the same file: whoever comes second waits here, and finds it.
    let added = each!(db, |db| diesel::insert_into(price_lists::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(db))?;
    let list = price_list(db, &file.id)?.ok_or_else(|| Error::broken("price_lists", &file.id))?;
    if added == 0 {
        return the_same(list, file);
    }
    for (item, price) in &file.prices {
        let row = (
            prices::price_list_id.eq(&file.id),
            prices::model.eq(&item.model),
            prices::operation.eq(item.operation.name()),
            prices::tier.eq(&item.tier),
            prices::per_second_micros.eq(price.per_second.get()),
            prices::per_job_micros.eq(price.per_job.get()),
            prices::per_reference_micros.eq(price.per_reference.get()),
        );
        diesel::insert_into(prices::table).values(row).execute(db)?;
    }
    diesel::update(price_lists::table.find(&file.id)).set(price_lists::sealed.eq(true)).execute(db)?;
    Ok(list)
}

fn the_same(there: PriceList, file: &PriceFile) -> Result<PriceList, Error> {
    if there.sha256 == file.sha256 {
        return Ok(there);
    }
    Err(Error::Invalid(format!(
        "the price list {} was loaded with other content; lists never change: give the new one an id of its own and a \
         later `effective`",
        file.id
    )))
}

/// Takes back a list that is not in force yet. Its name stays taken.
///
/// # Errors
/// [`Error::Invalid`] when there is none, when it is in force, or when it was withdrawn before.
pub fn withdraw_prices(db: &mut Db, id: &str, now_us: i64) -> Result<PriceList, Error> {
    let list = price_list(db, id)?.ok_or_else(|| Error::Invalid(format!("there is no price list {id}")))?;
    if list.effective_at <= now_us {
        return Err(Error::Invalid(format!(
            "the price list {id} is in force, so it stays: load a later one"
        )));
    }
    let open = price_lists::table.find(id).filter(price_lists::withdrawn_at.is_null());
    if diesel::update(open).set(price_lists::withdrawn_at.eq(now_us)).execute(db)? == 0 {
        return Err(Error::Invalid(format!("the price list {id} was withdrawn already")));
    }
    price_list(db, id)?.ok_or_else(|| Error::broken("price_lists", id))
}

/// The list in force, if there is one.
///
/// # Errors
/// When the database fails.
pub fn active_list(db: &mut Db, now_us: i64) -> Result<Option<PriceList>, Error> {
    Ok(price_lists::table
        .filter(price_lists::effective_at.le(now_us).and(price_lists::withdrawn_at.is_null()))
        .order((price_lists::effective_at.desc(), price_lists::id.desc()))
        .select(PriceList::as_select())
        .first(db)
        .optional()?)
}

/// Every list, the latest to come into force first.
///
/// # Errors
/// When the database fails.
pub fn price_lists(db: &mut Db) -> Result<Vec<PriceList>, Error> {
    Ok(price_lists::table
        .order((price_lists::effective_at.desc(), price_lists::id.desc()))
        .select(PriceList::as_select())
        .load(db)?)
}

/// The list of that name.
///
/// # Errors
/// When the database fails.
pub fn price_list(db: &mut Db, id: &str) -> Result<Option<PriceList>, Error> {
    Ok(price_lists::table.find(id).select(PriceList::as_select()).first(db).optional()?)
}
