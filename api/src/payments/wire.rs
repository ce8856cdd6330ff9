//! What travels when credit is bought.

use kinora_billing::Micros;
use kinora_billing::payments::Purchase;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

use super::rules::{check_amount, check_url};
use crate::Refusal;
use crate::clock::SECOND_US;
use crate::http::Fields;

/// Credit to be bought.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
pub struct CreateCheckout {
    /// Dollars, whole cents from 0.50, as text or as a number.
    #[schema(schema_with = amount_schema)]
    pub amount: Micros,
    /// Where the buyer's browser goes once it is paid.
    #[schema(example = "https://example.com/paid")]
    pub success_url: String,
    /// Where the buyer's browser goes who gives up.
    #[schema(example = "https://example.com/not-paid")]
    pub cancel_url: String,
}

fn amount_schema() -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Number]))
        .description(Some("Dollars, whole cents from 0.50, as text or as a number."))
        .examples([Value::from("25.00")])
        .build()
}

impl CreateCheckout {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, cannot be, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let amount = fields.dollars("amount")?.ok_or(Refusal::Missing { param: "amount" })?;
        check_amount(amount)?;
        let success_url = fields.text("success_url")?.ok_or(Refusal::Missing { param: "success_url" })?;
        check_url("success_url", &success_url)?;
        let cancel_url = fields.text("cancel_url")?.ok_or(Refusal::Missing { param: "cancel_url" })?;
        check_url("cancel_url", &cancel_url)?;
        fields.finish()?;
        Ok(Self { amount, success_url, cancel_url })
    }
}

/// A page on which credit is bought.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CreditCheckout)]
pub struct CreditCheckout {
    /// Names the purchase.
    #[schema(example = "checkout_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `organization.credit.checkout`.
    #[schema(example = "organization.credit.checkout")]
    pub object: &'static str,
    /// Where the buyer pays; only in the answer that made the page.
    #[schema(required)]
    pub url: Option<String>,
    /// What is bought, dollars with six decimals.
    #[schema(example = "25.000000")]
    pub amount: String,
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// `open`, or `paid` once the credit was given.
    #[schema(example = "open")]
    pub status: &'static str,
    /// When it was asked for, Unix seconds.
    pub created_at: i64,
    /// When the credit was given, Unix seconds.
    #[schema(required)]
    pub paid_at: Option<i64>,
}

impl CreditCheckout {
    /// The purchase; `url` only when its page was made just now.
    #[must_use]
    pub fn of(purchase: Purchase, url: Option<String>) -> Self {
        Self {
            object: "organization.credit.checkout",
            url,
            amount: Micros::new(purchase.amount_micros).dollars(),
            currency: "usd",
            status: if purchase.completed_at.is_some() { "paid" } else { "open" },
            created_at: purchase.created_at.div_euclid(SECOND_US),
            paid_at: purchase.completed_at.map(|at_us| at_us.div_euclid(SECOND_US)),
            id: purchase.id,
        }
    }
}

/// That a message was kept.
#[derive(Debug, Serialize, ToSchema)]
pub struct Received {
    /// Always true.
    pub received: bool,
}
