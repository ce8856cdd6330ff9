//! Ways through the document that `examples` and `links` share.

use utoipa::openapi::path::Operation;
use utoipa::openapi::{OpenApi, PathItem};

/// Every operation of a path, to be changed.
pub(super) fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all =
        [&mut item.get, &mut item.head, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    all.into_iter().flatten()
}

/// Every operation of the document with its path.
pub(super) fn all(document: &OpenApi) -> impl Iterator<Item = (&str, &Operation)> {
    document.paths.paths.iter().flat_map(|(path, item)| {
        let all = [&item.get, &item.head, &item.post, &item.put, &item.patch, &item.delete];
        all.into_iter().flatten().map(move |operation| (path.as_str(), operation))
    })
}
