//! What a customer does with the API.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Somebody with an API key.
pub struct Customer {
    key: String,
    client: reqwest::Client,
    runtime: tokio::runtime::Runtime,
}

impl Customer {
    pub fn new(data_dir: &Path) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let keys: Value =
            serde_json::from_slice(&std::fs::read(data_dir.join("bootstrap.json")).unwrap()).unwrap();
        Self {
            key: keys["api_key"].as_str().unwrap().to_owned(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap(),
        }
    }

    pub fn create(&self, url: &str) -> String {
        let request = self
            .client
            .post(format!("{url}/v1/videos"))
            .json(&json!({ "prompt": "bars", "size": "1280x720" }));
        self.send(request)["id"].as_str().unwrap().to_owned()
    }

    pub fn wait_for(&self, url: &str, videos: &[String], patience: Duration) {
        let end = Instant::now() + patience;
        for id in videos {
            loop {
                let video = self.send(self.client.get(format!("{url}/v1/videos/{id}")));
                match video["status"].as_str().unwrap() {
                    "completed" => break,
                    "failed" => panic!("a video failed: {video}"),
                    _ => assert!(Instant::now() < end, "still not completed: {video}"),
                }
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }

    /// Waits until a worker is on a video.
    pub fn wait_until_begun(&self, url: &str, id: &str, patience: Duration) {
        let end = Instant::now() + patience;
        while self.send(self.client.get(format!("{url}/v1/videos/{id}")))["status"] == "queued" {
            assert!(Instant::now() < end, "it still waits");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn send(&self, request: reqwest::RequestBuilder) -> Value {
        self.runtime.block_on(async {
            let answer = request.bearer_auth(&self.key).send().await.unwrap().error_for_status().unwrap();
            answer.json().await.unwrap()
        })
    }
}
