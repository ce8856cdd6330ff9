//! A local server that answers as Stripe does, as far as Kinora uses Stripe: for tests, and for trying Kinora out without an
//! account. No money moves, nothing is sent to Stripe, and nothing here is used by Kinora's server.
//!
//! A request goes `server` → `exchange` → `routes` → the module named after the object.

mod answer;
mod app;
mod checkout;
mod customers;
mod delivery;
mod events;
mod exchange;
mod faults;
mod form;
mod grants;
mod meter_events;
mod meters;
mod pay_page;
mod routes;
mod server;
mod state;

pub use app::Settings;
pub use faults::Faults;
pub use server::Server;
