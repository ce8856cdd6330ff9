//! Names to addresses: only addresses that may be dialled leave here, so that a name server that changes its mind
//! between two questions gains nothing.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::allow::Allow;

/// The addresses of a name, once they are known.
pub type Looking = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Asks for the addresses of a name.
pub trait Lookup: Send + Sync {
    /// Every address of `name`, checked or not.
    fn lookup(&self, name: &str) -> Looking;
}

/// Asks as the system does.
pub(super) struct System;

impl Lookup for System {
    fn lookup(&self, name: &str) -> Looking {
        let name = name.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// That a name has no address which may be dialled.
#[derive(Debug, thiserror::Error)]
#[error("the name has no address that may be called")]
pub(super) struct Blocked;

/// What the client resolves names with.
pub(super) struct Guard {
    pub lookup: Arc<dyn Lookup>,
    pub allow: Arc<Allow>,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (found, allow) = (self.lookup.lookup(name.as_str()), Arc::clone(&self.allow));
        Box::pin(async move {
            let mut found = found.await?;
            found.retain(|address| allow.permits(name.as_str(), *address));
            if found.is_empty() {
                return Err(Blocked.into());
            }
            // The port 0 stands for the URL's.
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}
