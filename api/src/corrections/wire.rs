//! What travels: an amount, and why. Amounts are dollars as text with six decimals: exact.

use kinora_billing::Micros;
use utoipa::ToSchema;

use crate::Refusal;
use crate::http::Fields;
use crate::operator::{key, reason};

/// Money that the operator moves by their word.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = Correction)]
pub struct Correction {
    /// How much, dollars as text, above 0.
    #[schema(value_type = String, example = "10.00")]
    pub amount: Micros,
    /// Why. It stays in the books.
    #[schema(min_length = 1, max_length = 500, example = "Wire of 2026-11-20")]
    pub reason: String,
    /// Names it, for example by the number of a wire: the same name again for the organization moves nothing more.
    #[schema(min_length = 1, max_length = 255, example = "wire-4711")]
    pub idempotency_key: String,
}

impl Correction {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let amount = fields.dollars_text("amount")?.ok_or(Refusal::Missing { param: "amount" })?;
        if amount == Micros::ZERO {
            return Err(Refusal::invalid("amount", "it must be above 0."));
        }
        let name = key(&mut fields)?.ok_or(Refusal::Missing { param: "idempotency_key" })?;
        let request = Self { amount, reason: reason(&mut fields)?, idempotency_key: name };
        fields.finish()?;
        Ok(request)
    }
}
