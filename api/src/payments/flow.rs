//! Buying credit. A purchase is stored before its page is made, and a message before it is acted on, so that whatever
//! dies in between, a payment always finds what it is for.

use kinora_billing::payments::{
    Checkout, Message, Payments, PaymentsError, Purchase, act, page_made, purchase, receive, start_checkout,
    unprocessed,
};
use kinora_billing::profile;

use super::wire::{CreateCheckout, CreditCheckout};
use crate::http::Admin;
use crate::ids::CheckoutId;
use crate::replays::Attempt;
use crate::{ApiError, App, Refusal};

/// Most kept messages that are acted on in one turn.
const KEPT_MAX: i64 = 100;

/// Makes a page on which the organization buys credit.
///
/// # Errors
/// [`ApiError::NoPayments`]; [`ApiError::NotReady`] when the provider cannot be reached.
pub async fn buy(
    app: &App,
    admin: &Admin,
    once: Attempt,
    request: CreateCheckout,
) -> Result<CreditCheckout, ApiError> {
    let provider = provider(app)?;
    let (organization, now_us) = (admin.organization.to_string(), app.clock.now_us());
    let customer = app.store.run(move |db| {
        let customer = profile(db, &organization)?.external_customer;
        Ok::<_, ApiError>((organization, customer))
    });
    let (organization, customer) = customer.await?;
    let mut new = Checkout {
        id: CheckoutId::new().to_string(),
        organization,
        customer,
        amount: request.amount,
        success_url: request.success_url,
        cancel_url: request.cancel_url,
    };
    let start = new.clone();
    let begun = app
        .begin(once, move |db| {
            start_checkout(db, &start, now_us)?;
            Ok(start.id)
        })
        .await?;
    // A request that was cut off before its page was known goes on with its purchase, for which the provider makes one page.
    new.id.clone_from(&begun.name);
    let id = begun.name.clone();
    let page = provider.checkout(new).await.map_err(refused)?;
    app.end(begun, move |db| {
        page_made(db, &id, &page.external_id)?;
        let bought = purchase(db, &id)?;
        let bought = bought.ok_or_else(|| anyhow::anyhow!("a purchase that was stored is not there"))?;
        Ok(CreditCheckout::of(bought, Some(page.url)))
    })
    .await
}

/// The purchase of that id.
///
/// # Errors
/// [`ApiError::NotFound`] when the organization has none.
pub async fn find(app: &App, admin: &Admin, id: String) -> Result<Purchase, ApiError> {
    let organization = admin.organization.to_string();
    let missing = ApiError::not_found("checkout", &id);
    let found = app.store.run(move |db| Ok::<_, ApiError>(purchase(db, &id)?)).await?;
    found.filter(|purchase| purchase.organization_id == organization).ok_or(missing)
}

/// Takes a message of the provider: kept first, and then acted on. When that fails, the provider sends it again.
///
/// # Errors
/// [`ApiError::Refused`] when the provider did not sign it, or it is no message.
pub async fn take(app: &App, body: Vec<u8>, signature: &str) -> Result<(), ApiError> {
    let message = provider(app)?.message(&body, signature).map_err(|error| match error {
        PaymentsError::Refused(why) => Refusal::invalid("body", why).into(),
        other => refused(other),
    })?;
    let text = String::from_utf8_lossy(&body).into_owned();
    let now_us = app.clock.now_us();
    let kept = message.clone();
    app.store
        .run(move |db| db.write_tx(|db| receive(db, &kept, &text, now_us)).map_err(ApiError::from))
        .await?;
    act_on(app, message, now_us).await
}

/// Acts on messages that were kept and not acted on, because something failed or died then; how many were. The signature
/// was checked when they were kept. One that fails again is logged and left for the next time.
///
/// # Errors
/// [`ApiError::NoPayments`]; or the database fails.
pub async fn act_on_kept(app: &App) -> Result<usize, ApiError> {
    let provider = provider(app)?;
    let kept = app.store.run(|db| unprocessed(db, KEPT_MAX).map_err(ApiError::from)).await?;
    let mut done = 0_usize;
    for event in kept {
        let acted = match provider.read(event.payload.as_bytes()).map_err(refused) {
            // The message is the row's, whatever is read from its text.
            Ok(message) => act_on(app, Message { id: event.id.clone(), ..message }, app.clock.now_us()).await,
            Err(error) => Err(error),
        };
        match acted {
            Ok(()) => done = done.saturating_add(1),
            Err(error) => {
                tracing::error!(%error, message = event.id, "a kept message of the payment provider fails again");
            }
        }
    }
    Ok(done)
}

async fn act_on(app: &App, message: Message, now_us: i64) -> Result<(), ApiError> {
    let id = message.id.clone();
    let work = move |db: &mut _| act(db, &message, now_us);
    let acted = app.store.run(move |db| db.write_tx(work).map_err(ApiError::from)).await?;
    if acted.lost {
        tracing::error!(message = id, done = acted.outcome, "money came and nothing was given for it");
    } else {
        tracing::info!(message = id, done = acted.outcome, "a message of the payment provider was acted on");
    }
    Ok(())
}

fn provider(app: &App) -> Result<&dyn Payments, ApiError> {
    app.payments.as_deref().ok_or(ApiError::NoPayments)
}

fn refused(error: PaymentsError) -> ApiError {
    match error {
        PaymentsError::Unavailable(why) => {
            tracing::warn!(why, "the payment provider cannot be reached");
            ApiError::NotReady("the payment provider cannot be reached")
        }
        PaymentsError::BadSignature => {
            Refusal::invalid("stripe-signature", "it does not fit the body.").into()
        }
        PaymentsError::Refused(why) => {
            ApiError::Internal(anyhow::anyhow!("the payment provider refused: {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use diesel::{QueryDsl as _, RunQueryDsl as _};
    use kinora_billing::payments::{Answer, CheckoutPage, Meaning};
    use kinora_billing::{Error, Micros, balances};
    use kinora_store::schema::organizations;
    use kinora_store::testing::databases;

    use super::*;
    use crate::Config;

    /// Reads `paid` as the payment of `checkout_1`.
    struct Provider;

    impl Payments for Provider {
        fn checkout(&self, _: Checkout) -> Answer<'_, CheckoutPage> {
            Box::pin(async { Err(PaymentsError::Unavailable("a test".to_owned())) })
        }

        fn message(&self, _: &[u8], _: &str) -> Result<Message, PaymentsError> {
            Err(PaymentsError::BadSignature)
        }

        fn read(&self, body: &[u8]) -> Result<Message, PaymentsError> {
            if body != b"paid" {
                return Err(PaymentsError::Refused("a test".to_owned()));
            }
            Ok(paid("evt_2"))
        }
    }

    fn paid(id: &str) -> Message {
        let amount = Micros::new(5_000_000);
        let meaning = Meaning::CheckoutPaid { checkout: "checkout_1".to_owned(), amount };
        Message { id: id.to_owned(), kind: "checkout paid".to_owned(), meaning }
    }

    /// Keeps two messages and dies, the first of which cannot be read any more; the organization that paid.
    fn keep(app: &App) -> String {
        let work = |db: &mut _| {
            let organization: String = organizations::table.select(organizations::id).first(db)?;
            let new = Checkout {
                id: "checkout_1".to_owned(),
                organization: organization.clone(),
                customer: None,
                amount: Micros::new(5_000_000),
                success_url: String::new(),
                cancel_url: String::new(),
            };
            start_checkout(db, &new, 1)?;
            receive(db, &paid("evt_1"), "not to be read", 1)?;
            receive(db, &paid("evt_2"), "paid", 2)?;
            Ok::<_, Error>(organization)
        };
        app.store.run_blocking(|db| db.write_tx(work)).unwrap()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_message_that_was_kept_is_acted_on_once_and_another_one_does_not_hold_it_up() {
        for database in databases() {
            let folder = tempfile::tempdir().unwrap();
            let config = Config {
                data_dir: folder.path().join("data"),
                database_url: Some(database.url.clone()),
                ..Config::default()
            };
            let build = move || {
                let (mut app, _) = App::build(config).unwrap();
                app.payments = Some(Arc::new(Provider));
                let organization = keep(&app);
                (app, organization)
            };
            let (app, organization) = tokio::task::spawn_blocking(build).await.unwrap();
            for done in [1, 0] {
                assert_eq!(act_on_kept(&app).await.unwrap(), done);
                let whose = organization.clone();
                let credit = app.store.run(move |db| balances(db, &whose)).await.unwrap().credit;
                assert_eq!(credit.get(), 5_000_000);
            }
            let left = app.store.run(|db| unprocessed(db, 10)).await.unwrap();
            assert_eq!(left.iter().map(|kept| kept.id.as_str()).collect::<Vec<_>>(), ["evt_1"]);
        }
    }
}
