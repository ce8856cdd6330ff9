//! The types of this client against `openapi.json`: what the document shows as an answer is read whole, and what may be
//! sent is in the document.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;

use kinora_client::types::{
    CharacterRef, CreateVideo, ErrorBody, Receipt, Video, VideoDeleted, VideoShot, VideoStatus,
    WebhookEndpointCreate, WebhookEndpointWithSecret,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

fn document() -> Value {
    serde_json::from_str(include_str!("../../../openapi/openapi.json")).unwrap()
}

fn operation<'a>(document: &'a Value, id: &str) -> &'a Value {
    let paths = document["paths"].as_object().unwrap().values();
    let mut all = paths.flat_map(|item| item.as_object().unwrap().values());
    all.find(|operation| operation["operationId"] == id).unwrap_or_else(|| panic!("there is no {id}"))
}

/// Reads the example of an answer, which must come out as it went in.
fn read<T: DeserializeOwned + Serialize>(document: &Value, id: &str, status: &str) -> T {
    let example = &operation(document, id)["responses"][status]["content"]["application/json"]["example"];
    let read: T =
        serde_json::from_value(example.clone()).unwrap_or_else(|error| panic!("{id}: {error}: {example}"));
    assert_eq!(&serde_json::to_value(&read).unwrap(), example, "{id}");
    read
}

#[test]
fn every_answer_of_the_document_is_read_whole() {
    let document = document();
    for id in ["video_create", "video_get", "video_cancel"] {
        let video: Video = read(&document, id, "200");
        assert_eq!(video.more, Map::new(), "{id}: fields that the client does not name");
        assert_eq!(video.status, VideoStatus::Completed);
    }
    read::<VideoDeleted>(&document, "video_delete", "200");
    let receipt: Receipt = read(&document, "receipt_get", "200");
    assert_eq!(receipt.payload.lines.len(), 1);
    read::<WebhookEndpointWithSecret>(&document, "webhook_endpoint_create", "200");
    for status in ["400", "401", "402", "403", "429", "503"] {
        read::<ErrorBody>(&document, "video_create", status);
    }
}

#[test]
fn every_status_is_known() {
    for name in document()["components"]["schemas"]["VideoStatus"]["enum"].as_array().unwrap() {
        assert!(serde_json::from_value::<VideoStatus>(name.clone()).is_ok(), "{name}");
    }
}

#[test]
fn what_is_sent_is_in_the_document() {
    let document = document();
    let fields = |schema: &str| -> BTreeSet<String> {
        document["components"]["schemas"][schema]["properties"].as_object().unwrap().keys().cloned().collect()
    };
    let sent = |body: Value| -> BTreeSet<String> { body.as_object().unwrap().keys().cloned().collect() };
    let video = CreateVideo {
        prompt: "a".into(),
        model: Some("kinora-mini".into()),
        seconds: Some("4".into()),
        size: Some("1280x720".into()),
        seed: Some(7),
        metadata: Some([("a".to_owned(), "b".to_owned())].into()),
        generate_audio: Some(true),
        max_cost: Some("0.25".into()),
        characters: Some(vec![CharacterRef { id: "char_1".into() }]),
        shots: Some(vec![VideoShot { prompt: "a".into(), seconds: 4, characters: None }]),
        more: Map::new(),
    };
    let sent_of_video = sent(serde_json::to_value(video).unwrap());
    assert!(sent_of_video.is_subset(&fields("CreateVideo")), "{sent_of_video:?}");
    assert_eq!(serde_json::to_value(CreateVideo::of("a")).unwrap(), json!({ "prompt": "a" }));
    let endpoint = WebhookEndpointCreate {
        name: "a".into(),
        url: "https://example.com/".into(),
        event_types: vec!["video.completed".into()],
    };
    assert!(sent(serde_json::to_value(endpoint).unwrap()).is_subset(&fields("WebhookEndpointCreate")));
}
