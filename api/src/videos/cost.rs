//! What a video costs, as its customer sees it.

use kinora_billing::{Bill, Micros};
use serde::Serialize;
use utoipa::ToSchema;

/// What a video costs. Amounts are dollars with six decimals, exact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoCost)]
pub struct Cost {
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// What was set aside for it when it was asked for: the most it can cost.
    #[schema(required, example = "0.004000")]
    pub estimated: Option<String>,
    /// What was charged, once it is over: 0 for one that failed or was canceled.
    #[schema(required, example = "0.004000")]
    pub r#final: Option<String>,
    /// The price list that counts for it, whatever comes into force later.
    #[schema(required, example = "2026-01-01-example")]
    pub price_list: Option<String>,
    /// `reserved` until it is over, then `settled` if it was charged and `released` if it was not.
    #[schema(required, example = "settled")]
    pub status: Option<&'static str>,
    /// What its compute cost the operator at the rate set when it was completed.
    #[schema(required, example = "0.000068")]
    pub compute: Option<String>,
}

impl Cost {
    /// What is known of it; `None` when nothing is.
    pub fn of(bill: Option<&Bill>, compute_micros: Option<i64>) -> Option<Self> {
        if bill.is_none() && compute_micros.is_none() {
            return None;
        }
        Some(Self {
            currency: "usd",
            estimated: bill.map(|bill| bill.estimated.dollars()),
            r#final: bill.and_then(|bill| bill.charged).map(Micros::dollars),
            price_list: bill.map(|bill| bill.quote.price_list.clone()),
            status: bill.map(|bill| bill.status.name()),
            compute: compute_micros.map(|micros| Micros::new(micros).dollars()),
        })
    }
}
