//! A server on this machine that behaves as GitHub's REST API does for releases, by its published description ("REST API
//! endpoints for releases" and "for release assets", version 2022-11-28), with faults as they are asked for.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// What goes wrong with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// The connection is cut before anything is done.
    CutBefore,
    /// The connection is cut in the middle of the body; an upload may leave an unfinished asset.
    CutWithin,
    /// What is asked is done, and the connection is cut instead of an answer.
    CutAfter,
    /// 502 before anything is done.
    BadGateway,
    /// What is asked is done, and the answer is 502; an upload may leave an unfinished asset.
    BadGatewayAfter,
    /// 403 with `retry-after`.
    Limited,
    /// 403 with `x-ratelimit-remaining: 0` and `x-ratelimit-reset`.
    Exhausted,
    /// The answer comes later than the client waits.
    Slow,
    /// A file arrives with other bytes.
    Damaged,
    /// Another process sends the same file just before.
    Overtaken,
    /// Another process sends another file of the same name just before.
    Intruded,
}

/// What goes wrong with a request, by its method and path.
pub(crate) type Picks = dyn FnMut(&str, &str) -> Fault + Send;

/// A file of a release.
#[derive(Debug, Clone)]
pub(crate) struct Asset {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) finished: bool,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

/// A release.
#[derive(Debug, Clone)]
pub(crate) struct Release {
    pub(crate) id: u64,
    pub(crate) tag: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) draft: bool,
    pub(crate) prerelease: bool,
    pub(crate) assets: Vec<Asset>,
}

/// What the server has, and what is to go wrong.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) tags: Vec<String>,
    pub(crate) releases: Vec<Release>,
    /// Whether releases that are published can be changed no more.
    pub(crate) immutable: bool,
    /// Asked for every request; gives what goes wrong.
    pub(crate) fault: Option<Box<Picks>>,
    /// Every request: method, path, status.
    pub(crate) log: Vec<(String, String, u16)>,
    /// Requests without the token.
    pub(crate) strangers: usize,
    /// Requests to another host with the token.
    pub(crate) leaks: usize,
    /// Called whenever a release is public: it has to be whole.
    pub(crate) published: Vec<Release>,
    next: u64,
}

/// The server; it ends with the test.
pub(crate) struct Server {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

/// The token that the server knows.
pub(crate) const TOKEN: &str = "ghp_9s8d7f6g5h4j3k2l1";

impl Server {
    /// Starts a server of the repository `ada/book` with a tag.
    pub(crate) fn start(tag: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(Mutex::new(State {
            tags: vec![tag.to_owned()],
            ..State::default()
        }));
        let (shared, base) = (Arc::clone(&state), address.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (state, base) = (Arc::clone(&shared), base.clone());
                std::thread::spawn(move || {
                    let _ = serve(&stream, &state, &base);
                });
            }
        });
        Self { address, state }
    }

    /// What the server has.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

struct Request {
    method: String,
    path: String,
    query: String,
    media_type: String,
    authorised: bool,
    has_token: bool,
    /// Whether it asks for the bytes of a file.
    binary: bool,
    body: Vec<u8>,
}

fn serve(stream: &TcpStream, state: &Mutex<State>, base: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut words = first.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (mut length, mut media_type, mut binary) = (0, String::new(), false);
    let mut token = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').unwrap_or((&line, ""));
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "content-type" => media_type = value.trim().to_owned(),
            "authorization" => token = Some(value.trim().to_owned()),
            "accept" => binary = value.trim() == "application/octet-stream",
            _ => {}
        }
    }
    let mut state = state.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let fault = match &mut state.fault {
        Some(fault) => fault(&method, path),
        None => Fault::None,
    };
    if fault == Fault::CutBefore {
        return Ok(());
    }
    let mut body = vec![0; if fault == Fault::CutWithin { length / 2 } else { length }];
    reader.read_exact(&mut body)?;
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        media_type,
        authorised: token == Some(format!("Bearer {TOKEN}")),
        has_token: token.is_some(),
        // The other host, to which GitHub sends its clients, is asked without a word.
        binary: binary || path.starts_with("/elsewhere/"),
        body,
    };
    let upload = request.method == "POST" && request.path.ends_with("/assets");
    match fault {
        Fault::CutWithin => {
            if upload {
                let _ = state.store(&request, false);
            }
            return Ok(());
        }
        Fault::BadGateway => return answer(stream, &mut state, &request, 502, &json!({ "message": "Server Error" }), &[]),
        Fault::Limited => {
            let limited = json!({ "message": "You have exceeded a secondary rate limit" });
            return answer(stream, &mut state, &request, 403, &limited, &[("retry-after", "7")]);
        }
        Fault::Exhausted => {
            let limited = json!({ "message": "API rate limit exceeded" });
            let headers = [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1000")];
            return answer(stream, &mut state, &request, 403, &limited, &headers);
        }
        Fault::Damaged if upload => {
            if let Some(byte) = request.body.first_mut() {
                *byte ^= 1;
            }
        }
        Fault::Overtaken if upload => {
            let _ = state.store(&request, true);
        }
        Fault::Intruded if upload => {
            let other = Request {
                body: b"of somebody else".to_vec(),
                method: request.method.clone(),
                path: request.path.clone(),
                query: request.query.clone(),
                media_type: request.media_type.clone(),
                authorised: true,
                has_token: true,
                binary: false,
            };
            let _ = state.store(&other, true);
        }
        _ => {}
    }
    if fault == Fault::BadGatewayAfter && upload {
        let _ = state.store(&request, false);
        return answer(stream, &mut state, &request, 502, &json!({ "message": "Server Error" }), &[]);
    }
    if request.method == "GET" && request.binary {
        return download(stream, &mut state, &request, base);
    }
    let (status, said) = state.handle(&request, base);
    match fault {
        Fault::CutAfter => Ok(()),
        Fault::BadGatewayAfter => answer(stream, &mut state, &request, 502, &json!({}), &[]),
        Fault::Slow => {
            drop(state);
            std::thread::sleep(Duration::from_millis(400));
            Ok(())
        }
        _ => answer(stream, &mut state, &request, status, &said, &[]),
    }
}

/// The bytes of a file, which another host has: the first answer leads there, and the token does not go along.
fn download(mut stream: &TcpStream, state: &mut State, request: &Request, base: &str) -> std::io::Result<()> {
    let id = request.path.rsplit('/').next().unwrap_or_default().to_owned();
    let files = state
        .releases
        .iter()
        .flat_map(|release| release.assets.iter().map(|asset| (release.draft, asset)));
    let found = files
        .filter(|(draft, _)| request.authorised || !draft)
        .find(|(_, asset)| asset.id.to_string() == id);
    let elsewhere = request.path.starts_with("/elsewhere/");
    let bytes = state
        .releases
        .iter()
        .flat_map(|release| &release.assets)
        .find(|asset| asset.id.to_string() == id);
    match (elsewhere, found, bytes) {
        (true, _, Some(asset)) => {
            if request.authorised {
                state.leaks += 1;
            }
            let bytes = asset.bytes.clone();
            state.log.push((request.method.clone(), request.path.clone(), 200));
            let head = format!(
                "HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                bytes.len()
            );
            stream.write_all(head.as_bytes())?;
            stream.write_all(&bytes)
        }
        (false, Some(_), _) => {
            let place = format!("{base}/elsewhere/{id}");
            answer(stream, state, request, 302, &json!({}), &[("location", &place)])
        }
        _ => answer(stream, state, request, 404, &json!({ "message": "Not Found" }), &[]),
    }
}

fn answer(
    mut stream: &TcpStream,
    state: &mut State,
    request: &Request,
    status: u16,
    body: &Value,
    headers: &[(&str, &str)],
) -> std::io::Result<()> {
    state.log.push((request.method.clone(), request.path.clone(), status));
    let text = if status == 204 { String::new() } else { body.to_string() };
    let mut head = format!(
        "HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n",
        text.len()
    );
    if status != 204 {
        head.push_str("content-type: application/json; charset=utf-8\r\n");
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(next) = body.get("next-page").and_then(Value::as_str) {
        head.push_str(&format!("link: <{next}>; rel=\"next\"\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(
        match body.get("page") {
            Some(page) => page.to_string(),
            None => text,
        }
        .as_bytes(),
    )
}

impl State {
    fn id(&mut self) -> u64 {
        self.next += 1;
        1000 + self.next
    }

    fn handle(&mut self, request: &Request, base: &str) -> (u16, Value) {
        if !request.authorised {
            self.strangers += 1;
            // What is public everybody may see.
            if request.method != "GET" || request.has_token {
                return (401, json!({ "message": "Bad credentials" }));
            }
        }
        let Some(path) = request.path.strip_prefix("/repos/ada/book/") else {
            return (404, json!({ "message": "Not Found" }));
        };
        let parts: Vec<&str> = path.split('/').collect();
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", ["git", "ref", "tags", tag]) => match self.tags.iter().any(|known| known == tag) {
                true => (200, json!({ "ref": format!("refs/tags/{tag}") })),
                false => (404, json!({ "message": "Not Found" })),
            },
            ("GET", ["releases"]) => (
                200,
                self.releases
                    .iter()
                    .filter(|release| request.authorised || !release.draft)
                    .map(|release| shown(release, self.immutable, base))
                    .collect(),
            ),
            ("GET", ["releases", "tags", tag]) => {
                let found = self.releases.iter().find(|release| release.tag == *tag && !release.draft);
                match found {
                    Some(release) => (200, shown(release, self.immutable, base)),
                    None => (404, json!({ "message": "Not Found" })),
                }
            }
            ("GET", ["releases", "assets", id]) => {
                let mut assets = self.releases.iter().flat_map(|release| &release.assets);
                match assets.find(|asset| asset.id.to_string() == *id) {
                    Some(asset) => (200, shown_asset(asset, base)),
                    None => (404, json!({ "message": "Not Found" })),
                }
            }
            ("POST", ["releases"]) => self.create(&request.body, base),
            ("PATCH", ["releases", id]) => self.patch(id, &request.body, base),
            ("GET", ["releases", id, "assets"]) => match self.releases.iter().find(|release| release.id.to_string() == *id) {
                Some(release) => (200, release.assets.iter().map(|asset| shown_asset(asset, base)).collect()),
                None => (404, json!({ "message": "Not Found" })),
            },
            ("POST", ["releases", _, "assets"]) => match self.store(request, true) {
                Ok(asset) => (201, shown_asset(&asset, base)),
                Err(refused) => refused,
            },
            ("DELETE", ["releases", "assets", id]) => self.delete(id),
            _ => (404, json!({ "message": "Not Found" })),
        }
    }

    fn create(&mut self, body: &[u8], base: &str) -> (u16, Value) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let flag = |key: &str| body.get(key).and_then(Value::as_bool).unwrap_or(false);
        let notes = if flag("generate_release_notes") {
            "Generated.".to_owned()
        } else {
            text("body")
        };
        let release = Release {
            id: self.id(),
            tag: text("tag_name"),
            title: text("name"),
            body: notes,
            draft: flag("draft"),
            prerelease: flag("prerelease"),
            assets: Vec::new(),
        };
        let said = shown(&release, self.immutable, base);
        self.releases.push(release);
        (201, said)
    }

    fn patch(&mut self, id: &str, body: &[u8], base: &str) -> (u16, Value) {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let immutable = self.immutable;
        let Some(release) = self.releases.iter_mut().find(|release| release.id.to_string() == id) else {
            return (404, json!({ "message": "Not Found" }));
        };
        if immutable && !release.draft {
            return (422, json!({ "message": "Cannot change an immutable release" }));
        }
        if let Some(draft) = body.get("draft").and_then(Value::as_bool) {
            release.draft = draft;
        }
        if let Some(prerelease) = body.get("prerelease").and_then(Value::as_bool) {
            release.prerelease = prerelease;
        }
        let release = release.clone();
        let said = shown(&release, immutable, base);
        if !release.draft {
            self.published.push(release);
        }
        (200, said)
    }

    /// Stores a file, finished or not.
    fn store(&mut self, request: &Request, finished: bool) -> Result<Asset, (u16, Value)> {
        let id = request.path.split('/').nth(5).unwrap_or_default();
        let name = request
            .query
            .split('&')
            .find_map(|part| part.strip_prefix("name="))
            .unwrap_or_default()
            .to_owned();
        let (immutable, asset_id) = (self.immutable, self.id());
        let Some(release) = self.releases.iter_mut().find(|release| release.id.to_string() == id) else {
            return Err((404, json!({ "message": "Not Found" })));
        };
        if immutable && !release.draft {
            return Err((422, json!({ "message": "Cannot upload assets to an immutable release" })));
        }
        if release.assets.iter().any(|asset| asset.name == name) {
            let errors = json!([{ "resource": "ReleaseAsset", "code": "already_exists", "field": "name" }]);
            return Err((422, json!({ "message": "Validation Failed", "errors": errors })));
        }
        let asset = Asset {
            id: asset_id,
            name,
            finished,
            media_type: request.media_type.clone(),
            bytes: request.body.clone(),
        };
        release.assets.push(asset.clone());
        Ok(asset)
    }

    fn delete(&mut self, id: &str) -> (u16, Value) {
        for release in &mut self.releases {
            if let Some(at) = release.assets.iter().position(|asset| asset.id.to_string() == id) {
                release.assets.remove(at);
                if !release.draft {
                    self.published.push(release.clone());
                }
                return (204, Value::Null);
            }
        }
        (404, json!({ "message": "Not Found" }))
    }
}

fn shown(release: &Release, immutable: bool, base: &str) -> Value {
    let place = format!("{base}/repos/ada/book/releases/{}", release.id);
    json!({
        "url": place,
        "assets_url": format!("{place}/assets"),
        "upload_url": format!("{place}/assets{{?name,label}}"),
        "html_url": format!("https://github.com/ada/book/releases/tag/{}", release.tag),
        "id": release.id,
        "tag_name": release.tag,
        "name": release.title,
        "body": release.body,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "immutable": immutable && !release.draft,
        "assets": release.assets.iter().map(|asset| shown_asset(asset, base)).collect::<Vec<_>>(),
    })
}

fn shown_asset(asset: &Asset, base: &str) -> Value {
    let digest = asset.finished.then(|| format!("sha256:{}", hex(&asset.bytes)));
    json!({
        "url": format!("{base}/repos/ada/book/releases/assets/{}", asset.id),
        "id": asset.id,
        "name": asset.name,
        "label": "",
        "state": if asset.finished { "uploaded" } else { "starter" },
        "content_type": asset.media_type,
        "size": asset.bytes.len(),
        "digest": digest,
    })
}

/// The SHA-256 of bytes in hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
