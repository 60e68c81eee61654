//! `publish release`: the book attached to a GitHub release, all of it or nothing public.

use super::messages::Messages;
use super::{BuildArgs, CheckArgs, Format, ReleaseArgs, build, check};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use publish::github::{self, Asset, Client, Plan, Progress, Token, notes, repository};
use publish::release::manifest::{self, Manifest};
use publish::{Error, release};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// How long a server may be silent.
const TIMEOUT: Duration = Duration::from_secs(60);

/// The exit code for a command line that is wrong.
const WRONG: u8 = 2;

pub(super) fn run(args: &ReleaseArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    if !args.no_build && args.out.len() > 1 {
        messages.say("error: one book is built at a time\n  hint: with `--no-build` the books of several folders are attached\n");
        return ExitCode::from(WRONG);
    }
    // What is missing is said before a book is built for nothing.
    let place = match place_to_write(args) {
        Ok(place) => place,
        Err(error) => {
            messages.fail(&error);
            return ExitCode::FAILURE;
        }
    };
    if !args.no_build {
        for made in [checked(args), built(args)] {
            if made != ExitCode::SUCCESS {
                messages.say("nothing was released\n");
                return made;
            }
        }
    }
    match attach(args, place, &messages) {
        Ok(said) => {
            messages.say(&said);
            ExitCode::SUCCESS
        }
        Err(error) => {
            messages.fail(&error);
            ExitCode::FAILURE
        }
    }
}

fn checked(args: &ReleaseArgs) -> ExitCode {
    check::run(&CheckArgs {
        explain: None,
        format: None,
        common: args.common.clone(),
    })
}

fn built(args: &ReleaseArgs) -> ExitCode {
    build::run(&BuildArgs {
        format: vec![Format::All],
        edition: Vec::new(),
        out: folder(args).to_owned(),
        chapters: None,
        sample: false,
        common: args.common.clone(),
    })
}

/// Where the release is, and by which right it is seen and changed.
pub(super) struct Place {
    pub(super) client: Client,
    pub(super) repository: String,
}

fn place_to_write(args: &ReleaseArgs) -> Result<Place, Error> {
    let token = token().ok_or_else(|| {
        Error::new("no token: set GH_TOKEN or GITHUB_TOKEN to one with the permission `contents: write` for the repository")
    })?;
    place(args.repo.as_deref(), Some(token))
}

/// The repository that is named, or that this folder belongs to, seen with a token or as everybody sees it.
pub(super) fn place(named: Option<&str>, token: Option<Token>) -> Result<Place, Error> {
    let api = std::env::var("GITHUB_API_URL").unwrap_or_else(|_| "https://api.github.com".to_owned());
    Ok(Place {
        client: Client::new(&api, token, TIMEOUT, Box::new(std::thread::sleep))?,
        repository: repository_of(named, &api)?,
    })
}

/// The folder that a book is built in, and that the list of digests goes to.
fn folder(args: &ReleaseArgs) -> &Path {
    args.out.first().map_or(Path::new("dist"), |out| out.as_path())
}

fn attach(args: &ReleaseArgs, place: Place, messages: &Messages<'_>) -> Result<String, Error> {
    let (title, mut assets) = assets(args)?;
    let sums: String = assets.iter().map(|asset| manifest::sum(&asset.sha256, &asset.name)).collect();
    let list = folder(args).join(manifest::SUMS);
    if !args.dry_run {
        release::write(folder(args), &[(manifest::SUMS.to_owned(), sums.as_bytes())])?;
    }
    assets.push(Asset {
        name: manifest::SUMS.to_owned(),
        path: list,
        size: sums.len() as u64,
        sha256: manifest::digest(sums.as_bytes()),
    });
    let Place { client, repository } = place;
    let plan = plan(args, repository, title, assets)?;
    let mut shown = Shown::new(messages, plan.assets.iter().map(|asset| asset.size).sum());
    let outcome = github::attach(&client, &plan, &mut shown);
    shown.bar.finish_and_clear();
    let outcome = outcome?;
    if plan.dry_run {
        return Ok("nothing was done\n".to_owned());
    }
    let state = if outcome.public { "" } else { " (a draft)" };
    let files = plan.assets.len();
    Ok(format!(
        "{}{state}: {files} files, {} of them sent now\n",
        outcome.page, outcome.sent
    ))
}

/// The token of the environment.
pub(super) fn token() -> Option<Token> {
    let names = ["GH_TOKEN", "GITHUB_TOKEN"].into_iter();
    names
        .filter_map(|name| std::env::var(name).ok())
        .find_map(|text| Token::new(&text))
}

/// What is to be attached, and what the release is called.
fn assets(args: &ReleaseArgs) -> Result<(String, Vec<Asset>), Error> {
    let mut titles = Vec::new();
    let mut assets: Vec<Asset> = Vec::new();
    for folder in &args.out {
        let manifest = Manifest::read(folder)?;
        if manifest.files.is_empty() {
            return Err(Error::new(format!(
                "{} names no files",
                folder.join(manifest::NAME).display()
            )));
        }
        assets.extend(manifest.files.iter().map(|file| Asset {
            name: github::attached_name(&file.name),
            path: folder.join(&file.name),
            size: file.bytes,
            sha256: file.sha256.clone(),
        }));
        titles.push(manifest.title);
    }
    for path in &args.attach {
        assets.push(other(path)?);
    }
    for (at, asset) in assets.iter().enumerate() {
        let same = assets.iter().take(at).find(|other| other.name == asset.name);
        if let Some(other) = same {
            return Err(Error::new(format!(
                "{} and {} have one name, and a release has each name once",
                other.path.display(),
                asset.path.display()
            )));
        }
    }
    let title = match titles.as_slice() {
        [title] => format!("{title} {}", args.tag),
        _ => args.tag.clone(),
    };
    Ok((title, assets))
}

/// A file that is no part of a book.
fn other(path: &Path) -> Result<Asset, Error> {
    let reading = |error: std::io::Error| Error::caused(format!("reading {}", path.display()), error);
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| Error::new(format!("reading {}: its name cannot be written", path.display())))?;
    let file = std::fs::File::open(path).map_err(reading)?;
    let (size, sha256) = manifest::digest_of(file).map_err(reading)?;
    Ok(Asset {
        name: github::attached_name(name),
        path: path.to_owned(),
        size,
        sha256,
    })
}

fn plan(args: &ReleaseArgs, repository: String, title: String, assets: Vec<Asset>) -> Result<Plan, Error> {
    Ok(Plan {
        repository,
        tag: args.tag.clone(),
        title,
        notes: notes_of(args)?,
        draft: args.draft,
        prerelease: args.prerelease,
        replace: args.replace,
        dry_run: args.dry_run,
        assets,
    })
}

fn repository_of(named: Option<&str>, api: &str) -> Result<String, Error> {
    if let Some(given) = named {
        return repository::parse(given).ok_or_else(|| Error::new(format!("`{given}` is no repository; write `owner/name`")));
    }
    let actions = std::env::var("GITHUB_REPOSITORY")
        .ok()
        .and_then(|name| repository::parse(&name));
    let server = std::env::var("GITHUB_SERVER_URL").ok();
    let server = server.as_deref().unwrap_or(if api == "https://api.github.com" {
        "https://github.com"
    } else {
        api
    });
    let host = server
        .split("://")
        .nth(1)
        .unwrap_or(server)
        .split(['/', ':'])
        .next()
        .unwrap_or_default();
    actions.or_else(|| repository::of_remote(Path::new("."), host)).ok_or_else(|| {
        Error::new(format!(
            "which repository? Neither GITHUB_REPOSITORY nor the remote `origin` names one at {host}; give it with `--repo owner/name`"
        ))
    })
}

/// The release's text; `None` where GitHub is to write it.
fn notes_of(args: &ReleaseArgs) -> Result<Option<String>, Error> {
    let reading = |path: &Path, error| Error::caused(format!("reading {}", path.display()), error);
    if args.generate_notes {
        return Ok(None);
    }
    if let Some(path) = &args.notes_file {
        return std::fs::read_to_string(path).map(Some).map_err(|error| reading(path, error));
    }
    let changelog = std::fs::read_to_string("CHANGELOG.md").unwrap_or_default();
    Ok(Some(notes::section(&changelog, &args.tag).unwrap_or_default().to_owned()))
}

/// What is said while files are sent: each step, and a bar of bytes on a terminal.
struct Shown<'a, 'b> {
    messages: &'a Messages<'b>,
    bar: ProgressBar,
}

impl<'a, 'b> Shown<'a, 'b> {
    fn new(messages: &'a Messages<'b>, bytes: u64) -> Self {
        let bar = if messages.interactive() {
            ProgressBar::new(bytes)
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{bar:24} {bytes} of {total_bytes} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { messages, bar }
    }
}

impl Progress for Shown<'_, '_> {
    fn step(&mut self, text: &str) {
        let position = self.bar.position();
        if self.bar.is_hidden() {
            self.messages.say(&format!("{text}\n"));
        } else {
            self.bar.println(format!("{text} (at {})", HumanBytes(position)));
        }
    }

    fn sent(&mut self, bytes: u64) {
        self.bar.inc(bytes);
    }
}
