//! What can be done with a thing that was just made: each operation by the thing's id. Taken from the paths, so that a new
//! route below a list that makes things is linked by itself. Tools that test an API through its states follow these.

use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::link::Link;
use utoipa::openapi::{OpenApi, RefOr};

use super::walk;

/// Adds a link to every operation at `PATH/{id}` and below to the answer of `POST PATH`.
pub(super) fn add(document: &mut OpenApi) {
    let targets: Vec<(String, String)> = walk::all(document)
        .filter_map(|(path, operation)| Some((path.to_owned(), operation.operation_id.clone()?)))
        .collect();
    for (path, item) in &mut document.paths.paths {
        let Some(made) = item.post.as_mut().and_then(|post| post.responses.responses.get_mut("200")) else {
            continue;
        };
        let RefOr::T(made) = made else { continue };
        for (target, id) in &targets {
            if let Some(parameters) = parameters(path, target) {
                let link = Link::builder().operation_id(id.clone());
                let link = parameters.into_iter().fold(link, |link, (name, from)| link.parameter(name, from));
                made.links.insert(id.clone(), RefOr::T(link.build()));
            }
        }
    }
}

/// Where the parts of `target` come from, if it is about a thing made at `path`: the last from the answer, those before it
/// from the request. `None` for a target that needs more than that one id.
fn parameters(path: &str, target: &str) -> Option<BTreeMap<String, Value>> {
    let rest = target.strip_prefix(path)?.strip_prefix("/{")?;
    let (id, below) = rest.split_once('}')?;
    if below.contains('{') {
        return None;
    }
    let mut parameters = BTreeMap::from([(id.to_owned(), Value::from("$response.body#/id"))]);
    for name in path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')) {
        parameters.insert(name.to_owned(), Value::from(format!("$request.path.{name}")));
    }
    Some(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_linked_by_its_own_id_and_by_those_it_was_made_under() {
        let from = |path, target| parameters(path, target).map(|found| serde_json::json!(found));
        assert_eq!(
            from("/v1/videos", "/v1/videos/{video_id}/cancel"),
            Some(serde_json::json!({ "video_id": "$response.body#/id" })),
        );
        assert_eq!(
            from("/p/{project_id}/keys", "/p/{project_id}/keys/{key_id}"),
            Some(
                serde_json::json!({ "project_id": "$request.path.project_id", "key_id": "$response.body#/id" })
            ),
        );
        assert_eq!(from("/v1/videos", "/v1/videos/estimate"), None);
        assert_eq!(from("/p", "/p/{project_id}/keys/{key_id}"), None);
    }
}
