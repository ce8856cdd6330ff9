//! The price list that a server starts with.

use anyhow::Context as _;
use kinora_billing::{EXAMPLES, Item, Operation, PriceFile, active_list, load_prices};
use kinora_spec::catalogue::Model;
use kinora_store::Store;

use super::rules::tier;
use crate::Config;
use crate::catalogue::Catalogue;
use crate::clock::rfc3339;

/// Loads the operator's price list, or the examples, and makes sure that what is on offer has a price.
///
/// # Errors
/// When the file cannot be read or says something impossible, when a list of that id was loaded with other content, when
/// no list is in force, or when that list or the file lacks a price of something on offer.
pub fn load_price_list(
    store: &Store,
    config: &Config,
    catalogue: &Catalogue,
    now_us: i64,
) -> anyhow::Result<()> {
    let files = files(config)?;
    let models = catalogue.models();
    files.iter().try_for_each(|file| check_complete(file, models))?;
    let active = store.run_blocking(|db| {
        db.write_tx(|db| {
            for file in &files {
                if load_prices(db, file, now_us)?.withdrawn_at.is_some() {
                    tracing::warn!(configured = file.id, "the configured price list was withdrawn: another one counts");
                }
            }
            // Within the transaction: a list that the server does not start with is not kept either.
            let active = active_list(db, now_us)?.with_context(|| {
                let file = &files[0];
                format!(
                    "no price list is in force: {} is from {} on, and no other was loaded; start with one that is in \
                     force now and load this one over the API",
                    file.id,
                    rfc3339(file.effective_at_us)
                )
            })?;
            let in_force = PriceFile::parse(&active.content);
            let in_force = in_force.with_context(|| format!("cannot read the price list {}", active.id))?;
            check_complete(&in_force, models).context("the price list in force does not do")?;
            Ok::<_, anyhow::Error>(active.id)
        })
    })?;
    let overruled = files.iter().find(|file| file.effective_at_us <= now_us && active != file.id);
    if let (Some(file), true) = (overruled, config.prices.is_some()) {
        tracing::warn!(
            configured = file.id,
            active,
            "a later price list is in force than the configured one"
        );
    }
    Ok(())
}

/// The list that is configured, or the examples.
fn files(config: &Config) -> anyhow::Result<Vec<PriceFile>> {
    let parse = |content: &str| PriceFile::parse(content).context("`prices` is no price list");
    let Some(path) = &config.prices else { return EXAMPLES.into_iter().map(parse).collect() };
    let content =
        std::fs::read_to_string(path).with_context(|| format!("cannot read `prices`, {}", path.display()))?;
    Ok(vec![parse(&content)?])
}

fn check_complete(file: &PriceFile, models: &[Model]) -> anyhow::Result<()> {
    let Some(missing) = missing_price(file, models) else { return Ok(()) };
    let Item { operation, model, tier } = missing;
    anyhow::bail!(
        "the price list {} has no price for {operation} with the model {model} at {tier}, which is on offer",
        file.id
    )
}

/// The first thing on offer that `file` does not price. All that this release offers is to create.
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
