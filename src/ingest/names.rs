//! Which chapter is meant, and what its file is called.

use super::headings::{Targets, key};
use crate::diag::{Diagnostics, codes, nearest};
use crate::document::inline::plain_text;
use crate::manuscript::{Manuscript, slugs};
use crate::titles;
use std::collections::BTreeMap;

/// The chapter that `--chapter` names: by its number, by its title, by its file's name or the beginning of one of these.
pub(super) fn chapter(name: &str, targets: &Targets, manuscript: &Manuscript, diagnostics: &mut Diagnostics) -> Option<usize> {
    let chapters = || targets.all.iter().filter(|target| target.section.is_none());
    let number = name.trim().parse::<u32>().ok();
    let by_number = chapters().find(|target| number.is_some_and(|number| target.number == [number]));
    let wanted = key(name.trim().trim_end_matches(".md"));
    let is_front = |title: &str| title.is_empty() && ["introduction", "preface"].contains(&wanted.as_str());
    let by_title = || {
        let exact = chapters().find(|target| key(&target.title) == wanted && !wanted.is_empty() || is_front(&target.title));
        let begun = || {
            let mut begun = chapters().filter(|target| !wanted.is_empty() && key(&target.title).starts_with(&wanted));
            begun.next().filter(|_| begun.next().is_none())
        };
        exact.or_else(begun)
    };
    let by_file = || {
        let file = name.trim().trim_start_matches("./").trim_end_matches(".md");
        chapters()
            .find(|target| known_path(target.chapter, targets, manuscript).is_some_and(|path| path.trim_end_matches(".md") == file))
    };
    let found = by_number.or_else(by_title).or_else(by_file);
    if found.is_none() {
        let count = chapters().filter(|target| !target.number.is_empty()).count();
        let diagnostic = diagnostics.report(&codes::REPLY_NO_MATCH, None, format!("the outline has no chapter `{name}`"));
        match nearest(
            name,
            chapters()
                .map(|target| target.title.as_str())
                .filter(|title| !title.is_empty()),
        ) {
            Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
            None => diagnostic.hint(format!(
                "there are {count} with a number; name one by that, or by the beginning of its title"
            )),
        };
    }
    found.map(|target| target.chapter)
}

/// The file in which a chapter already is.
fn known_path(chapter: usize, targets: &Targets, manuscript: &Manuscript) -> Option<String> {
    let target = targets.chapter(chapter)?;
    let is_it = |path: &str, title: &str| {
        if target.title.is_empty() {
            ["introduction.md", "preface.md"].contains(&path)
        } else {
            titles::fold(titles::split_number(title).1) == titles::fold(&target.title)
        }
    };
    manuscript
        .document
        .chapters()
        .find(|chapter| is_it(&chapter.path, &plain_text(&chapter.title)))
        .map(|chapter| chapter.path.clone())
}

/// The path of a chapter's file: the one it has, else one named as its neighbours are.
pub(super) fn path(chapter: usize, targets: &Targets, manuscript: &Manuscript, files: &BTreeMap<String, String>) -> String {
    if let Some(path) = known_path(chapter, targets, manuscript) {
        return path;
    }
    let Some(target) = targets.chapter(chapter).filter(|target| !target.title.is_empty()) else {
        return "introduction.md".to_owned();
    };
    let slug = short(slugs::slug(&target.title));
    let Some(number) = target.number.first() else {
        return format!("{slug}.md");
    };
    let style = files.keys().find_map(|path| Style::of(path)).unwrap_or_default();
    let stem = if style.slug {
        format!("{}{slug}", style.separator)
    } else {
        String::new()
    };
    format!("{}{number:0width$}{stem}.md", style.prefix, width = style.width)
}

/// A slug that any file system takes as a name.
fn short(slug: String) -> String {
    let mut short = slug;
    while short.len() > 80 {
        short.pop();
    }
    let mut plain = String::new();
    for letter in short.chars() {
        if letter != '-' || !plain.ends_with('-') {
            plain.push(letter);
        }
    }
    let plain = plain.trim_matches('-').to_owned();
    if plain.is_empty() { "chapter".to_owned() } else { plain }
}

/// How the files of a book are named: `01-title.md`, `chapter_3.md`.
struct Style {
    prefix: String,
    width: usize,
    separator: String,
    slug: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            prefix: String::new(),
            width: 2,
            separator: "-".to_owned(),
            slug: true,
        }
    }
}

impl Style {
    /// That of a file with a number in its name; a chapter's prefix is short, all else is a title that has a number.
    fn of(path: &str) -> Option<Self> {
        let stem = path.strip_suffix(".md").filter(|stem| !stem.contains('/'))?;
        let start = stem.find(|letter: char| letter.is_ascii_digit())?;
        let (prefix, rest) = stem.split_at_checked(start)?;
        let width = rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let rest = rest.get(width..)?;
        let separator: String = rest
            .chars()
            .take_while(|letter| matches!(letter, '-' | '_' | ' ' | '.'))
            .collect();
        let is_prefix =
            ["", "ch", "chapter", "chap", "kapitel", "kap"].contains(&prefix.to_lowercase().trim_end_matches(['-', '_', ' ']));
        let slug = rest.len() > separator.len();
        (is_prefix && width <= 3 && (slug != separator.is_empty())).then(|| Self {
            prefix: prefix.to_owned(),
            width,
            separator,
            slug,
        })
    }
}
