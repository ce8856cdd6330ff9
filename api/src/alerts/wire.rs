//! What travels: alerts in the shape of OpenAI's `organization.spend_alert`, and events as its webhooks have them.

use kinora_billing::spend::Alert;
use kinora_billing::{Micros, Month};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::store::EventRow;
use crate::clock::SECOND_US;
use crate::http::Fields;
use crate::spend::rules::cents;
use crate::spend::wire::{CURRENCY, INTERVAL, threshold};
use crate::{ApiError, Refusal};

/// Most addresses of one alert.
const RECIPIENTS_MAX: usize = 20;
/// Longest address, characters: what a mail's envelope can hold.
const RECIPIENT_CHARS_MAX: usize = 254;
/// Longest prefix of a subject, characters.
const SUBJECT_CHARS_MAX: usize = 100;

/// Whom to tell. Kinora keeps it for whoever sends the mail: itself it writes an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = SpendAlertChannel)]
pub struct Channel {
    /// Always `email`.
    #[schema(example = "email")]
    pub r#type: String,
    /// 1 to 20 addresses.
    #[schema(min_items = 1, max_items = 20)]
    pub recipients: Vec<String>,
    /// What a mail's subject begins with.
    #[schema(max_length = 100)]
    pub subject_prefix: Option<String>,
}

/// An alert to be made, or what to change it to.
#[derive(Clone, Debug, PartialEq, Eq, ToSchema)]
#[schema(as = SpendAlertWrite)]
pub struct WriteAlert {
    /// The amount, cents. The alert goes off once in a month, with the video that reaches it.
    #[schema(value_type = i64, minimum = 1, maximum = 1_000_000_000_000_i64)]
    pub threshold_amount: Micros,
    /// Always `USD`.
    #[schema(example = "USD")]
    pub currency: &'static str,
    /// Always `month`.
    #[schema(example = "month")]
    pub interval: &'static str,
    /// Whom to tell.
    pub notification_channel: Channel,
}

impl WriteAlert {
    /// Takes the request out of `fields`.
    ///
    /// # Errors
    /// When a field is missing, has an impossible value, or does not exist.
    pub fn from_fields(mut fields: Fields) -> Result<Self, Refusal> {
        let threshold_amount = threshold(&mut fields, 1)?;
        let object = fields.object("notification_channel")?;
        let object = object.ok_or(Refusal::Missing { param: "notification_channel" })?;
        fields.finish()?;
        let notification_channel = channel(object)?;
        Ok(Self { threshold_amount, currency: CURRENCY, interval: INTERVAL, notification_channel })
    }

    /// The channel as it is stored.
    ///
    /// # Errors
    /// Never in practice.
    pub fn channel(&self) -> Result<String, ApiError> {
        serde_json::to_string(&self.notification_channel).map_err(|error| ApiError::Internal(error.into()))
    }
}

fn channel(object: Map<String, Value>) -> Result<Channel, Refusal> {
    let wrong = |problem: String| Refusal::invalid("notification_channel", problem);
    let mut fields = Fields::from_object(object);
    let kind = fields.text("type")?.unwrap_or_default();
    if kind != "email" {
        return Err(wrong("supported is the type 'email'.".to_owned()));
    }
    let recipients = fields.texts("recipients")?.unwrap_or_default();
    let is_address = |text: &String| {
        let chars = text.chars().count();
        chars <= RECIPIENT_CHARS_MAX && text.contains('@') && !text.contains(char::is_control)
    };
    if !(1..=RECIPIENTS_MAX).contains(&recipients.len()) || !recipients.iter().all(is_address) {
        return Err(wrong(format!("expected 1 to {RECIPIENTS_MAX} mail addresses as 'recipients'.")));
    }
    let subject_prefix = fields.text("subject_prefix")?;
    let fits = |text: &String| text.chars().count() <= SUBJECT_CHARS_MAX && !text.contains(char::is_control);
    if !subject_prefix.iter().all(fits) {
        return Err(wrong(format!("expected at most {SUBJECT_CHARS_MAX} characters as 'subject_prefix'.")));
    }
    fields.finish()?;
    Ok(Channel { r#type: kind, recipients, subject_prefix })
}

/// An alert.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpendAlert {
    /// Names the alert.
    #[schema(example = "alert_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// `organization.spend_alert` or `project.spend_alert`.
    #[schema(example = "organization.spend_alert")]
    pub object: &'static str,
    /// Always `USD`.
    #[schema(example = "USD")]
    pub currency: &'static str,
    /// Always `month`.
    #[schema(example = "month")]
    pub interval: &'static str,
    /// The amount, cents.
    pub threshold_amount: i64,
    /// Whom to tell.
    pub notification_channel: Channel,
    /// When it was made, Unix seconds.
    pub created_at: i64,
    /// The last month in which it went off.
    #[schema(required, example = "2026-11")]
    pub triggered_month: Option<String>,
}

impl TryFrom<Alert> for SpendAlert {
    type Error = ApiError;

    fn try_from(alert: Alert) -> Result<Self, ApiError> {
        let notification_channel = serde_json::from_str(&alert.notification_channel);
        let of_project = alert.project_id.is_some();
        Ok(Self {
            id: alert.id,
            object: if of_project { "project.spend_alert" } else { "organization.spend_alert" },
            currency: CURRENCY,
            interval: INTERVAL,
            threshold_amount: cents(Micros::new(alert.threshold_micros)),
            notification_channel: notification_channel.map_err(|error| ApiError::Internal(error.into()))?,
            created_at: alert.created_at.div_euclid(SECOND_US),
            triggered_month: alert
                .triggered_month
                .and_then(Month::from_number)
                .map(|month| month.to_string()),
        })
    }
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationEvent)]
pub struct Event {
    /// Names the event.
    #[schema(example = "evt_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub id: String,
    /// Always `event`.
    #[schema(example = "event")]
    pub object: &'static str,
    /// What happened, for example `spend_alert.triggered`.
    #[schema(example = "spend_alert.triggered")]
    pub r#type: String,
    /// When, Unix seconds.
    pub created_at: i64,
    /// The project it is about.
    #[schema(required)]
    pub project_id: Option<String>,
    /// More of it; what there is depends on `type`.
    #[schema(value_type = Object)]
    pub data: Value,
}

impl TryFrom<EventRow> for Event {
    type Error = ApiError;

    fn try_from(row: EventRow) -> Result<Self, ApiError> {
        let data = serde_json::from_str(&row.data).map_err(|error| ApiError::Internal(error.into()))?;
        let created_at = row.created_at.div_euclid(SECOND_US);
        Ok(Self {
            id: row.id,
            object: "event",
            r#type: row.kind,
            created_at,
            project_id: row.project_id,
            data,
        })
    }
}
