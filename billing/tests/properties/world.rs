//! What all histories share, and what one begins with: price lists, organizations, projects and names.

use diesel::{ExpressionMethods as _, RunQueryDsl as _};
use kinora_billing::{
    Error, Item, Micros, Mode, Operation, PriceFile, load_prices, open_organization, set_owed_limit,
    withdraw_prices,
};
use kinora_store::schema::{organizations, projects};
use kinora_store::{Db, Store};

use crate::operations::Beginning;
use crate::terms::{BEGIN_US, LISTS, List, PROJECTS, Product};

/// The names in one history: no two histories have one in common.
pub struct Names {
    case: String,
}

impl Names {
    pub fn new(case: String) -> Self {
        Self { case }
    }

    pub fn org(&self, org: usize) -> String {
        format!("org_{}_{org}", self.case)
    }

    pub fn project(&self, org: usize, project: usize) -> String {
        format!("proj_{}_{org}_{project}", self.case)
    }

    pub fn key(&self, org: usize, key: usize) -> String {
        format!("key_{}_{org}_{key}", self.case)
    }

    pub fn job(&self, job: usize) -> String {
        format!("video_{}_{job}", self.case)
    }

    /// An idempotency key or the like.
    pub fn once(&self, name: impl std::fmt::Display) -> String {
        format!("once_{}_{name}", self.case)
    }
}

/// Loads the price lists and withdraws the one that never comes into force.
pub fn make(store: &Store) {
    store
        .run_blocking(|db| {
            db.write_tx(|db| {
                for list in &LISTS {
                    load_prices(db, &PriceFile::parse(&toml(list)).unwrap(), BEGIN_US)?;
                    if list.withdrawn {
                        withdraw_prices(db, list.id, BEGIN_US)?;
                    }
                }
                Ok::<_, Error>(())
            })
        })
        .unwrap();
}

fn toml(list: &List) -> String {
    let mut text = format!("id = \"{}\"\neffective = \"{}\"\ncurrency = \"usd\"\n", list.id, list.effective);
    for (product, [second, job, reference]) in list.rows {
        let item = item(*product);
        text.push_str(&format!(
            "[[prices]]\nmodel = \"{}\"\noperations = [\"{}\"]\ntier = \"{}\"\nper_second_micros = {second}\n\
             per_job_micros = {job}\nper_reference_micros = {reference}\n",
            item.model, item.operation, item.tier
        ));
    }
    text
}

pub fn item(product: Product) -> Item {
    let (operation, tier) = match product {
        Product::Clip => (Operation::Create, "720p"),
        Product::Likeness => (Operation::Cameo, "720p"),
        Product::Edit => (Operation::Edit, "1080p"),
    };
    Item { model: "m".into(), operation, tier: tier.into() }
}

/// Makes one organization with its projects.
pub fn open(db: &mut Db, names: &Names, org: usize, begin: &Beginning) -> Result<(), Error> {
    let id = names.org(org);
    let row =
        (organizations::id.eq(&id), organizations::name.eq("A"), organizations::created_at.eq(BEGIN_US));
    diesel::insert_into(organizations::table).values(row).execute(db)?;
    for project in 0..PROJECTS {
        let row = (
            projects::id.eq(names.project(org, project)),
            projects::organization_id.eq(&id),
            projects::name.eq("A"),
            projects::created_at.eq(BEGIN_US),
        );
        diesel::insert_into(projects::table).values(row).execute(db)?;
    }
    open_organization(db, &id, mode(begin.prepaid), begin.mirrored, BEGIN_US)?;
    set_owed_limit(db, &id, begin.owed_limit.map(Micros::new))
}

pub const fn mode(prepaid: bool) -> Mode {
    if prepaid { Mode::Prepaid } else { Mode::Postpaid }
}
