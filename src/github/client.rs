//! Requests to GitHub's REST API, one at a time, with patience where patience is safe.
//!
//! A request that may be sent twice without harm is sent again after a fault of the network or of the server. One that makes
//! something is sent again only where the server says that it has done nothing: what else became of it has to be looked up
//! first, and [`attach`](super::attach) does that.

use super::token::Token;
use crate::Error;
use serde_json::Value;
use std::io::Read;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// How often a request is sent before it is given up.
const ATTEMPTS: u32 = 6;
/// How long a server may ask to wait; beyond that a person should decide.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// The most bytes of a file that are read.
const MOST_FILE: u64 = 2 << 30;
/// The most bytes of an answer that are read.
const MOST_ANSWER: u64 = 16 << 20;

/// Sleeps; a test only notes for how long.
pub type Wait = dyn Fn(Duration) + Send + Sync;

/// GitHub's API at one address, with one token. What is public can be seen without.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: Option<Token>,
    wait: Box<Wait>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base", &self.base)
            .finish_non_exhaustive()
    }
}

/// What a server answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status (RFC 9110, section 15).
    pub(super) status: u16,
    /// The body; null where it is no JSON.
    pub(super) body: Value,
    /// How long the server asks to wait before anything else.
    pub(super) wait: Option<Duration>,
    /// The address of the next page of a list (RFC 8288).
    next: Option<String>,
}

impl Answer {
    /// Whether the server has done what was asked.
    pub(super) fn is_good(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether the server refuses for now, and has done nothing.
    pub(super) fn is_limited(&self) -> bool {
        self.status == 429 || self.status == 403 && self.wait.is_some()
    }

    /// What the server says, as a clause.
    fn message(&self) -> String {
        let said = self
            .body
            .get("message")
            .and_then(Value::as_str)
            .unwrap_or("no reason is given");
        let errors = self.body.get("errors").and_then(Value::as_array);
        let codes: Vec<String> = errors
            .into_iter()
            .flatten()
            .map(|error| match (error.get("field"), error.get("code"), error.get("message")) {
                (_, _, Some(Value::String(message))) => message.clone(),
                (Some(Value::String(field)), Some(Value::String(code)), _) => format!("{field} {code}"),
                (_, Some(Value::String(code)), _) => code.clone(),
                _ => error.to_string(),
            })
            .collect();
        if codes.is_empty() {
            said.to_owned()
        } else {
            format!("{said} ({})", codes.join(", "))
        }
    }

    /// Whether one of the errors of a 422 has this code.
    pub(super) fn has_error(&self, code: &str) -> bool {
        let errors = self.body.get("errors").and_then(Value::as_array);
        errors
            .into_iter()
            .flatten()
            .any(|error| error.get("code").and_then(Value::as_str) == Some(code))
    }
}

/// Why there is no good answer.
#[derive(Debug)]
pub(super) enum Fault {
    /// The connection failed or was cut, or the server failed: what was asked may be done or not.
    Unknown(String),
    /// The server refuses.
    Refused(Answer),
}

/// The body of a request.
pub(super) enum Body<'a> {
    None,
    Json(Value),
    /// So many bytes of a media type.
    File(&'a mut dyn Read, u64, &'static str),
}

impl Client {
    /// A client of an API: `https://api.github.com`, or that of a GitHub Enterprise, `https://host/api/v3`.
    ///
    /// # Errors
    /// Where the address would send the token over the network for everyone to read.
    pub fn new(base: &str, token: Option<Token>, timeout: Duration, wait: Box<Wait>) -> Result<Self, Error> {
        let base = base.trim_end_matches('/').to_owned();
        if !is_safe(&base) {
            return Err(Error::new(format!(
                "`{base}` is no address that a token may be sent to; `GITHUB_API_URL` has to begin with `https://`"
            )));
        }
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(timeout))
            .timeout_recv_response(Some(timeout))
            .user_agent(concat!("publish/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Ok(Self {
            agent,
            base,
            token,
            wait,
        })
    }

    /// Sleeps for as long as comes before the attempt of a number: longer each time.
    pub(super) fn pause(&self, attempt: u32) {
        (self.wait)(Duration::from_secs(1 << attempt.min(6)));
    }

    /// A request that changes nothing, or that may be repeated: it is sent until there is an answer.
    pub(super) fn repeat(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer, Error> {
        self.repeat_at(method, &self.address(path), body)
    }

    fn repeat_at(&self, method: &str, address: &str, body: Option<&Value>) -> Result<Answer, Error> {
        let mut attempt = 0;
        loop {
            let body = body.map_or(Body::None, |body| Body::Json(body.clone()));
            match self.once(method, address, body) {
                Ok(answer) => return Ok(answer),
                Err(Fault::Unknown(_)) if attempt + 1 < ATTEMPTS => self.pause(attempt),
                Err(fault) => return Err(self.error(&format!("{method} {}", self.short(address)), &fault)),
            }
            attempt += 1;
        }
    }

    /// All entries of a list, page by page.
    pub(super) fn list(&self, path: &str) -> Result<Vec<Value>, Error> {
        let mut entries = Vec::new();
        let mut next = Some(self.address(&format!("{path}?per_page=100")));
        while let Some(address) = next.take() {
            // What the server names as the next page is asked of the same server only.
            if !address.starts_with(&self.base) {
                break;
            }
            let answer = self.repeat_at("GET", &address, None)?;
            if !answer.is_good() {
                return Err(self.error(&format!("GET {}", self.short(&address)), &Fault::Refused(answer)));
            }
            next = answer.next;
            match answer.body {
                Value::Array(page) => entries.extend(page),
                _ => return Err(Error::new(format!("GET {}: the answer is no list", self.short(&address)))),
            }
        }
        Ok(entries)
    }

    /// A request that makes something: sent once, and again only where the server says that it has done nothing.
    pub(super) fn make(&self, path: &str, body: &Value) -> Result<Answer, Fault> {
        self.once("POST", &self.address(path), Body::Json(body.clone()))
    }

    /// Sends a file to an address that the server has named.
    pub(super) fn upload(&self, address: &str, file: &mut dyn Read, size: u64, media_type: &'static str) -> Result<Answer, Fault> {
        if !is_safe(address) {
            return Err(Fault::Unknown(format!(
                "the server wants files at `{address}`, where no token may be sent"
            )));
        }
        self.send("POST", address, Body::File(file, size, media_type))
    }

    /// One request and its answer; a refusal that passes with time is waited for, since nothing was done then.
    fn once(&self, method: &str, address: &str, body: Body<'_>) -> Result<Answer, Fault> {
        let json = match body {
            Body::Json(json) => Some(json),
            Body::None | Body::File(..) => None,
        };
        let mut attempt = 0;
        loop {
            let body = json.clone().map_or(Body::None, Body::Json);
            let answer = self.send(method, address, body)?;
            if !answer.is_limited() || attempt + 1 >= ATTEMPTS {
                return Ok(answer);
            }
            self.hold(&answer, attempt)?;
            attempt += 1;
        }
    }

    /// Waits as long as a server asks for, unless that is too long.
    pub(super) fn hold(&self, answer: &Answer, attempt: u32) -> Result<(), Fault> {
        // GitHub asks for a minute at least where it does not say how long, and for more each time.
        let wait = answer.wait.unwrap_or(Duration::from_secs(60 << attempt.min(4)));
        if wait > LONGEST_WAIT {
            return Err(Fault::Unknown(format!(
                "the server takes no more requests for {} minutes; run the command again then, and it goes on where it stopped",
                wait.as_secs().div_ceil(60)
            )));
        }
        (self.wait)(wait);
        Ok(())
    }

    fn send(&self, method: &str, address: &str, body: Body<'_>) -> Result<Answer, Fault> {
        let unknown = |error: ureq::Error| Fault::Unknown(self.hide(&error.to_string()));
        let request = self.request(method, address).header("accept", "application/vnd.github+json");
        let built = |error: ureq::http::Error| Fault::Unknown(error.to_string());
        let mut response = match body {
            Body::None => self.agent.run(request.body(()).map_err(built)?),
            Body::Json(json) => {
                let request = request.header("content-type", "application/json");
                self.agent.run(request.body(json.to_string()).map_err(built)?)
            }
            Body::File(file, size, media_type) => {
                let request = request.header("content-type", media_type).header("content-length", size);
                let mut limited = file.take(size);
                let body = ureq::SendBody::from_reader(&mut limited);
                self.agent.run(request.body(body).map_err(built)?)
            }
        }
        .map_err(unknown)?;
        let status = response.status().as_u16();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let wait = wait_of(status, &header);
        let next = header("link").and_then(|link| next_page(&link));
        let text = response
            .body_mut()
            .with_config()
            .limit(MOST_ANSWER)
            .read_to_string()
            .map_err(unknown)?;
        let answer = Answer {
            status,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            wait,
            next,
        };
        if status >= 500 || answer.is_good() && answer.body.is_null() && status != 204 {
            return Err(Fault::Unknown(format!("the server answers {status}")));
        }
        Ok(answer)
    }

    /// The head of a request, with the token where there is one.
    fn request(&self, method: &str, address: &str) -> ureq::http::request::Builder {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(address)
            .header("x-github-api-version", "2022-11-28");
        match &self.token {
            Some(token) => request.header("authorization", token.bearer()),
            None => request,
        }
    }

    /// A text in which the token does not stand.
    fn hide(&self, text: &str) -> String {
        self.token.as_ref().map_or_else(|| text.to_owned(), |token| token.hide(text))
    }

    /// Whether a request that has failed so often may be sent again.
    pub(super) fn may_repeat(&self, attempt: u32) -> bool {
        attempt + 1 < ATTEMPTS
    }

    /// The bytes of a file. GitHub sends its clients to another host for them, which the token is not for.
    pub(super) fn download(&self, path: &str) -> Result<Vec<u8>, Fault> {
        let unknown = |error: ureq::Error| Fault::Unknown(self.hide(&error.to_string()));
        let built = |error: ureq::http::Error| Fault::Unknown(error.to_string());
        let request = self.request("GET", &self.address(path));
        let request = request.header("accept", "application/octet-stream").body(()).map_err(built)?;
        let mut response = self.agent.run(request).map_err(unknown)?;
        if response.status().is_redirection() {
            let place = response.headers().get("location").and_then(|place| place.to_str().ok());
            let place = place.filter(|place| is_safe(place));
            let place = place.ok_or_else(|| Fault::Unknown("the server names no address to download from".to_owned()))?;
            response = self.agent.get(place).call().map_err(unknown)?;
        }
        let status = response.status().as_u16();
        let read = response.body_mut().with_config().limit(MOST_FILE).read_to_vec();
        let bytes = read.map_err(unknown)?;
        match status {
            200..300 => Ok(bytes),
            500.. => Err(Fault::Unknown(format!("the server answers {status}"))),
            _ => Err(Fault::Refused(Answer {
                status,
                body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
                wait: None,
                next: None,
            })),
        }
    }

    fn address(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn short<'a>(&self, address: &'a str) -> &'a str {
        let path = address.strip_prefix(&self.base).unwrap_or(address);
        path.split('?').next().unwrap_or(path)
    }

    /// What went wrong, in words that say what to do.
    pub(super) fn error(&self, doing: &str, fault: &Fault) -> Error {
        let said = match fault {
            Fault::Unknown(said) => said.clone(),
            Fault::Refused(answer) => match answer.status {
                404 if self.token.is_none() => {
                    "there is nothing of that name that can be seen without a token; GH_TOKEN may hold one".to_owned()
                }
                401 => "the token is not valid, or it has expired".to_owned(),
                403 => format!(
                    "the token may not do that: {}; it needs the permission `contents: write` for this repository",
                    answer.message()
                ),
                404 => "there is nothing of that name that this token can see".to_owned(),
                301 | 302 | 307 | 308 => "the repository has another name now; give that with `--repo`".to_owned(),
                status => format!("{status}, {}", answer.message()),
            },
        };
        Error::new(self.hide(&format!("{doing}: {said}")))
    }
}

/// Whether a token may be sent to an address: encrypted, or within this machine.
fn is_safe(address: &str) -> bool {
    if address.starts_with("https://") {
        return true;
    }
    let host = address.strip_prefix("http://").unwrap_or_default();
    let host = host.split(['/', '?']).next().unwrap_or_default();
    !host.contains('@') && ["127.0.0.1:", "[::1]:", "localhost:"].iter().any(|own| host.starts_with(own))
}

/// How long a server asks to wait: `retry-after` in seconds, else until `x-ratelimit-reset` where nothing remains.
fn wait_of(status: u16, header: &dyn Fn(&str) -> Option<String>) -> Option<Duration> {
    if status != 403 && status != 429 {
        return None;
    }
    let number = |name: &str| header(name)?.trim().parse::<u64>().ok();
    if let Some(seconds) = number("retry-after") {
        return Some(Duration::from_secs(seconds));
    }
    if number("x-ratelimit-remaining") != Some(0) {
        return None;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let reset = number("x-ratelimit-reset")?;
    Some(Duration::from_secs(reset.saturating_sub(now).saturating_add(1)))
}

/// The address behind `rel="next"` of a `Link` header.
fn next_page(link: &str) -> Option<String> {
    link.split(',').find_map(|part| {
        let (address, relation) = part.split_once(';')?;
        let address = address.trim().strip_prefix('<')?.strip_suffix('>')?;
        relation.contains("rel=\"next\"").then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_sent_encrypted_or_to_this_machine() {
        for good in ["https://api.github.com", "http://127.0.0.1:8080/x", "http://localhost:1"] {
            assert!(is_safe(good), "{good}");
        }
        for bad in [
            "http://api.github.com",
            "http://127.0.0.1.example.com/",
            "http://localhost:1@example.com/",
            "ftp://x",
        ] {
            assert!(!is_safe(bad), "{bad}");
        }
    }

    #[test]
    fn the_next_page_is_found_among_links() {
        let link = r#"<https://x/a?page=1>; rel="prev", <https://x/a?page=3>; rel="next", <https://x/a?page=9>; rel="last""#;
        assert_eq!(next_page(link).as_deref(), Some("https://x/a?page=3"));
        assert_eq!(next_page(r#"<https://x/a?page=9>; rel="last""#), None);
    }
}
