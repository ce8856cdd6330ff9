//! What a request says about its being repeated, read from its headers, and bound to whoever sent it and to what it asks.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{HeaderMap, HeaderName};
use actix_web::{FromRequest, HttpRequest, web};

use super::rules::{KEY_HEADER, Kind, Said, count_in, id_of, key_in};
use crate::blobs::hex;
use crate::http::auth::Scope;
use crate::http::{Body, Caller, Fields, Signer};
use crate::{ApiError, App, Config, Refusal};

/// The client's key.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// How often an official SDK has sent the request before; it sends this with every try, and no key.
const RETRY_COUNT: HeaderName = HeaderName::from_static("x-stainless-retry-count");

/// What the headers of a request say. A handler of a `POST` [reads](Once::read) the body through it, or takes it
/// [bare](Once::bare), before it looks at what is asked for; and does the work in [`App::write`](crate::App::write).
pub struct Once {
    method: String,
    path: String,
    /// When it came, microseconds since 1970.
    arrived_us: i64,
    /// Judged once the caller is known: whoever has no key of ours is told that first.
    said: Result<Said, Refusal>,
}

impl FromRequest for Once {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (method, path) = (request.method().to_string(), request.path().to_owned());
        // Read here, before anything is waited for.
        let arrived_us = request.app_data::<web::Data<App>>().map_or(i64::MAX, |app| app.clock.now_us());
        ready(Ok(Self { method, path, arrived_us, said: said(request.headers()) }))
    }
}

fn said(headers: &HeaderMap) -> Result<Said, Refusal> {
    let mut keys = headers.get_all(KEY);
    match (keys.next(), keys.next()) {
        (Some(key), None) => key_in(key.as_bytes()).map(Said::Key),
        (Some(_), Some(_)) => Err(Refusal::invalid(KEY_HEADER, "it was sent more than once.")),
        (None, _) => {
            let count = headers.get(RETRY_COUNT).and_then(|count| count_in(count.as_bytes()));
            Ok(count.map_or(Said::Nothing, Said::Count))
        }
    }
}

/// A request that is perhaps not to be done twice.
#[derive(Debug)]
pub struct Attempt(pub(super) Option<Place>);

/// A request whose body has not been read yet.
pub struct Ahead {
    once: Once,
    said: Said,
    signer: Signer,
}

impl Ahead {
    /// The request, once the fingerprint of its body is known.
    #[must_use]
    pub fn with(self, fingerprint: [u8; 32]) -> Attempt {
        self.once.bind(&self.said, &self.signer, fingerprint)
    }
}

/// Where the answer of a request is stored that is not to be done twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub id: String,
    pub owner: String,
    pub fingerprint: [u8; 32],
    pub kind: Kind,
    /// How often an SDK sent it before.
    pub retry: u32,
    /// When it came, microseconds since 1970.
    pub arrived_us: i64,
}

impl Once {
    /// The request of `caller`, and the fields of its body.
    ///
    /// # Errors
    /// When the key is none, or the body cannot be read.
    pub async fn read<S: Scope>(
        self,
        caller: &Caller<S>,
        body: Body,
        config: &Config,
    ) -> Result<(Attempt, Fields), ApiError> {
        let said = self.said.clone()?;
        let fields = body.fields(config).await?;
        Ok((self.bind(&said, caller.signer(), fields.fingerprint()), fields))
    }

    /// The request of `caller`, which needs no body.
    ///
    /// # Errors
    /// When the key is none.
    pub fn bare<S: Scope>(self, caller: &Caller<S>) -> Result<Attempt, ApiError> {
        let said = self.said.clone()?;
        Ok(self.bind(&said, caller.signer(), Fields::default().fingerprint()))
    }

    /// The request of `caller`, whose body is read elsewhere.
    ///
    /// # Errors
    /// When the key is none.
    pub fn ahead<S: Scope>(self, caller: &Caller<S>) -> Result<Ahead, ApiError> {
        let said = self.said.clone()?;
        Ok(Ahead { once: self, said, signer: caller.signer().clone() })
    }

    fn bind(self, said: &Said, signer: &Signer, fingerprint: [u8; 32]) -> Attempt {
        let same = [signer.owner.as_str(), &self.method, &self.path];
        let mut retry = 0;
        let (id, kind) = match said {
            Said::Nothing => return Attempt(None),
            Said::Key(key) => (id_of(&[&same[..], &["key", key]].concat()), Kind::Keyed),
            // Without a key, the same is what the same API key asks for with the same body.
            Said::Count(count) => {
                let what = ["retry", signer.key.as_str(), &hex(&fingerprint)];
                retry = *count;
                let kind = if *count == 0 { Kind::First } else { Kind::Again };
                (id_of(&[&same[..], &what].concat()), kind)
            }
        };
        let (owner, arrived_us) = (signer.owner.clone(), self.arrived_us);
        Attempt(Some(Place { id, owner, fingerprint, kind, retry, arrived_us }))
    }
}
