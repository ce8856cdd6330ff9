//! Pictures that tests hand in, and a server that has one.

use std::io::{Read, Write};
use std::net::TcpListener;

/// A black PNG of that size, one bit a pixel and not compressed.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let row = vec![0_u8; 1 + width.div_ceil(8) as usize];
    let pixels = row.repeat(height as usize);
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let about = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    chunk(&mut file, b"IHDR", &about);
    chunk(&mut file, b"IDAT", &stored(&pixels));
    chunk(&mut file, b"IEND", b"");
    file
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    let named = [kind, data].concat();
    file.extend_from_slice(&(data.len() as u32).to_be_bytes());
    file.extend_from_slice(&named);
    file.extend_from_slice(&crc32(&named).to_be_bytes());
}

/// RFC 1950 with the stored blocks of RFC 1951.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let blocks: Vec<&[u8]> = bytes.chunks(0xffff).collect();
    for (number, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        out.push(u8::from(number + 1 == blocks.len()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend_from_slice(&(b << 16 | a).to_be_bytes());
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

/// Where a server is that gives this answer to each of `times` requests.
pub fn served(head: &'static str, body: Vec<u8>, times: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/picture", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for _ in 0..times {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 4_096];
            let _ = stream.read(&mut asked).unwrap();
            let length = format!("{head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            // Whoever has had enough hangs up.
            let _ = stream.write_all(length.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    url
}
