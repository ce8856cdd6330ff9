//! Load on a Kinora that is served somewhere: the scenarios, and the programs of the outside world that they need. It
//! knows the public API and nothing else.

pub mod dropping;
pub mod receiver;
pub mod scenarios;
pub mod session;
