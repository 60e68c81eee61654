//! `publish verify`: the book built anew and compared, with a file or with the release of a tag.

use super::build::{self, Built, Made, Order};
use super::messages::Messages;
use super::release::{Place, place, token};
use super::{BuildArgs, CommonArgs, Edition, Format, VerifyArgs};
use publish::github::attached_name;
use publish::github::fetch::{self, Attached};
use publish::manuscript::Folder;
use publish::release::{checkout, difference, manifest};
use publish::{Error, provenance};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

/// The exit code where nothing could be compared.
const UNTRIED: u8 = 2;

pub(super) fn run(args: &VerifyArgs) -> ExitCode {
    let messages = Messages::new(&args.common);
    let Some(folder) = messages.open() else {
        return ExitCode::from(UNTRIED);
    };
    let path = Path::new(&args.what);
    let outcome = if path.is_file() {
        verify_file(path, &folder, args, &messages)
    } else {
        verify_tag(&folder, args, &messages)
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            messages.fail(&error);
            ExitCode::from(UNTRIED)
        }
    }
}

/// Whether a file is what the manuscript makes.
fn verify_file(path: &Path, folder: &Folder, args: &VerifyArgs, messages: &Messages<'_>) -> Result<bool, Error> {
    let reading = |error: std::io::Error| Error::caused(format!("reading {}", path.display()), error);
    let bytes = std::fs::read(path).map_err(reading)?;
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let commit = provenance::commit_of(folder.root());
    let called = plain(name);
    let sample = name.contains("-sample");
    let wanted = |other: &str| plain(other) == called;
    let mut built = made(folder, commit.clone(), &wanted, sample, args, messages)?;
    if built.made.is_empty() {
        // A file may have been given another name; then only its bytes can tell what it is.
        let ending = |name: &str| name.rsplit('.').next().map(str::to_lowercase);
        let alike = |other: &str| ending(other) == ending(name) && !other.ends_with("-cover.pdf");
        built = made(folder, commit, &alike, sample, args, messages)?;
        built.made.retain(|made| made.output.bytes == bytes);
    }
    let Some(made) = built.made.first() else {
        return Err(Error::new(format!(
            "the manuscript makes no file `{name}`, and none with these bytes; call it as it was called when it was built: {}",
            build::names(&built.edition).join(", ")
        )));
    };
    Ok(compare(&path.display().to_string(), &bytes, made, &built, messages))
}

/// Whether the release of a tag has what the manuscript of that tag makes.
fn verify_tag(folder: &Folder, args: &VerifyArgs, messages: &Messages<'_>) -> Result<bool, Error> {
    let tag = args.what.as_str();
    let checkout = checkout::of_tag(folder.root(), tag)?;
    let place = place(args.repo.as_deref(), token())?;
    let attached = fetch::attached(&place.client, &place.repository, tag)?;
    let attached = attached.ok_or_else(|| Error::new(format!("{} has no release of the tag {tag}", place.repository)))?;
    let folder = Folder::open(&checkout.folder).ok_or_else(|| Error::new(format!("the tag {tag} has no book in this folder")))?;
    let wanted = |name: &str| attached.iter().any(|file| file.name == attached_name(name));
    let sample = attached.iter().any(|file| file.name.contains("-sample"));
    let mut built = made(&folder, Some(checkout.commit.clone()), &wanted, false, args, messages)?;
    if sample {
        let samples = made(&folder, Some(checkout.commit.clone()), &wanted, true, args, messages)?;
        let new = |made: &Made| !built.made.iter().any(|there| there.name == made.name);
        let samples: Vec<Made> = samples.made.into_iter().filter(new).collect();
        built.made.extend(samples);
    }
    if built.made.is_empty() {
        return Err(Error::new(format!(
            "the release of {tag} has no file that this manuscript makes"
        )));
    }
    let mut same = true;
    for file in &attached {
        let made = built.made.iter().find(|made| attached_name(&made.name) == file.name);
        same &= match made {
            Some(made) => compare_attached(file, made, &built, &place, messages)?,
            None if file.name == manifest::SUMS => compare_sums(file, &attached, &place, messages)?,
            None if is_like(&file.name, &built) => {
                messages.say(&format!(
                    "{}  has a name as a file of this book, and the manuscript makes none\n",
                    file.name
                ));
                false
            }
            None => {
                messages.say(&format!("{}  is not of this book, and was not compared\n", file.name));
                true
            }
        };
    }
    let names = build::names(&built.edition).into_iter().map(|name| attached_name(&name));
    for name in names.filter(|name| !attached.iter().any(|file| file.name == *name)) {
        messages.say(&format!(
            "{name}  is made by the manuscript, and the release does not have it\n"
        ));
    }
    Ok(same)
}

/// A name as GitHub keeps it, and without the number that browsers add: `a-book (1).epub` is `a-book.epub`.
fn plain(name: &str) -> String {
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let numbered = stem.strip_suffix(')').and_then(|stem| stem.rsplit_once(" ("));
    let stem = match numbered {
        Some((stem, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => stem,
        _ => stem,
    };
    attached_name(&format!("{stem}.{end}"))
}

/// Makes those files of a manuscript whose names are wanted.
fn made(
    folder: &Folder,
    commit: Option<String>,
    wanted: &dyn Fn(&str) -> bool,
    sample: bool,
    args: &VerifyArgs,
    messages: &Messages<'_>,
) -> Result<Built, Error> {
    let (format, edition) = match sample {
        true => (vec![Format::All], vec![Edition::Print, Edition::Screen]),
        false => (vec![Format::All, Format::Cover], Vec::new()),
    };
    let order = Order {
        folder,
        args: &BuildArgs {
            format,
            edition,
            out: "dist".into(),
            chapters: None,
            sample,
            common: CommonArgs {
                strict: false,
                ..args.common.clone()
            },
        },
        commit,
        wanted,
    };
    let mut built = build::build(&order, messages);
    if let Some(error) = built.failure.take() {
        return Err(error);
    }
    if !messages.weigh(&mut built.diagnostics, &built.edition.settings) {
        built.diagnostics.keep_errors();
        messages.show(&mut built.diagnostics, &built.edition.sources, None);
        return Err(Error::new("the manuscript has errors, so nothing was built to compare with"));
    }
    Ok(built)
}

/// Whether a name is what a file of this book could be called.
fn is_like(name: &str, built: &Built) -> bool {
    let first = attached_name(&build::main_name(&built.edition));
    let stem = first.strip_suffix(".epub").unwrap_or(&first);
    name.starts_with(stem) && (name.ends_with(".epub") || name.ends_with(".pdf"))
}

fn compare_attached(file: &Attached, made: &Made, built: &Built, place: &Place, messages: &Messages<'_>) -> Result<bool, Error> {
    if file.sha256.as_deref() == Some(manifest::digest(&made.output.bytes).as_str()) {
        messages.say(&format!("{}  is the same\n", file.name));
        return Ok(true);
    }
    let bytes = fetch::download(&place.client, &place.repository, file)?;
    Ok(compare(&file.name, &bytes, made, built, messages))
}

/// Says whether a file is the one that was made; if not, who made it, and where it differs first.
fn compare(shown: &str, found: &[u8], made: &Made, built: &Built, messages: &Messages<'_>) -> bool {
    let Some(differs) = difference::first(found, &made.output.bytes) else {
        messages.say(&format!("{shown}  is the same\n"));
        return true;
    };
    let mut text = format!("{shown}  differs\n  {differs}\n");
    let own = provenance::identification(&built.edition);
    match difference::identification(found) {
        Some(other) if other != own => {
            text.push_str(&format!(
                "  it was made by {other}; this is {own}\n  hint: compare with the same version and the same commit\n"
            ));
        }
        Some(_) => {}
        None => text.push_str("  it does not say what made it\n"),
    }
    messages.say(&text);
    false
}

/// Whether the list of digests in a release is that of its files.
fn compare_sums(sums: &Attached, attached: &[Attached], place: &Place, messages: &Messages<'_>) -> Result<bool, Error> {
    let bytes = fetch::download(&place.client, &place.repository, sums)?;
    let text = String::from_utf8_lossy(&bytes);
    let listed: BTreeMap<&str, &str> = text
        .lines()
        .filter_map(|line| line.split_once("  ").map(|(digest, name)| (name.trim(), digest)))
        .collect();
    let mut wrong = Vec::new();
    for file in attached.iter().filter(|file| file.name != sums.name) {
        let digest = match &file.sha256 {
            Some(digest) => digest.clone(),
            None => manifest::digest(&fetch::download(&place.client, &place.repository, file)?),
        };
        match listed.get(file.name.as_str()) {
            Some(listed) if *listed == digest => {}
            Some(_) => wrong.push(format!("it has another digest of {}", file.name)),
            None => wrong.push(format!("it does not list {}", file.name)),
        }
    }
    for name in listed.keys().filter(|name| !attached.iter().any(|file| file.name == **name)) {
        wrong.push(format!("it lists {name}, which the release does not have"));
    }
    let said = match wrong.as_slice() {
        [] => format!("{}  agrees with the files\n", sums.name),
        wrong => format!("{}  differs\n  {}\n", sums.name, wrong.join("\n  ")),
    };
    messages.say(&said);
    Ok(wrong.is_empty())
}
