//! A server of the lease protocol in memory: what it was told it remembers, what it answers a test decides.

use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use kinora_spec::lease::{AssetKind, Fail, Finish, Heartbeat, InputKind, Lease};
use kinora_spec::{Size, Source, Spec};

/// Longest wait for something that is to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the server was told, in order.
#[derive(Clone, Debug)]
pub enum Event {
    Leased,
    Fetched(InputKind),
    Heartbeat(Heartbeat),
    Uploaded(AssetKind, Vec<u8>),
    Finished(Finish),
    Failed(Fail),
}

/// What the server holds and how it behaves.
#[derive(Default)]
pub struct State {
    pub queue: VecDeque<Lease>,
    pub events: Vec<Event>,
    /// Answers heartbeats with `cancel`.
    pub cancel: bool,
    /// Answers heartbeats with 404.
    pub lost: bool,
    /// Hangs up on this many finishes after it has noted them.
    pub finishes_unanswered: u32,
    /// What runs are made from.
    pub inputs: HashMap<InputKind, Vec<u8>>,
    /// Hangs up on this many calls for an input.
    pub inputs_unanswered: u32,
    /// Answers every call for an input with this status and `bad_message`.
    pub inputs_refused: Option<u16>,
}

/// The server; it lives as long as the test's process.
#[derive(Clone)]
pub struct Server {
    shared: Arc<(Mutex<State>, Condvar)>,
    pub address: String,
}

pub const TOKEN: &str = "worker-token";

impl Server {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = Self { shared: Arc::default(), address };
        let accepting = server.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let server = accepting.clone();
                std::thread::spawn(move || server.answer(stream.unwrap()));
            }
        });
        server
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.shared.0.lock().unwrap()
    }

    /// Queues a run of four seconds of colour bars with that seed.
    pub fn queue(&self, seed: u32) {
        self.queue_lease(lease(seed));
    }

    /// Queues a run that is made from `source` and given `inputs`.
    pub fn queue_from(&self, source: Source, inputs: &[InputKind]) {
        let plain = lease(1);
        let spec = Spec { source: Some(source), ..plain.spec.clone() };
        self.queue_lease(Lease { spec, inputs: inputs.to_vec(), ..plain });
    }

    /// Queues a run.
    pub fn queue_lease(&self, lease: Lease) {
        self.state().queue.push_back(lease);
        self.shared.1.notify_all();
    }

    /// Waits until what was told satisfies `is_enough`, and answers a copy of it.
    pub fn wait(&self, is_enough: impl Fn(&[Event]) -> bool) -> Vec<Event> {
        let end = Instant::now() + PATIENCE;
        let mut state = self.state();
        while !is_enough(&state.events) {
            let left = end.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "it never happened; events: {:?}", state.events.len());
            state = self.shared.1.wait_timeout(state, left).unwrap().0;
        }
        state.events.clone()
    }

    fn answer(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let Some(request) = Request::read(&mut reader) else { return };
        let answer = match request.token == TOKEN {
            true => self.route(&request),
            false => Some((401, br#"{"error":{"code":"invalid_api_key"}}"#.to_vec())),
        };
        self.shared.1.notify_all();
        if let Some((status, body)) = answer {
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status} x\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n");
            let _ = (&stream).write_all(&[head.as_bytes(), &body].concat());
        }
    }

    /// `None` hangs up.
    fn route(&self, request: &Request) -> Option<(u16, Vec<u8>)> {
        let path = request.path.strip_prefix("/internal/v1/leases").unwrap();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        if parts.is_empty() {
            return Some(self.claim());
        }
        let mut state = self.state();
        match parts[1] {
            "heartbeat" if state.lost => {
                state.lost = false;
                Some((404, br#"{"error":{"code":"lease_lost"}}"#.to_vec()))
            }
            "heartbeat" => {
                state.events.push(Event::Heartbeat(request.json()));
                Some((200, format!(r#"{{"cancel":{}}}"#, state.cancel).into()))
            }
            "inputs" => {
                let kind = InputKind::from_name(parts[2]).unwrap();
                state.events.push(Event::Fetched(kind));
                if state.inputs_unanswered > 0 {
                    state.inputs_unanswered -= 1;
                    return None;
                }
                if let Some(status) = state.inputs_refused {
                    return Some((status, br#"{"error":{"code":"bad_message"}}"#.to_vec()));
                }
                match state.inputs.get(&kind) {
                    Some(bytes) => Some((200, bytes.clone())),
                    None => Some((404, br#"{"error":{"code":"lease_lost"}}"#.to_vec())),
                }
            }
            "assets" => {
                let kind = AssetKind::from_name(parts[2]).unwrap();
                state.events.push(Event::Uploaded(kind, request.body.clone()));
                Some((200, "{}".into()))
            }
            "finish" => {
                state.events.push(Event::Finished(request.json()));
                if state.finishes_unanswered > 0 {
                    state.finishes_unanswered -= 1;
                    return None;
                }
                Some((200, "{}".into()))
            }
            "fail" => {
                state.events.push(Event::Failed(request.json()));
                Some((200, "{}".into()))
            }
            other => panic!("unknown call {other}"),
        }
    }

    fn claim(&self) -> (u16, Vec<u8>) {
        // A short long poll, so that a worker told to stop is not waited for.
        let until = Instant::now() + Duration::from_millis(200);
        let mut state = self.state();
        while state.queue.is_empty() && Instant::now() < until {
            state = self.shared.1.wait_timeout(state, Duration::from_millis(50)).unwrap().0;
        }
        match state.queue.pop_front() {
            Some(lease) => {
                state.events.push(Event::Leased);
                (200, serde_json::to_vec(&lease).unwrap())
            }
            None => (204, vec![]),
        }
    }
}

/// A run of four seconds of colour bars with that seed.
pub fn lease(seed: u32) -> Lease {
    // Small, because an encoder built without optimization is slow.
    let spec = Spec::of_words("colour-bars", "bars", Size::new(128, 72), 4, seed);
    let run_id = format!("run_{seed}");
    Lease { run_id, attempt: 1, spec, inputs: vec![], likenesses: vec![], lease_ms: 15_000 }
}

struct Request {
    path: String,
    token: String,
    body: Vec<u8>,
}

impl Request {
    fn read(reader: &mut impl BufRead) -> Option<Self> {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let path = line.split(' ').nth(1)?.to_owned();
        let (mut token, mut length) = (String::new(), 0);
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            let Some((name, value)) = header.trim().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "authorization" => token = value.trim_start_matches("Bearer ").to_owned(),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        Some(Self { path, token, body })
    }

    fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }
}
