//! From whatever state a release is in to the one that is wanted.
//!
//! Nothing is remembered between two runs but what GitHub has: a run looks at the release, does what is missing, and looks
//! again. So a run that was interrupted at any place is completed by the next one, and what is right is not touched.
//!
//! The release is a draft until every file is there and GitHub's own digest of it is right; only then it is published. A
//! release that is public already is made a draft again before a file in it is replaced.

use super::client::{Client, Fault};
use crate::Error;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

/// How often the files of a release are looked at before it is given up.
const ROUNDS: u32 = 8;
/// The largest file that GitHub takes.
const LARGEST: u64 = 2 << 30;

/// A file to attach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its name in the release.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl Asset {
    /// The media type of a file, by its name.
    pub fn media_type(&self) -> &'static str {
        match self.name.rsplit_once('.').map(|(_, end)| end) {
            Some("epub") => "application/epub+zip",
            Some("pdf") => "application/pdf",
            Some("json") => "application/json",
            Some("gz" | "tgz") => "application/gzip",
            Some("zip") => "application/zip",
            Some("txt" | "md" | "sha256") => "text/plain; charset=utf-8",
            None if self.name.ends_with("SUMS") => "text/plain; charset=utf-8",
            _ => "application/octet-stream",
        }
    }
}

/// The name under which a file can be attached. GitHub puts dots where it finds other characters than these, and would then
/// have no file of the name that was sent: here they become hyphens, and a name of nothing else becomes `book`.
pub fn attached_name(name: &str) -> String {
    let (stem, end) = name.rsplit_once('.').map_or((name, ""), |(stem, end)| (stem, end));
    let plain = |text: &str| {
        let parts = text.split(|letter: char| !(letter.is_ascii_alphanumeric() || "._-+".contains(letter)));
        parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
    };
    let stem = plain(stem);
    let stem = match stem.trim_matches(['-', '.']) {
        "" => "book".to_owned(),
        _ if name.starts_with('.') => format!("book{stem}"),
        _ if !stem.starts_with(|letter: char| letter.is_ascii_alphanumeric()) => format!("book{stem}"),
        _ => stem,
    };
    match plain(end).as_str() {
        "" => stem,
        end => format!("{stem}.{end}"),
    }
}

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Plan {
    /// `owner/name`
    pub repository: String,
    /// The tag, which has to be in the repository.
    pub tag: String,
    /// The title of a release that is made.
    pub title: String,
    /// Its text, in Markdown; `None` lets GitHub write it.
    pub notes: Option<String>,
    /// Whether it is left a draft.
    pub draft: bool,
    /// Whether it is marked as a prerelease.
    pub prerelease: bool,
    /// Whether files that differ are replaced.
    pub replace: bool,
    /// Whether nothing is done, and only told.
    pub dry_run: bool,
    /// The files.
    pub assets: Vec<Asset>,
}

/// What a run says while it works.
pub trait Progress {
    /// A step, in words: `uploading book.epub`.
    fn step(&mut self, text: &str);
    /// More bytes of a file are sent.
    fn sent(&mut self, bytes: u64);
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The release's page.
    pub page: String,
    /// Whether it is public.
    pub public: bool,
    /// How many files were sent; the others were right.
    pub sent: usize,
}

/// A release as GitHub has it.
#[derive(Debug)]
struct Release {
    id: u64,
    draft: bool,
    immutable: bool,
    upload: String,
    page: String,
}

/// What has to be done about a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Right,
    Missing,
    /// An upload that was not finished, with its id.
    Broken(u64),
    /// Another file, with its id.
    Different(u64),
}

/// Attaches files to the release of a tag, which is made if there is none.
///
/// # Errors
/// Where GitHub refuses, or does not answer for long. What is public then is what was public before, and running it again
/// completes the rest.
pub fn attach(client: &Client, plan: &Plan, progress: &mut dyn Progress) -> Result<Outcome, Error> {
    if let Some(large) = plan.assets.iter().find(|asset| asset.size >= LARGEST) {
        return Err(Error::new(format!("{}: GitHub takes files of less than 2 GiB", large.name)));
    }
    let run = Run { client, plan };
    let found = run.find()?;
    if plan.dry_run {
        return run.tell(found, progress);
    }
    let mut release = match found {
        Some(release) => release,
        None => run.create(progress)?,
    };
    let sent = run.complete(&mut release, progress)?;
    if release.draft && !plan.draft {
        progress.step("publishing");
        release = run.publish(&release)?;
    }
    Ok(Outcome {
        page: release.page,
        public: !release.draft,
        sent,
    })
}

/// The release of a tag. Drafts have no address by tag, so all are looked through.
pub(super) fn release_of(client: &Client, repository: &str, tag: &str) -> Result<Option<Value>, Error> {
    let all = client.list(&format!("/repos/{repository}/releases"))?;
    let of_tag = |release: &Value| release.get("tag_name").and_then(Value::as_str) == Some(tag);
    let mut found: Vec<Value> = all.into_iter().filter(of_tag).collect();
    if found.len() > 1 {
        let page = |release: &Value| release.get("html_url").and_then(Value::as_str).unwrap_or_default().to_owned();
        let pages: Vec<String> = found.iter().map(page).collect();
        return Err(Error::new(format!(
            "there are {} releases of {tag}; delete all but one: {}",
            found.len(),
            pages.join(", ")
        )));
    }
    Ok(found.pop())
}

struct Run<'a> {
    client: &'a Client,
    plan: &'a Plan,
}

impl Run<'_> {
    fn path(&self, rest: &str) -> String {
        format!("/repos/{}{rest}", self.plan.repository)
    }

    fn find(&self) -> Result<Option<Release>, Error> {
        let found = release_of(self.client, &self.plan.repository, &self.plan.tag)?;
        found.as_ref().map(read_release).transpose()
    }

    /// Makes a draft. Where it is not known whether it was made, it is looked for before another is.
    fn create(&self, progress: &mut dyn Progress) -> Result<Release, Error> {
        let plan = self.plan;
        let tag = self
            .client
            .repeat("GET", &self.path(&format!("/git/ref/tags/{}", plan.tag)), None)?;
        if !tag.is_good() {
            let doing = format!("looking for the tag {}", plan.tag);
            return Err(match tag.status {
                404 => Error::new(format!(
                    "{} has no tag {}; make it and push it first: `git tag {1}` and `git push origin {1}`",
                    plan.repository, plan.tag
                )),
                _ => self.client.error(&doing, &Fault::Refused(tag)),
            });
        }
        progress.step(&format!("making a draft of the release {}", plan.tag));
        let mut body = json!({ "tag_name": plan.tag, "name": plan.title, "draft": true, "prerelease": plan.prerelease });
        if let Some(fields) = body.as_object_mut() {
            match &plan.notes {
                Some(notes) => fields.insert("body".to_owned(), json!(notes)),
                None => fields.insert("generate_release_notes".to_owned(), json!(true)),
            };
        }
        for attempt in 0..ROUNDS {
            match self.client.make(&self.path("/releases"), &body) {
                Ok(answer) if answer.is_good() => return read_release(&answer.body),
                Ok(answer) => return Err(self.client.error("making the release", &Fault::Refused(answer))),
                Err(fault) if attempt + 1 == ROUNDS => return Err(self.client.error("making the release", &fault)),
                Err(_) => self.client.pause(attempt),
            }
            if let Some(release) = self.find()? {
                return Ok(release);
            }
        }
        Err(Error::new("making the release: it was not there after several attempts"))
    }

    /// Uploads until every file is there and right. Gives how many were sent.
    fn complete(&self, release: &mut Release, progress: &mut dyn Progress) -> Result<usize, Error> {
        let mut sent = 0;
        let mut last = String::new();
        // What this run has sent itself may be sent anew, if it arrived damaged.
        let mut own = BTreeSet::new();
        for round in 0..ROUNDS {
            let states = self.states(release)?;
            let wanting: Vec<(&Asset, State)> = states.into_iter().filter(|(_, state)| *state != State::Right).collect();
            if wanting.is_empty() {
                return Ok(sent);
            }
            self.may_change(release, &wanting, &own)?;
            if round > 0 {
                self.client.pause(round - 1);
            }
            let deletes = wanting.iter().any(|(_, state)| matches!(state, State::Different(_)));
            if deletes && !release.draft {
                progress.step("making the release a draft again, while files are replaced");
                *release = self.patch(release, &json!({ "draft": true }))?;
            }
            for (asset, state) in wanting {
                if let State::Broken(id) | State::Different(id) = state {
                    self.delete(id)?;
                }
                match self.upload(release, asset, progress)? {
                    Ok(id) => {
                        sent += 1;
                        own.insert(id);
                        "its digest was another".clone_into(&mut last);
                    }
                    Err(fault) => last = fault,
                }
            }
        }
        Err(Error::new(format!(
            "attaching the files: after {ROUNDS} attempts they are not all there ({last}); run the command again, and it goes on where it stopped"
        )))
    }

    /// Whether files of a release may be changed at all.
    fn may_change(&self, release: &Release, wanting: &[(&Asset, State)], own: &BTreeSet<u64>) -> Result<(), Error> {
        let different: Vec<&str> = wanting
            .iter()
            .filter(|(_, state)| matches!(state, State::Different(id) if !own.contains(id)))
            .map(|(asset, _)| asset.name.as_str())
            .collect();
        if release.immutable && !release.draft {
            let names: Vec<&str> = wanting.iter().map(|(asset, _)| asset.name.as_str()).collect();
            return Err(Error::new(format!(
                "the release {} is public and immutable, and GitHub lets nothing be changed in it; {} would have to be; make another tag",
                self.plan.tag,
                names.join(", ")
            )));
        }
        if !different.is_empty() && !self.plan.replace {
            return Err(Error::new(format!(
                "the release {} has another {}; `--replace` replaces what differs",
                self.plan.tag,
                different.join(", ")
            )));
        }
        Ok(())
    }

    /// What GitHub has of each file.
    fn states(&self, release: &Release) -> Result<Vec<(&Asset, State)>, Error> {
        let there = self.client.list(&self.path(&format!("/releases/{}/assets", release.id)))?;
        let state = |asset: &Asset| {
            let named = |there: &&Value| there.get("name").and_then(Value::as_str) == Some(&asset.name);
            let Some(found) = there.iter().find(named) else {
                return State::Missing;
            };
            let id = found.get("id").and_then(Value::as_u64).unwrap_or_default();
            if found.get("state").and_then(Value::as_str) != Some("uploaded") {
                return State::Broken(id);
            }
            let size = found.get("size").and_then(Value::as_u64) == Some(asset.size);
            // GitHub gives digests since June 2025; an Enterprise of before gives the size alone.
            let digest = match found.get("digest").and_then(Value::as_str) {
                Some(digest) => digest.eq_ignore_ascii_case(&format!("sha256:{}", asset.sha256)),
                None => true,
            };
            if size && digest { State::Right } else { State::Different(id) }
        };
        Ok(self.plan.assets.iter().map(|asset| (asset, state(asset))).collect())
    }

    /// Sends one file, and gives the id that it has there. The inner error says why it may not have arrived, which the next
    /// look at the release shows.
    fn upload(&self, release: &Release, asset: &Asset, progress: &mut dyn Progress) -> Result<Result<u64, String>, Error> {
        progress.step(&format!("uploading {}", asset.name));
        let reading = |error: std::io::Error| Error::caused(format!("reading {}", asset.path.display()), error);
        let file = File::open(&asset.path).map_err(reading)?;
        let address = format!("{}?name={}", release.upload, percent(&asset.name));
        let mut reader = Counted { file, progress };
        let answer = self.client.upload(&address, &mut reader, asset.size, asset.media_type());
        let doing = format!("uploading {}", asset.name);
        match answer {
            Ok(answer) if answer.is_good() => Ok(Ok(answer.body.get("id").and_then(Value::as_u64).unwrap_or_default())),
            // Somebody else has sent it meanwhile, or an earlier attempt arrived after all.
            Ok(answer) if answer.status == 422 && answer.has_error("already_exists") => Ok(Err("it was there already".to_owned())),
            Ok(answer) if answer.is_limited() => {
                let waited = self.client.hold(&answer, 0);
                waited.map_err(|fault| self.client.error(&doing, &fault))?;
                Ok(Err("the server took no more requests".to_owned()))
            }
            Ok(answer) => Err(self.client.error(&doing, &Fault::Refused(answer))),
            Err(fault) => Ok(Err(self.client.error(&doing, &fault).to_string())),
        }
    }

    fn delete(&self, asset: u64) -> Result<(), Error> {
        let answer = self
            .client
            .repeat("DELETE", &self.path(&format!("/releases/assets/{asset}")), None)?;
        // What is gone already needs no deleting.
        if answer.is_good() || answer.status == 404 {
            return Ok(());
        }
        Err(self
            .client
            .error("removing a file that is to be replaced", &Fault::Refused(answer)))
    }

    fn patch(&self, release: &Release, body: &Value) -> Result<Release, Error> {
        let answer = self
            .client
            .repeat("PATCH", &self.path(&format!("/releases/{}", release.id)), Some(body))?;
        if answer.is_good() {
            return read_release(&answer.body);
        }
        Err(self.client.error("changing the release", &Fault::Refused(answer)))
    }

    /// Makes the release public, once more only after all files are seen to be right.
    fn publish(&self, release: &Release) -> Result<Release, Error> {
        if let Some((asset, _)) = self.states(release)?.into_iter().find(|(_, state)| *state != State::Right) {
            return Err(Error::new(format!(
                "{} changed while the others were attached; the release stays a draft; run the command again",
                asset.name
            )));
        }
        self.patch(release, &json!({ "draft": false, "prerelease": self.plan.prerelease }))
    }

    /// Says what would be done.
    fn tell(&self, found: Option<Release>, progress: &mut dyn Progress) -> Result<Outcome, Error> {
        let states = match &found {
            Some(release) => self.states(release)?,
            None => {
                progress.step(&format!("would make a draft of the release {}", self.plan.tag));
                self.plan.assets.iter().map(|asset| (asset, State::Missing)).collect()
            }
        };
        for (asset, state) in &states {
            let what = match state {
                State::Right => "is there and right",
                State::Missing => "would be uploaded",
                State::Broken(_) => "would be uploaded anew: an earlier upload was not finished",
                State::Different(_) if self.plan.replace => "would be replaced",
                State::Different(_) => "differs, and would be replaced with `--replace` only",
            };
            progress.step(&format!(
                "{} {what} ({} bytes, {})",
                asset.name,
                asset.size,
                asset.media_type()
            ));
        }
        let draft = found.as_ref().is_none_or(|release| release.draft);
        if draft && !self.plan.draft {
            progress.step("would publish the release");
        }
        Ok(Outcome {
            page: found.map(|release| release.page).unwrap_or_default(),
            public: !draft,
            sent: 0,
        })
    }
}

fn read_release(body: &Value) -> Result<Release, Error> {
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let read = || {
        let upload = text("upload_url")?;
        Some(Release {
            id: body.get("id")?.as_u64()?,
            draft: body.get("draft")?.as_bool()?,
            immutable: body.get("immutable").and_then(Value::as_bool).unwrap_or(false),
            // A template (RFC 6570): `.../assets{?name,label}`.
            upload: upload.split('{').next().unwrap_or_default().to_owned(),
            page: text("html_url")?,
        })
    };
    read().ok_or_else(|| Error::new("GitHub's answer is no release"))
}

/// A name in an address (RFC 3986, section 2.1).
fn percent(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes()
        .map(|byte| {
            if plain(byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// A file that says how much of it was read.
struct Counted<'a> {
    file: File,
    progress: &'a mut dyn Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.progress.sent(count as u64);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_github_keeps() {
        for (name, kept) in [
            ("a-small-book.epub", "a-small-book.epub"),
            ("publish-x86_64-linux.tar.gz", "publish-x86_64-linux.tar.gz"),
            ("SHA256SUMS", "SHA256SUMS"),
            ("книга.epub", "book.epub"),
            ("книга-print.pdf", "book-print.pdf"),
            ("café au lait.pdf", "caf-au-lait.pdf"),
            (".hidden.txt", "book.hidden.txt"),
        ] {
            assert_eq!(attached_name(name), kept);
        }
    }

    #[test]
    fn media_types_follow_from_names() {
        let of = |name: &str| {
            let asset = Asset {
                name: name.to_owned(),
                path: PathBuf::new(),
                size: 0,
                sha256: String::new(),
            };
            asset.media_type()
        };
        assert_eq!(of("a.epub"), "application/epub+zip");
        assert_eq!(of("a.tar.gz"), "application/gzip");
        assert_eq!(of("SHA256SUMS"), "text/plain; charset=utf-8");
        assert_eq!(of("publish"), "application/octet-stream");
    }
}
