//! The events of a video as Server-Sent Events. A connection that breaks is taken up where it broke.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

use crate::client::accepted;
use crate::{Client, Error};

/// How often in a row a stream is taken up again without an event in between.
const RETRIES_MAX: u32 = 5;
/// The stream is never silent for so long: a comment comes every 15 seconds.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// What no event follows.
const LAST: [&str; 2] = ["done", "deleted"];

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// `status`, `progress`, `preview`, `done` or `deleted`.
    pub name: String,
    /// What it says; with `done` the whole video.
    pub data: Value,
}

/// Events, one after the other.
#[derive(Debug)]
pub struct Events {
    client: Client,
    video: String,
    answer: Option<Response>,
    parser: Parser,
    ready: VecDeque<(String, String)>,
    retries: u32,
    is_over: bool,
}

impl Events {
    pub(crate) fn new(client: Client, video: &str) -> Self {
        Self {
            client,
            video: video.to_owned(),
            answer: None,
            parser: Parser::default(),
            ready: VecDeque::new(),
            retries: 0,
            is_over: false,
        }
    }

    /// The next event; `None` after the last.
    ///
    /// # Errors
    /// When the server refuses, or the connection breaks too often.
    pub async fn next(&mut self) -> Result<Option<Event>, Error> {
        while !self.is_over {
            if let Some((name, data)) = self.ready.pop_front() {
                self.retries = 0;
                self.is_over = LAST.contains(&name.as_str());
                return Ok(Some(Event { name, data: serde_json::from_str(&data)? }));
            }
            let Some(answer) = &mut self.answer else {
                self.open().await?;
                continue;
            };
            match tokio::time::timeout(SILENCE_MAX, answer.chunk()).await {
                Ok(Ok(Some(bytes))) => self.ready.extend(self.parser.feed(&bytes)),
                _ => self.answer = None,
            }
        }
        Ok(None)
    }

    async fn open(&mut self) -> Result<(), Error> {
        if self.retries > RETRIES_MAX {
            return Err(Error::Events(self.video.clone()));
        }
        if self.retries > 0 {
            tokio::time::sleep(Duration::from_millis(100 << self.retries)).await;
        }
        self.retries += 1;
        let mut request = self.client.request(Method::GET, &format!("/v1/videos/{}/events", self.video));
        if let Some(id) = &self.parser.last_id {
            request = request.header("Last-Event-ID", id);
        }
        let answer = match request.header("Accept", "text/event-stream").send().await {
            Ok(answer) => accepted(answer).await?,
            Err(error) if self.retries > RETRIES_MAX => return Err(error.into()),
            Err(_) => return Ok(()),
        };
        self.is_over = answer.status() == StatusCode::NO_CONTENT;
        self.parser.begin();
        self.answer = Some(answer);
        Ok(())
    }
}

/// Reads a stream of events as the HTML standard does.
#[derive(Debug, Default)]
struct Parser {
    rest: Vec<u8>,
    name: String,
    data: Vec<String>,
    last_id: Option<String>,
}

impl Parser {
    /// Forgets what the last connection left unfinished.
    fn begin(&mut self) {
        *self = Self { last_id: self.last_id.take(), ..Self::default() };
    }

    /// The names and the data of the events that end in `bytes`.
    fn feed(&mut self, bytes: &[u8]) -> Vec<(String, String)> {
        self.rest.extend_from_slice(bytes);
        let mut whole = Vec::new();
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line);
            let line = line.trim_end_matches(['\r', '\n']);
            if line.is_empty() {
                let (name, data) = (std::mem::take(&mut self.name), std::mem::take(&mut self.data));
                if !data.is_empty() {
                    whole.push((name, data.join("\n")));
                }
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut self.name),
                "data" => self.data.push(value.to_owned()),
                "id" => self.last_id = Some(value.to_owned()),
                _ => {}
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_however_the_bytes_are_cut() {
        let text = "retry: 1000\n\n: here\n\nid: 3\nevent: status\ndata: {\"a\":\ndata: 1}\n\nid: 4\r\nevent: done\r\ndata: é\r\n\r\n";
        for size in 1..text.len() {
            let mut parser = Parser::default();
            let read: Vec<_> = text.as_bytes().chunks(size).flat_map(|part| parser.feed(part)).collect();
            let expected = [("status", "{\"a\":\n1}"), ("done", "é")];
            let expected: Vec<_> = expected.map(|(name, data)| (name.to_owned(), data.to_owned())).into();
            assert_eq!(read, expected, "in pieces of {size}");
            assert_eq!(parser.last_id.as_deref(), Some("4"));
        }
    }

    #[test]
    fn an_event_that_did_not_end_is_none_and_its_place_is_kept() {
        let mut parser = Parser::default();
        assert!(parser.feed(b"id: 7\nevent: status\ndata: 1\n").is_empty());
        parser.begin();
        assert_eq!(parser.feed(b"data: 2\n\n"), [(String::new(), "2".to_owned())]);
        assert_eq!(parser.last_id.as_deref(), Some("7"));
    }
}
