//! Who is asking and whether they may: a handler that takes a [`Caller`] runs for nobody else. There is no
//! other way to make one.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{FromRequest, HttpRequest, web};

use crate::ids::{KeyId, OrganizationId, ProjectId};
use crate::keys::{self, Owner, Verified};
use crate::{ApiError, App};

/// A right that a key may have.
pub trait Scope: 'static {
    /// The name in the database and in messages.
    const NAME: &'static str;
    /// Who can have it.
    type Holder: Holder;
}

/// What kind of key can have a right.
pub trait Holder: Sized {
    /// What the handler learns about the key, if it is of this kind.
    fn of(key: &Verified) -> Option<Self>;
}

macro_rules! scope {
    ($(#[$about:meta])* $name:ident, $scope:literal, $holder:ty) => {
        $(#[$about])*
        #[derive(Debug)]
        pub enum $name {}

        impl Scope for $name {
            const NAME: &'static str = $scope;
            type Holder = $holder;
        }
    };
}

scope!(
    /// See and download the project's videos.
    VideosRead, "videos:read", Tenant
);
scope!(
    /// Make, cancel and delete the project's videos.
    VideosWrite, "videos:write", Tenant
);
scope!(
    /// See the project's webhook endpoints and what was sent to them.
    WebhooksRead, "webhooks:read", Tenant
);
scope!(
    /// Make, change and delete the project's webhook endpoints, and send to them again.
    WebhooksWrite, "webhooks:write", Tenant
);
scope!(
    /// See which models there are.
    ModelsRead, "models:read", KeyId
);
scope!(
    /// Lease runs and deliver clips.
    Runs, "runs", KeyId
);
scope!(
    /// See the organization's projects, keys, limits and money.
    OrganizationRead, "organization:read", Admin
);
scope!(
    /// Change the organization's projects, keys and limits.
    OrganizationWrite, "organization:write", Admin
);
scope!(
    /// Run the server: its organizations, their credit, the prices.
    Operate, "operator", Operator
);

/// The tenant that a project's key acts for.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Who is billed.
    pub organization: OrganizationId,
    /// Whose videos these are.
    pub project: ProjectId,
    /// Which key was used.
    pub key: KeyId,
}

impl Holder for Tenant {
    fn of(key: &Verified) -> Option<Self> {
        match key.owner() {
            Owner::Project(tenant) => Some(tenant.clone()),
            _ => None,
        }
    }
}

/// Who manages an organization: the holder of an admin key, which belongs to no project.
#[derive(Clone, Debug)]
pub struct Admin {
    /// Which organization.
    pub organization: OrganizationId,
    /// Which key was used.
    pub key: KeyId,
}

impl Holder for Admin {
    fn of(key: &Verified) -> Option<Self> {
        match key.owner() {
            Owner::Organization(organization) => {
                Some(Self { organization: organization.clone(), key: key.id().clone() })
            }
            _ => None,
        }
    }
}

/// Whoever runs the server. The key belongs to no tenant.
#[derive(Clone, Debug)]
pub struct Operator {
    /// Which key was used.
    pub key: KeyId,
}

impl Holder for Operator {
    fn of(key: &Verified) -> Option<Self> {
        matches!(key.owner(), Owner::Operator).then(|| Self { key: key.id().clone() })
    }
}

impl Holder for KeyId {
    fn of(key: &Verified) -> Option<Self> {
        Some(key.id().clone())
    }
}

/// For whom a key signs, whatever its kind, and which key it is.
#[derive(Clone, Debug)]
pub struct Signer {
    /// The project; for an administrator's key the organization, for the operator's `operator`.
    pub owner: String,
    /// Which key was used.
    pub key: KeyId,
}

impl Signer {
    fn of(key: &Verified) -> Self {
        let owner = match key.owner() {
            Owner::Project(tenant) => tenant.project.as_str(),
            Owner::Organization(organization) => organization.as_str(),
            Owner::Operator => "operator",
            Owner::Worker => "worker",
        };
        Self { owner: owner.to_owned(), key: key.id().clone() }
    }
}

/// Somebody whose key is valid and has the right `S`.
pub struct Caller<S: Scope>(S::Holder, Signer);

impl<S: Scope> Caller<S> {
    /// Who it is.
    #[must_use]
    pub fn who(&self) -> &S::Holder {
        &self.0
    }

    /// For whom the request was made, in the one form that all kinds of keys have.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.1
    }
}

impl<S: Scope> FromRequest for Caller<S> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<web::Data<App>>().cloned();
        let key = bearer(request).map(str::to_owned);
        Box::pin(async move {
            let app = app.ok_or_else(|| ApiError::Internal(anyhow::anyhow!("the server has no App")))?;
            let verified = keys::verify(&app, &key.ok_or(ApiError::NoKey)?).await?;
            let holder = verified.may(S::NAME).then(|| S::Holder::of(&verified)).flatten();
            Ok(Self(holder.ok_or(ApiError::NoScope(S::NAME))?, Signer::of(&verified)))
        })
    }
}

/// The key in the `Authorization` header.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let (scheme, key) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}
