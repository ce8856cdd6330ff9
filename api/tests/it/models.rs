//! The models on offer.

use serde_json::json;

use crate::app::TestApp;

#[tokio::test]
async fn models_are_listed_with_what_they_can_do_and_their_aliases() {
    let app = TestApp::one().await;
    let list = app.get("/v1/models").await.ok();
    assert_eq!(list["object"], "list");
    let models = list["data"].as_array().unwrap();
    let mini = json!({
        "id": "kinora-mini", "object": "model", "created": 1_795_392_000, "owned_by": "kinora", "alias_of": null,
        "default": true, "sizes": ["720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"],
        "seconds": ["4", "8", "12", "16", "20"], "frames_per_second": 12, "audio": true,
    });
    assert_eq!(models[0], mini);
    assert_eq!(models[1]["id"], "colour-bars");
    assert_eq!(models.len(), 7);
    assert_eq!(app.get("/v1/models/kinora-mini").await.ok(), mini);
    let alias = app.get("/v1/models/sora-2").await.ok();
    assert_eq!((&alias["id"], &alias["alias_of"]), (&json!("sora-2"), &json!("kinora-mini")));
    assert_eq!(alias["default"], false);
    app.get("/v1/models/gpt-4").await.refused(404, "model_not_found");
}

#[tokio::test]
async fn a_model_that_is_not_on_offer_is_not_taken() {
    let app = TestApp::with(|config| config.models = vec!["kinora-mini".into()]).await;
    app.get("/v1/models/colour-bars").await.refused(404, "model_not_found");
    let body = json!({ "prompt": "x", "model": "colour-bars" });
    app.post("/v1/videos", &body).await.refused(400, "model_not_found");
}
