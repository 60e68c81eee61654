//! The server that stands for GitHub in the tests of releases, held against GitHub itself: against recorded traffic (the package
//! `@octokit/fixtures`) and against the published description of the API (`@octokit/openapi`).

#[allow(dead_code)]
mod github;
mod support;

use github::{Asset, Release, Server, TOKEN};
use serde_json::{Value, json};
use std::path::PathBuf;

/// What has come to GitHub's answers since they were recorded.
const NEW: [&str; 2] = ["digest", "immutable"];

/// What a client reads of a release and of a file.
const READ: [&str; 9] = [
    "id",
    "tag_name",
    "draft",
    "prerelease",
    "upload_url",
    "html_url",
    "name",
    "state",
    "size",
];

/// A file of the validators, if they are there.
fn validator(path: &str) -> Option<PathBuf> {
    let root = std::env::var_os("PUBLISH_VALIDATORS").map(PathBuf::from);
    let root = root.unwrap_or_else(|| support::root().join("target/validators"));
    Some(root.join(path)).filter(|path| path.exists())
}

fn recording(name: &str) -> Option<Vec<Value>> {
    let path = format!("node_modules/@octokit/fixtures/scenarios/api.github.com/{name}/normalized-fixture.json");
    let text = std::fs::read_to_string(validator(&path)?).expect("a recording");
    serde_json::from_str(&text).expect("JSON")
}

/// Sends a request, and gives status, media type and body of the answer.
fn send(method: &str, address: &str, body: &str, media_type: &str) -> (u16, String, Value) {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
    let request = ureq::http::Request::builder()
        .method(method)
        .uri(address)
        .header("authorization", format!("Bearer {TOKEN}"))
        .header("content-type", media_type)
        .body(body.to_owned())
        .expect("a request");
    let mut response = agent.run(request).expect("an answer");
    let status = response.status().as_u16();
    let kind = response
        .headers()
        .get("content-type")
        .map(|kind| kind.to_str().expect("text").to_owned());
    let text = response.body_mut().read_to_string().expect("text");
    (
        status,
        kind.unwrap_or_default(),
        serde_json::from_str(&text).unwrap_or(Value::Null),
    )
}

/// A public release, as the recordings begin with.
fn server(assets: Vec<Asset>) -> Server {
    let server = Server::start("v1.0.0");
    server.state().releases.push(Release {
        id: 1000,
        tag: "v1.0.0".to_owned(),
        title: "Version 1.0.0".to_owned(),
        body: String::new(),
        draft: false,
        prerelease: false,
        assets,
    });
    server
}

/// Notes where an answer of ours is another than the recorded one: a key that GitHub does not have, another type, another value
/// of what a request has said.
fn compare(ours: &Value, recorded: &Value, place: &str, faults: &mut Vec<String>) {
    match (ours, recorded) {
        (Value::Object(one), Value::Object(other)) => {
            for (key, value) in one.iter().filter(|(key, _)| !NEW.contains(&key.as_str())) {
                match other.get(key) {
                    Some(recorded) => compare(value, recorded, &format!("{place}.{key}"), faults),
                    None => faults.push(format!("{place}.{key} is not in the recording")),
                }
            }
            for key in READ.iter().filter(|key| other.contains_key(**key)) {
                if !one.contains_key(*key) {
                    faults.push(format!("{place}.{key} is in the recording alone"));
                }
            }
        }
        (Value::Array(one), Value::Array(other)) => {
            // The release was recorded just before its first file came.
            if one.len() != other.len() && place != "answer.assets" {
                faults.push(format!(
                    "{place} has {} entries, and {} were recorded",
                    one.len(),
                    other.len()
                ));
            }
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                compare(one, other, &format!("{place}[{at}]"), faults);
            }
        }
        (Value::String(one), Value::String(other)) => {
            let said = [
                "state",
                "name",
                "content_type",
                "tag_name",
                "message",
                "code",
                "field",
                "resource",
            ];
            let key = place.rsplit('.').next().unwrap_or_default();
            if said.contains(&key) && one != other {
                faults.push(format!("{place} is {one:?}, and {other:?} was recorded"));
            }
            let template = |address: &str| address.split_once('{').map(|(_, rest)| rest.to_owned());
            if template(one) != template(other) {
                faults.push(format!("{place} is another template: {one}"));
            }
        }
        (Value::Bool(one), Value::Bool(other)) if one == other => {}
        (Value::Number(one), Value::Number(other)) if one == other || !place.ends_with("size") => {}
        // A release without text has null where another has text.
        (Value::String(text), Value::Null) if text.is_empty() => {}
        (Value::Null, Value::Null) => {}
        _ => faults.push(format!("{place} is {ours}, and {recorded} was recorded")),
    }
}

/// Plays a recorded scenario, and gives how many requests it has.
fn play(name: &str, recorded: &[Value], server: &Server) -> usize {
    let text = |request: &Value, key: &str| request[key].as_str().unwrap_or_default().to_owned();
    let (mut faults, mut played) = (Vec::new(), 0);
    // What is called 1001 there has another number here.
    let mut numbers: Vec<(String, String)> = Vec::new();
    for request in recorded {
        let method = text(request, "method").to_uppercase();
        let path = text(request, "path").replace(&format!("/repos/octokit-fixture-org/{name}"), "/repos/ada/book");
        if method == "PATCH" {
            // No command of ours gives a file another name.
            continue;
        }
        let path = numbers.iter().fold(path, |path, (there, here)| {
            path.replace(&format!("assets/{there}"), &format!("assets/{here}"))
        });
        let body = text(request, "body");
        let media_type = request["reqheaders"]["content-type"].as_str().unwrap_or("application/json");
        let (status, kind, answer) = send(&method, &format!("{}{path}", server.address), &body, media_type);
        let place = format!("{method} {path}");
        if Some(u64::from(status)) != request["status"].as_u64() {
            faults.push(format!("{place}: {status}, and {} was recorded", request["status"]));
        }
        let expected = request["headers"]["content-type"].as_str().unwrap_or_default();
        if kind != expected {
            faults.push(format!("{place}: `{kind}`, and `{expected}` was recorded"));
        }
        let response = &request["response"];
        if status != 204 {
            compare(&answer, response, "answer", &mut faults);
        }
        if let (Some(there), Some(here)) = (response["id"].as_u64(), answer["id"].as_u64()) {
            numbers.push((there.to_string(), here.to_string()));
        }
        played += 1;
    }
    assert!(faults.is_empty(), "{name}:\n{}", faults.join("\n"));
    played
}

#[test]
fn the_server_answers_as_github_was_recorded() {
    let (Some(assets), Some(conflict)) = (recording("release-assets"), recording("release-assets-conflict")) else {
        support::left_out(
            "the recordings of GitHub's answers are not installed, so the server of the tests is NOT compared with them",
        );
        return;
    };
    assert_eq!(play("release-assets", &assets, &server(Vec::new())), 5);
    let there = Asset {
        id: 1000,
        name: "test-upload.txt".to_owned(),
        finished: true,
        media_type: "text/plain".to_owned(),
        bytes: b"Hello, world!\n".to_vec(),
    };
    assert_eq!(play("release-assets-conflict", &conflict, &server(vec![there])), 5);
}

/// Notes where an answer is not what the schema says.
fn conform(answer: &Value, schema: &str, description: &Value, faults: &mut Vec<String>) {
    let properties = &description["components"]["schemas"][schema]["properties"];
    for (key, value) in answer.as_object().expect("an object") {
        let Some(property) = properties.get(key) else {
            faults.push(format!("{schema} has no `{key}`"));
            continue;
        };
        let nullable = property["nullable"].as_bool().unwrap_or(false);
        let fits = match (property["type"].as_str(), value) {
            (_, Value::Null) => nullable,
            (Some("string"), value) => value.is_string(),
            (Some("integer"), value) => value.is_u64(),
            (Some("boolean"), value) => value.is_boolean(),
            (Some("array"), value) => value.is_array(),
            _ => true,
        };
        if !fits {
            faults.push(format!("{schema}.{key} is {value}"));
        }
    }
}

#[test]
fn the_server_answers_as_github_describes_it() {
    let Some(path) = validator("openapi/api.github.com.json") else {
        support::left_out("the description of GitHub's API is not installed, so the server of the tests is NOT compared with it");
        return;
    };
    let description: Value = serde_json::from_slice(&std::fs::read(path).expect("the description")).expect("JSON");
    let server = Server::start("v1.0.0");
    let address = |path: &str| format!("{}/repos/ada/book{path}", server.address);
    let mut faults = Vec::new();
    let mut ask = |method: &str, path: &str, described: &str, body: &Value| {
        let (status, _, answer) = send(method, &address(path), &body.to_string(), "application/json");
        let responses = &description["paths"][format!("/repos/{{owner}}/{{repo}}{described}")][method.to_lowercase()]["responses"];
        if responses.get(status.to_string()).is_none() {
            faults.push(format!("{method} {described} never answers {status}"));
        }
        answer
    };
    let draft = json!({ "tag_name": "v1.0.0", "name": "One", "draft": true, "prerelease": false, "body": "Text." });
    let release = ask("POST", "/releases", "/releases", &draft);
    let id = release["id"].as_u64().expect("an id");
    let place = format!("/releases/{id}");
    let asset = ask(
        "POST",
        &format!("{place}/assets?name=a.txt"),
        "/releases/{release_id}/assets",
        &json!("x"),
    );
    let taken = ask(
        "POST",
        &format!("{place}/assets?name=a.txt"),
        "/releases/{release_id}/assets",
        &json!("x"),
    );
    let assets = ask(
        "GET",
        &format!("{place}/assets"),
        "/releases/{release_id}/assets",
        &Value::Null,
    );
    let list = ask("GET", "/releases", "/releases", &Value::Null);
    let public = ask("PATCH", &place, "/releases/{release_id}", &json!({ "draft": false }));
    ask("PATCH", "/releases/1", "/releases/{release_id}", &json!({ "draft": false }));
    let by_tag = ask("GET", "/releases/tags/v1.0.0", "/releases/tags/{tag}", &Value::Null);
    ask("GET", "/releases/tags/v2", "/releases/tags/{tag}", &Value::Null);
    ask("GET", "/git/ref/tags/v1.0.0", "/git/ref/{ref}", &Value::Null);
    let number = asset["id"].as_u64().expect("an id");
    ask(
        "DELETE",
        &format!("/releases/assets/{number}"),
        "/releases/assets/{asset_id}",
        &Value::Null,
    );
    ask(
        "DELETE",
        &format!("/releases/assets/{number}"),
        "/releases/assets/{asset_id}",
        &Value::Null,
    );
    for release in [&release, &list[0], &public, &by_tag] {
        conform(release, "release", &description, &mut faults);
    }
    for asset in [&asset, &assets[0], &list[0]["assets"][0]] {
        conform(asset, "release-asset", &description, &mut faults);
    }
    assert_eq!(taken["errors"][0]["code"], "already_exists");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
