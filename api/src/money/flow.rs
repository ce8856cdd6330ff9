//! The price list that a server starts with.

use anyhow::Context as _;
use kinora_billing::{EXAMPLE_PRICES, Item, Operation, PriceFile, active_list, load_prices};
use kinora_spec::catalogue::Model;
use kinora_store::Store;

use super::rules::tier;
use crate::Config;
use crate::catalogue::Catalogue;

/// Loads the operator's price list, or the example, and makes sure that what is on offer has a price.
///
/// # Errors
/// When the file cannot be read or says something impossible, when a list of that id was loaded with other content, or
/// when it lacks a price of something on offer.
pub fn load_price_list(
    store: &Store,
    config: &Config,
    catalogue: &Catalogue,
    now_us: i64,
) -> anyhow::Result<()> {
    let content = match &config.prices {
        None => EXAMPLE_PRICES.to_owned(),
        Some(path) => std::fs::read_to_string(path)
            .with_context(|| format!("cannot read `prices`, {}", path.display()))?,
    };
    let file = PriceFile::parse(&content).context("`prices` is no price list")?;
    if let Some(missing) = missing_price(&file, catalogue.models()) {
        anyhow::bail!(
            "the price list {} has no price for {} with the model {} at {}, which is on offer",
            file.id,
            missing.operation,
            missing.model,
            missing.tier
        );
    }
    let active = store.run_blocking(|db| {
        db.write_tx(|db| {
            load_prices(db, &file, now_us)?;
            active_list(db, now_us)
        })
    })?;
    let active = active.map(|list| list.id);
    if config.prices.is_some() && file.effective_at_us <= now_us && active.as_ref() != Some(&file.id) {
        tracing::warn!(
            configured = file.id,
            ?active,
            "a later price list is in force than the configured one"
        );
    }
    Ok(())
}

/// The first thing on offer that `file` does not price.
pub fn missing_price(file: &PriceFile, models: &[Model]) -> Option<Item> {
    let of = |model: &Model| {
        let id = model.id;
        model.sizes.iter().map(move |size| Item {
            model: id.to_owned(),
            operation: Operation::Create,
            tier: tier(*size),
        })
    };
    models.iter().flat_map(of).find(|item| !file.has(item))
}
