//! When a video that waits may be there: told from the last ones of its kind and from the queue, and remembered for a
//! moment, so that many who ask cost the database no more than one.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use kinora_store::Db;

use super::estimate::expected_ms;
use crate::clock::SECOND_US;
use crate::{ApiError, App};

/// How long a forecast is told again without a look, microseconds.
const KEPT_US: i64 = 5 * SECOND_US;

/// What videos are told apart by: the model's id, the size, the seconds that are new. There are as many as models can do.
type Kind = (&'static str, String, u32);

/// The forecasts of this node.
#[derive(Debug, Default)]
pub struct Forecasts(Mutex<HashMap<Kind, Forecast>>);

#[derive(Clone, Copy, Debug)]
struct Forecast {
    made_at: i64,
    eta_ms: Option<u32>,
}

impl Forecasts {
    fn known(&self, kind: &Kind, now_us: i64) -> Option<Forecast> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(kind).copied().filter(|forecast| now_us.saturating_sub(forecast.made_at) < KEPT_US)
    }

    fn keep(&self, kind: Kind, forecast: Forecast) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(kind, forecast);
    }
}

/// Expected time until a video that begins to wait now is there, milliseconds; `None` before there was one of its kind.
///
/// # Errors
/// When the database fails.
pub async fn forecast(app: &App, model: &str, size: &str, seconds: u32) -> Result<Option<u32>, ApiError> {
    let Some(model) = app.catalogue.find(model) else { return Ok(None) };
    let (kind, now_us) = ((model.id, size.to_owned(), seconds), app.clock.now_us());
    if let Some(known) = app.forecasts.known(&kind, now_us) {
        return Ok(known.eta_ms);
    }
    let asked = kind.clone();
    let look = move |db: &mut Db| expected_ms(db, asked.0, &asked.1, asked.2);
    let eta_ms = app.store.run(look).await?.and_then(|eta_ms| u32::try_from(eta_ms).ok());
    app.forecasts.keep(kind, Forecast { made_at: now_us, eta_ms });
    Ok(eta_ms)
}
