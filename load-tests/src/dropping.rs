//! A wire that breaks: passes connections on to a server and drops some of them, before the request, within it, or with
//! the answer already on its way.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

/// Largest request that is looked at; those of the check are smaller.
const REQUEST_BYTES_MAX: usize = 64 * 1024;

/// How a connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It does not.
    Whole,
    /// Before anything reached the server.
    Unsent,
    /// The server has the request, and nobody waits for its answer.
    Abandoned,
    /// The server has answered, and the answer is lost.
    Unheard,
}

impl Fate {
    /// Two in five break.
    fn draw() -> Self {
        match rand::random_range(0..100) {
            0..10 => Self::Unsent,
            10..25 => Self::Abandoned,
            25..40 => Self::Unheard,
            _ => Self::Whole,
        }
    }
}

/// A wire to a server.
#[derive(Clone, Debug)]
pub struct Wire {
    address: SocketAddr,
    broken: Arc<AtomicUsize>,
}

impl Wire {
    /// A wire to the server at `server`, which is an address and a port. One connection carries one request.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn to(server: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let wire = Self { address: listener.local_addr()?, broken: Arc::default() };
        let broken = Arc::clone(&wire.broken);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let fate = Fate::draw();
                broken.fetch_add(usize::from(fate != Fate::Whole), Ordering::Relaxed);
                // Both ends see a broken connection; there is nobody else to tell.
                tokio::spawn(async move { drop(carry(client, server, fate).await) });
            }
        });
        Ok(wire)
    }

    /// Where it begins.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections it broke.
    #[must_use]
    pub fn broken(&self) -> usize {
        self.broken.load(Ordering::Relaxed)
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, fate: Fate) -> std::io::Result<()> {
    if fate == Fate::Unsent {
        return Ok(());
    }
    let mut server = TcpStream::connect(server).await?;
    if fate == Fate::Whole {
        return copy_bidirectional(&mut client, &mut server).await.map(drop);
    }
    server.write_all(&request(&mut client).await?).await?;
    if fate == Fate::Unheard {
        // The first byte of an answer means that the server has done its work.
        server.read_u8().await?;
    }
    Ok(())
}

/// One request with the body that its `content-length` announces.
async fn request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if client.read_buf(&mut bytes).await? == 0 || bytes.len() > REQUEST_BYTES_MAX {
            return Ok(bytes);
        }
        let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
        if bytes.len() >= head + 4 + length.unwrap_or(0) {
            return Ok(bytes);
        }
    }
}
