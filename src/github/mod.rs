//! Books attached to a GitHub release: all of them or, after a fault, a draft that the next run completes.
//!
//! Gets files and a tag, talks to GitHub's REST API, and ends in one of two ways: a release that is public and whole, or an
//! error with nothing public that was not so before. Knows nothing of manuscripts.
//!
//! - [`attach`] brings a release from whatever state it is in to the one that is wanted.
//! - [`fetch`] says what is attached, and brings it here.
//! - [`client`] sends requests, with patience where that is safe; [`Token`] is shown nowhere.
//! - [`repository`] says which repository a folder belongs to.
//!
//! The requests are made with `ureq`, not with a client library of GitHub's API: those that there are read a file whole before
//! they send it, call every file `application/octet-stream`, and repeat a request that makes something after a fault, which
//! may make it twice.

pub mod attach;
mod client;
pub mod fetch;
pub mod notes;
pub mod repository;
mod token;

pub use attach::{Asset, Outcome, Plan, Progress, attach, attached_name};
pub use client::{Client, Wait};
pub use token::Token;
