//! The answer to a path or a method that is not there. The table it looks in is taken from the handlers'
//! own descriptions, so that it cannot differ from them.

use actix_web::{HttpRequest, web};
use utoipa::openapi::{OpenApi, PathItem};

use crate::ApiError;

/// Every path with its methods.
pub(super) struct Table(Vec<(String, String)>);

impl Table {
    pub(super) fn new(document: &OpenApi) -> Self {
        Self(document.paths.paths.iter().map(|(path, item)| (path.clone(), methods(item))).collect())
    }

    /// The methods of the path that fits, separated by commas.
    fn allowed(&self, path: &str) -> Option<&str> {
        self.0.iter().find(|(template, _)| fits(template, path)).map(|(_, methods)| methods.as_str())
    }
}

pub(super) async fn fallback(
    request: HttpRequest,
    table: web::Data<Table>,
) -> Result<&'static str, ApiError> {
    let (method, path) = (request.method().to_string(), request.path().to_owned());
    Err(match table.allowed(&path) {
        Some(allowed) => ApiError::Method { method, allowed: allowed.to_owned() },
        None => ApiError::NoRoute { method, path },
    })
}

fn methods(item: &PathItem) -> String {
    let all = [
        ("GET", &item.get),
        ("HEAD", &item.head),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let there: Vec<&str> =
        all.iter().filter(|(_, operation)| operation.is_some()).map(|(name, _)| *name).collect();
    there.join(", ")
}

fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted.starts_with('{') => {
                if given.is_empty() {
                    return false;
                }
            }
            (Some(wanted), Some(given)) if wanted == given => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_fits_any_id() {
        for (path, expected) in [
            ("/v1/videos/video_1", true),
            ("/v1/videos/", false),
            ("/v1/videos", false),
            ("/v1/videos/video_1/x", false),
            ("/v1/models/video_1", false),
        ] {
            assert_eq!(fits("/v1/videos/{video_id}", path), expected, "{path}");
        }
    }
}
