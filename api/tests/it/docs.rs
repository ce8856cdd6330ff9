//! The description that the server hands out itself.

use reqwest::Method;
use serde_json::Value;

use crate::app::{TestApp, answer};

#[tokio::test]
async fn the_document_is_there_for_everybody_and_names_this_server() {
    let app = TestApp::one().await;
    let first = answer(app.bare(Method::GET, "/openapi.json")).await;
    let mut served = first.ok();
    assert_eq!(served["servers"], serde_json::json!([{ "url": "/" }]));
    let mut committed: Value = serde_json::from_str(&kinora::openapi::text().unwrap()).unwrap();
    for document in [&mut served, &mut committed] {
        document.as_object_mut().unwrap().remove("servers");
    }
    assert_eq!(served, committed);
    let tag = first.header("etag").unwrap();
    assert!(first.header("cache-control").unwrap().contains("max-age"));
    let again = answer(app.bare(Method::GET, "/openapi.json").header("if-none-match", tag)).await;
    assert_eq!((again.status.as_u16(), again.bytes.len()), (304, 0));
}

#[tokio::test]
async fn the_page_is_there_for_everybody_and_takes_nothing_from_elsewhere() {
    let app = TestApp::one().await;
    let page = answer(app.bare(Method::GET, "/docs")).await;
    assert_eq!(page.status.as_u16(), 200, "the client followed to /docs/");
    let text = String::from_utf8(page.bytes.clone()).unwrap();
    assert!(text.contains("swagger-ui-bundle.js") && !text.contains("http"), "{text}");
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    let setup = answer(app.bare(Method::GET, "/docs/swagger-initializer.js")).await;
    let text = String::from_utf8(setup.bytes.clone()).unwrap();
    assert!(text.contains("/openapi.json") && text.contains("\"validatorUrl\": \"none\""), "{text}");
    assert!(!text.contains("http"), "{text}");
    for file in ["swagger-ui.css", "swagger-ui-bundle.js", "swagger-ui-standalone-preset.js"] {
        assert_eq!(answer(app.bare(Method::GET, &format!("/docs/{file}"))).await.status, 200, "{file}");
    }
}

#[tokio::test]
async fn what_is_not_part_of_the_page_has_the_error_body() {
    let app = TestApp::one().await;
    for path in ["/docs/none.js", "/docs/a/b", "/docs/..%2fopenapi.json"] {
        answer(app.bare(Method::GET, path)).await.refused(404, "unknown_url");
    }
    assert!(!kinora::openapi::text().unwrap().contains("\"/docs"));
}
