//! The calls about customers and money: each is one request, made once. Meters are in `meters`.

use std::collections::HashMap;

use kinora_billing::Micros;
use stripe_billing::billing_credit_grant::ListBillingCreditGrant;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    ProductData,
};
use stripe_client_core::{IdempotencyKey, RequestStrategy, StripeRequest};
use stripe_core::customer::CreateCustomer;
use stripe_shared::{BillingCreditGrant, BillingCreditGrantCategory, CheckoutSessionMode};
use stripe_types::Currency;

use crate::amounts::cents;
use crate::error::Error;
use crate::settings::Settings;
use crate::transport::Transport;

/// Where we note whose an object is.
pub(crate) const ORGANIZATION: &str = "kinora_organization";

/// Where we note what an object of theirs mirrors.
const REFERENCE: &str = "kinora_reference";

/// Pages that are read before something is taken to be wrong.
const PAGES_MAX: usize = 100;

/// Speaks with one Stripe account. Cheap to clone.
#[derive(Clone)]
pub struct Client {
    pub(crate) transport: Transport,
    pub(crate) settings: Settings,
}

/// Somebody who pays.
#[derive(Clone, Copy, Debug)]
pub struct NewCustomer<'a> {
    /// Our id of the organization; kept in the customer's metadata.
    pub organization: &'a str,
    /// What is printed on invoices.
    pub name: &'a str,
    /// Where Stripe sends receipts, if anywhere.
    pub email: Option<&'a str>,
}

/// Where credit comes from; Stripe calls it the category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditSource {
    /// The customer paid for it.
    Paid,
    /// It was given.
    Promotional,
}

/// Credit that a customer has.
#[derive(Clone, Copy, Debug)]
pub struct NewCredit<'a> {
    /// `cus_…`
    pub customer: &'a str,
    /// Whole cents.
    pub amount: Micros,
    /// What the customer reads, 1 to 100 characters.
    pub name: &'a str,
    /// Our id of what it mirrors; kept in the grant's metadata, so that it is [found](Client::find_credit_grant) again.
    pub reference: &'a str,
    /// Where the credit comes from.
    pub source: CreditSource,
    /// When it ends, seconds since 1970. `None`: never.
    pub expires_s: Option<i64>,
}

/// A payment to be made on Stripe's page.
#[derive(Clone, Copy, Debug)]
pub struct NewCheckout<'a> {
    /// `cus_…`, if Stripe knows the organization already.
    pub customer: Option<&'a str>,
    /// Our id of the organization; kept in the session's metadata.
    pub organization: &'a str,
    /// Our id of the payment; comes back with the webhook.
    pub reference: &'a str,
    /// Whole cents.
    pub amount: Micros,
    /// What is bought, as the page says it.
    pub product: &'a str,
    /// Where the browser goes after paying.
    pub success_url: &'a str,
    /// Where it goes otherwise.
    pub cancel_url: &'a str,
}

/// A page on which somebody can pay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckoutLink {
    /// `cs_…`
    pub id: String,
    /// The page.
    pub url: String,
    /// Until when it can be paid, seconds since 1970.
    pub expires_s: i64,
}

impl Client {
    /// Checks the settings; connects to nothing yet.
    ///
    /// # Errors
    /// [`Error::Settings`].
    pub fn new(settings: Settings) -> Result<Self, Error> {
        Ok(Self { transport: Transport::new(&settings)?, settings })
    }

    /// Makes the request, once, under the caller's key. The key is our row's id: at most 255 bytes, unique for each thing to be done.
    pub(crate) async fn post<R>(&self, key: &str, request: &R) -> Result<R::Output, Error>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let key = IdempotencyKey::new(key).map_err(|fault| Error::Settings(fault.to_string()))?;
        request.customize().request_strategy(RequestStrategy::Idempotent(key)).send(&self.transport).await
    }

    /// Creates a customer and says its id, `cus_…`.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn create_customer(&self, key: &str, new: NewCustomer<'_>) -> Result<String, Error> {
        let mut request = CreateCustomer::new().name(new.name).metadata(metadata(new.organization));
        if let Some(email) = new.email {
            request = request.email(email);
        }
        Ok(self.post(key, &request).await?.id.to_string())
    }

    /// Gives credit that metered prices use up, and says its id, `credgr_…`.
    ///
    /// # Errors
    /// [`Error::Amount`] if the amount is not whole cents; otherwise see [`Error`].
    pub async fn credit_grant(&self, key: &str, new: NewCredit<'_>) -> Result<String, Error> {
        use stripe_billing::billing_credit_grant as grant;
        let monetary = grant::CreateBillingCreditGrantAmountMonetary::new(Currency::USD, cents(new.amount)?);
        let mut amount =
            grant::CreateBillingCreditGrantAmount::new(grant::CreateBillingCreditGrantAmountType::Monetary);
        amount.monetary = Some(monetary);
        let mut scope = grant::CreateBillingCreditGrantApplicabilityConfigScope::new();
        scope.price_type = Some(grant::CreateBillingCreditGrantApplicabilityConfigScopePriceType::Metered);
        let applicability = grant::CreateBillingCreditGrantApplicabilityConfig::new(scope);
        let category = match new.source {
            CreditSource::Paid => BillingCreditGrantCategory::Paid,
            CreditSource::Promotional => BillingCreditGrantCategory::Promotional,
        };
        let mut request = grant::CreateBillingCreditGrant::new(amount, applicability)
            .customer(new.customer)
            .name(new.name)
            .metadata(HashMap::from([(REFERENCE.to_owned(), new.reference.to_owned())]))
            .category(category);
        if let Some(expires_s) = new.expires_s {
            request = request.expires_at(expires_s);
        }
        Ok(self.post(key, &request).await?.id.to_string())
    }

    /// The customer's credit grant with this reference, if there is one.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if there is no end to the list; otherwise see [`Error`].
    pub async fn find_credit_grant(&self, customer: &str, reference: &str) -> Result<Option<String>, Error> {
        let mut after: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut request = ListBillingCreditGrant::new().customer(customer).limit(100);
            if let Some(after) = after {
                request = request.starting_after(after);
            }
            let page = request.send(&self.transport).await?;
            let ours =
                |grant: &&BillingCreditGrant| grant.metadata.get(REFERENCE).is_some_and(|is| is == reference);
            if let Some(grant) = page.data.iter().find(ours) {
                return Ok(Some(grant.id.to_string()));
            }
            after = page.data.last().filter(|_| page.has_more).map(|grant| grant.id.to_string());
            if after.is_none() {
                return Ok(None);
            }
        }
        Err(Error::Unreadable(format!("more than {PAGES_MAX} pages of credit grants")))
    }

    /// Opens a page on which the customer can pay the amount, once.
    ///
    /// # Errors
    /// [`Error::Amount`] if the amount is not whole cents; otherwise see [`Error`].
    pub async fn checkout_session(&self, key: &str, new: NewCheckout<'_>) -> Result<CheckoutLink, Error> {
        let mut price = CreateCheckoutSessionLineItemsPriceData::new(Currency::USD);
        price.unit_amount = Some(cents(new.amount)?);
        price.product_data = Some(ProductData::new(new.product));
        let mut item = CreateCheckoutSessionLineItems::new();
        item.price_data = Some(price);
        item.quantity = Some(1);
        let mut request = CreateCheckoutSession::new()
            .mode(CheckoutSessionMode::Payment)
            .client_reference_id(new.reference)
            .metadata(metadata(new.organization))
            .line_items(vec![item])
            .success_url(new.success_url)
            .cancel_url(new.cancel_url);
        if let Some(customer) = new.customer {
            request = request.customer(customer);
        }
        let session = self.post(key, &request).await?;
        let url =
            session.url.ok_or_else(|| Error::Unreadable("a checkout session without a page".to_owned()))?;
        Ok(CheckoutLink { id: session.id.to_string(), url, expires_s: session.expires_at })
    }
}

fn metadata(organization: &str) -> HashMap<String, String> {
    HashMap::from([(ORGANIZATION.to_owned(), organization.to_owned())])
}
