//! Service accounts of projects, as OpenAI's SDKs know them. Here each is one key, under the key's id: this is the way
//! in which a stock SDK makes keys. What a key is, is `keys`.

mod routes;
mod wire;

pub use routes::routes;
