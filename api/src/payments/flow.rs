//! Buying credit. A purchase is stored before its page is made, and a message before it is acted on, so that whatever
//! dies in between, a payment always finds what it is for.

use kinora_billing::payments::{
    Checkout, Payments, PaymentsError, Purchase, act, page_made, purchase, receive, start_checkout,
};
use kinora_billing::profile;

use super::wire::{CreateCheckout, CreditCheckout};
use crate::http::Admin;
use crate::ids::CheckoutId;
use crate::{ApiError, App, Refusal};

/// Makes a page on which the organization buys credit.
///
/// # Errors
/// [`ApiError::NoPayments`]; [`ApiError::NotReady`] when the provider cannot be reached.
pub async fn buy(app: &App, admin: &Admin, request: CreateCheckout) -> Result<CreditCheckout, ApiError> {
    let provider = provider(app)?;
    let (organization, now_us) = (admin.organization.to_string(), app.clock.now_us());
    let start = move |db: &mut _| {
        let customer = profile(db, &organization)?.external_customer;
        let new = Checkout {
            id: CheckoutId::new().to_string(),
            organization,
            customer,
            amount: request.amount,
            success_url: request.success_url,
            cancel_url: request.cancel_url,
        };
        start_checkout(db, &new, now_us)?;
        Ok::<_, ApiError>(new)
    };
    let new = app.store.run(|db| db.write_tx(start)).await?;
    let id = new.id.clone();
    let page = provider.checkout(new).await.map_err(refused)?;
    let external = page.external_id;
    let bought = app.store.run(move |db| {
        db.write_tx(|db| {
            page_made(db, &id, &external)?;
            Ok::<_, ApiError>(purchase(db, &id)?)
        })
    });
    let bought = bought.await?.ok_or_else(|| anyhow::anyhow!("a purchase that was stored is not there"))?;
    Ok(CreditCheckout::of(bought, Some(page.url)))
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
/// [`ApiError::Refused`] when the provider did not sign it.
pub async fn take(app: &App, body: Vec<u8>, signature: &str) -> Result<(), ApiError> {
    let message = provider(app)?.message(&body, signature).map_err(refused)?;
    let text = String::from_utf8_lossy(&body).into_owned();
    let now_us = app.clock.now_us();
    let kept = message.clone();
    app.store
        .run(move |db| db.write_tx(|db| receive(db, &kept, &text, now_us)).map_err(ApiError::from))
        .await?;
    let id = message.id.clone();
    let done =
        app.store.run(move |db| db.write_tx(|db| act(db, &message, now_us)).map_err(ApiError::from)).await?;
    tracing::info!(message = id, done, "a message of the payment provider was acted on");
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
