//! What is attached to a release, and its bytes.

use super::attach::release_of;
use super::client::{Client, Fault};
use crate::Error;
use serde_json::Value;

/// A file of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its SHA-256 in hexadecimal digits, as GitHub computed it; an Enterprise of before June 2025 has none.
    pub sha256: Option<String>,
    id: u64,
}

/// The files of the release of a tag; nothing where there is no release that can be seen.
///
/// # Errors
/// Where GitHub refuses, or does not answer for long.
pub fn attached(client: &Client, repository: &str, tag: &str) -> Result<Option<Vec<Attached>>, Error> {
    let Some(release) = release_of(client, repository, tag)? else {
        return Ok(None);
    };
    let id = release.get("id").and_then(Value::as_u64).unwrap_or_default();
    let assets = client.list(&format!("/repos/{repository}/releases/{id}/assets"))?;
    let read = |asset: &Value| {
        let digest = asset.get("digest").and_then(Value::as_str);
        Some(Attached {
            name: asset.get("name")?.as_str()?.to_owned(),
            sha256: digest
                .and_then(|digest| digest.strip_prefix("sha256:"))
                .map(str::to_lowercase),
            id: asset.get("id")?.as_u64()?,
        })
    };
    let finished = |asset: &&Value| asset.get("state").and_then(Value::as_str) == Some("uploaded");
    Ok(Some(assets.iter().filter(finished).filter_map(read).collect()))
}

/// The bytes of a file.
///
/// # Errors
/// Where GitHub refuses, or does not answer for long.
pub fn download(client: &Client, repository: &str, file: &Attached) -> Result<Vec<u8>, Error> {
    let path = format!("/repos/{repository}/releases/assets/{}", file.id);
    let mut attempt = 0;
    loop {
        match client.download(&path) {
            Ok(bytes) => return Ok(bytes),
            Err(Fault::Unknown(_)) if client.may_repeat(attempt) => client.pause(attempt),
            Err(fault) => return Err(client.error(&format!("downloading {}", file.name), &fault)),
        }
        attempt += 1;
    }
}
