//! The client itself.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, StatusCode, Url, redirect};

use super::allow::Allow;
use super::resolver::{Blocked, Guard, Lookup, System};
use super::rules::{self, BadUrl};

/// How long a request may take from the first packet to the last byte of the answer, milliseconds.
pub const ANSWER_TIMEOUT_MS: u64 = 20_000;
/// How long a connection may take to come about, milliseconds.
const CONNECT_TIMEOUT_MS: u64 = 10_000;
/// What the other side sees as who asks.
const USER_AGENT: &str = concat!("Kinora/", env!("CARGO_PKG_VERSION"));

/// Sends requests to addresses that customers name.
pub struct Outgoing {
    client: Client,
    allow: Arc<Allow>,
}

/// A request that carries something.
pub struct Letter<'a> {
    /// Where to.
    pub url: &'a str,
    /// Beside the user agent.
    pub headers: HeaderMap,
    /// What.
    pub body: String,
    /// Most bytes of the answer that are read; what is behind them is dropped.
    pub answer_bytes_max: usize,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The header `retry-after`, if it is text.
    pub retry_after: Option<String>,
    /// How the body begins.
    pub body: Vec<u8>,
}

/// Why nothing came back. The words say nothing about what lies behind the host's name.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The URL is not called.
    #[error("the URL is not called: {0}")]
    Url(#[from] BadUrl),
    /// The name leads to addresses alone that are not dialled.
    #[error("{}", BadUrl::Private)]
    Blocked,
    /// It took too long.
    #[error("there was no answer within {} seconds", ANSWER_TIMEOUT_MS / 1_000)]
    TimedOut,
    /// No connection, no TLS, or no HTTP.
    #[error("{0}")]
    Broken(&'static str),
    /// Another status than 200, where one was asked for something.
    #[error("the answer has the status {0} instead of 200")]
    Status(u16),
    /// More than was wanted.
    #[error("the answer has more than {0} bytes")]
    TooLong(usize),
}

impl Outgoing {
    /// A client that asks the system for addresses.
    ///
    /// # Errors
    /// When the system has no use for TLS.
    pub fn new(allow: Allow) -> anyhow::Result<Self> {
        Self::with_lookup(allow, Arc::new(System))
    }

    /// A client that asks `lookup` for addresses.
    ///
    /// # Errors
    /// As [`Outgoing::new`].
    pub fn with_lookup(allow: Allow, lookup: Arc<dyn Lookup>) -> anyhow::Result<Self> {
        // The client has TLS without a provider of its own. That one is set already is no error.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let allow = Arc::new(allow);
        let client = Client::builder()
            .dns_resolver(Guard { lookup, allow: Arc::clone(&allow) })
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            // Each request is dialled anew, so that its address is checked anew, and none fails on a connection that the
            // other side closed meanwhile.
            .pool_max_idle_per_host(0)
            .connect_timeout(Duration::from_millis(CONNECT_TIMEOUT_MS))
            .timeout(Duration::from_millis(ANSWER_TIMEOUT_MS))
            .user_agent(USER_AGENT)
            .build();
        Ok(Self { client: client.context("the client for outgoing requests cannot be made")?, allow })
    }

    /// The URL in `text`, if it may be called as far as its text tells.
    ///
    /// # Errors
    /// [`BadUrl`].
    pub fn check(&self, text: &str) -> Result<Url, BadUrl> {
        rules::check(text, &self.allow)
    }

    /// Posts a letter. An answer of any status is an answer.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn post(&self, letter: Letter<'_>) -> Result<Reply, Fault> {
        // The resolver is not asked for a host that is an address: this is where those are stopped.
        let url = self.check(letter.url)?;
        let request = self.client.post(url).headers(letter.headers).body(letter.body);
        let mut answer = request.send().await.map_err(|error| fault(&error))?;
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        // The status is the answer; what is said with it may break off.
        while body.len() < letter.answer_bytes_max
            && let Ok(Some(chunk)) = answer.chunk().await
        {
            let room = letter.answer_bytes_max - body.len();
            body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        }
        Ok(Reply { status, retry_after, body })
    }
}

impl Outgoing {
    /// Gets what is at a URL, which must be there itself: a redirect is not followed.
    ///
    /// # Errors
    /// [`Fault`].
    pub async fn get(&self, url: &str, bytes_max: usize) -> Result<Vec<u8>, Fault> {
        let request = self.client.get(self.check(url)?);
        let mut answer = request.send().await.map_err(|error| fault(&error))?;
        if answer.status() != StatusCode::OK {
            return Err(Fault::Status(answer.status().as_u16()));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| fault(&error))? {
            if body.len() + chunk.len() > bytes_max {
                return Err(Fault::TooLong(bytes_max));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }
}

fn fault(error: &reqwest::Error) -> Fault {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(at) = cause {
        if at.is::<Blocked>() {
            return Fault::Blocked;
        }
        cause = at.source();
    }
    if error.is_timeout() {
        Fault::TimedOut
    } else if error.is_connect() {
        Fault::Broken("the connection could not be made")
    } else {
        Fault::Broken("the connection broke before there was an answer")
    }
}

#[cfg(test)]
mod tests {
    use std::io::{ErrorKind, Read as _, Write as _};
    use std::net::{IpAddr, TcpListener};
    use std::sync::Mutex;

    use super::super::resolver::Looking;
    use super::*;

    /// A name server that gives each question the next answer.
    struct Answers(Mutex<Vec<Vec<IpAddr>>>);

    impl Lookup for Answers {
        fn lookup(&self, _: &str) -> Looking {
            let answer = self.0.lock().unwrap().pop().expect("it is asked no more often");
            Box::pin(async { Ok(answer) })
        }
    }

    fn answering(mut answers: Vec<Vec<&str>>) -> Arc<Answers> {
        answers.reverse();
        let address = |text: &str| text.parse().unwrap();
        Arc::new(Answers(Mutex::new(
            answers.into_iter().map(|answer| answer.into_iter().map(address).collect()).collect(),
        )))
    }

    fn letter(url: &str) -> Letter<'_> {
        Letter { url, headers: HeaderMap::new(), body: "{}".into(), answer_bytes_max: 16 }
    }

    /// A place on this machine where somebody may be waiting.
    fn here() -> (TcpListener, u16) {
        let here = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = here.local_addr().unwrap().port();
        (here, port)
    }

    fn nobody_came(here: &TcpListener) -> bool {
        here.set_nonblocking(true).unwrap();
        here.accept().is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    }

    #[tokio::test]
    async fn a_name_that_is_public_when_it_is_checked_and_private_when_it_is_dialled_is_not_dialled() {
        let (here, port) = here();
        let url = format!("https://rebind.example:{port}/");
        let lookup = answering(vec![vec!["93.184.215.14"], vec!["127.0.0.1", "::1", "::ffff:127.0.0.1"]]);
        let outgoing = Outgoing::with_lookup(Allow::default(), lookup.clone()).unwrap();
        // Whoever checks the name first is told what they want to hear.
        assert!(outgoing.check(&url).is_ok());
        let first = lookup.lookup("rebind.example").await.unwrap();
        assert!(first.iter().all(|address| Allow::default().permits("rebind.example", *address)));
        let refused = outgoing.post(letter(&url)).await.unwrap_err();
        assert!(matches!(refused, Fault::Blocked), "{refused}");
        assert!(lookup.0.lock().unwrap().is_empty(), "the second answer was given");
        assert!(nobody_came(&here));
    }

    #[tokio::test]
    async fn an_address_that_is_not_public_is_not_dialled_in_any_spelling_of_a_url() {
        let (here, port) = here();
        let outgoing = Outgoing::with_lookup(Allow::default(), answering(vec![])).unwrap();
        for host in ["127.0.0.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"] {
            let refused = outgoing.post(letter(&format!("https://{host}:{port}/"))).await.unwrap_err();
            assert!(matches!(refused, Fault::Url(BadUrl::Private)), "{host}: {refused}");
        }
        assert!(nobody_came(&here));
    }

    #[tokio::test]
    async fn of_the_addresses_of_a_name_only_those_are_dialled_that_may_be() {
        let (here, port) = here();
        let allow = Allow::parse(&["127.0.0.1".to_owned()]).unwrap();
        let lookup = answering(vec![vec!["127.0.0.2", "10.0.0.1", "127.0.0.1"]]);
        let outgoing = Outgoing::with_lookup(allow, lookup).unwrap();
        let there = std::thread::spawn(move || drop(here.accept().unwrap()));
        // The one that is left is dialled, and is no server.
        let broken = outgoing.post(letter(&format!("https://both.example:{port}/"))).await.unwrap_err();
        assert!(matches!(broken, Fault::Broken(_)), "{broken}");
        there.join().unwrap();
    }

    #[tokio::test]
    async fn a_redirect_is_not_followed_and_an_answer_is_read_to_its_limit() {
        let (here, port) = here();
        let allow = Allow::parse(&["hooks.internal".to_owned()]).unwrap();
        let outgoing = Outgoing::with_lookup(allow, answering(vec![vec!["127.0.0.1"]])).unwrap();
        let there = std::thread::spawn(move || {
            let (mut stream, _) = here.accept().unwrap();
            let mut asked = vec![0; 4_096];
            let length = stream.read(&mut asked).unwrap();
            let answer = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\nretry-after: 7\r\n\
                content-length: 20\r\n\r\n01234567890123456789";
            stream.write_all(answer).unwrap();
            String::from_utf8_lossy(&asked[..length]).into_owned()
        });
        let reply = outgoing.post(letter(&format!("http://hooks.internal:{port}/"))).await.unwrap();
        let asked = there.join().unwrap();
        assert!(asked.starts_with("POST / HTTP/1.1\r\n") && asked.contains("user-agent: Kinora/"), "{asked}");
        assert_eq!((reply.status, reply.retry_after.as_deref()), (302, Some("7")), "a redirect is an answer");
        assert_eq!(reply.body, b"0123456789012345", "and what is over the limit is dropped");
    }
}
