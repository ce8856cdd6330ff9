//! Charges of the first tenant, made as a completed video makes them.

use kinora_billing::{
    Db, EXAMPLE_PRICES, Error, Item, Operation, Payer, PriceFile, Quantities, capture, hold, load_prices,
    quote,
};
use serde_json::Value;

use crate::app::TestApp;

/// The first organization, its project and that project's key.
#[derive(Clone, Debug)]
pub struct Ids {
    pub organization: String,
    pub project: String,
    pub key: String,
}

fn first_id(list: &Value) -> String {
    list["data"][0]["id"].as_str().unwrap().to_owned()
}

impl TestApp {
    /// Asks as the operator; `what` stands after `/v1/operator`.
    pub async fn operator_get(&self, what: &str) -> crate::app::Answer {
        self.ask(&self.operator_key, reqwest::Method::GET, &format!("/v1/operator{what}"), None).await
    }

    /// As [`TestApp::operator_get`], with a body.
    pub async fn operator_post(&self, what: &str, body: &Value) -> crate::app::Answer {
        self.ask(&self.operator_key, reqwest::Method::POST, &format!("/v1/operator{what}"), Some(body)).await
    }

    /// The first organization, its project and that project's key.
    pub async fn ids(&self) -> Ids {
        let organization = first_id(&self.operator_get("/organizations").await.ok());
        let project = first_id(&self.admin_get("/projects").await.ok());
        let key = first_id(&self.admin_get(&format!("/projects/{project}/api_keys")).await.ok());
        Ids { organization, project, key }
    }

    /// Holds and captures so many seconds of the small model at the example's price for something that is no video.
    pub async fn charge(&self, ids: &Ids, subject: &str, seconds: u32) -> Result<(), Error> {
        let (ids, subject, now_us) = (ids.clone(), subject.to_owned(), self.app.clock.now_us());
        let done = self.app.store.run(move |db| {
            db.write_tx(|db| {
                load_prices(db, &PriceFile::parse(EXAMPLE_PRICES).unwrap(), now_us)?;
                charge(db, &ids, &subject, seconds, now_us)
            })
        });
        done.await
    }

    /// As [`TestApp::charge`], a second for each of so many things.
    pub async fn charge_often(&self, ids: &Ids, things: usize) -> Result<(), Error> {
        let (ids, now_us) = (ids.clone(), self.app.clock.now_us());
        let all = move |db: &mut Db| {
            (0..things).try_for_each(|n| charge(db, &ids, &format!("thing_{n}"), 1, now_us))
        };
        self.app.store.run(move |db| db.write_tx(all)).await
    }
}

fn charge(db: &mut Db, ids: &Ids, subject: &str, seconds: u32, now_us: i64) -> Result<(), Error> {
    let item = Item { model: "kinora-mini".into(), operation: Operation::Create, tier: "720p".into() };
    let asked = Quantities { milliseconds: seconds * 1_000, references: 0 };
    let quote = quote(db, (&ids.organization, &ids.project), &item, asked, now_us)?;
    let payer = Payer { organization: &ids.organization, project: &ids.project, api_key: &ids.key };
    hold(db, &payer, subject, &quote, now_us)?;
    capture(db, subject, asked, now_us)?;
    Ok(())
}
