//! Every link and every reference settled.
//!
//! Links are written as they work where the manuscript is read: `#slug` as GitHub makes it, `02-execution.md#the-pvm`
//! relative to the file at hand, and `part1.html` in manuscripts that were web sites. What a name means is told by
//! [`targets`](super::targets), what a web address is by [`address`](super::address). After this pass no target is
//! [`Target::Unresolved`]: a link that leads nowhere is its text, with a message, and no link stands inside another.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::address::{self, Address};
use super::glossary::TERM;
use super::targets::{self, Kind, Targets};
use super::typography;
use crate::diag::{Code, Diagnostics, codes, nearest};
use crate::document::{Block, BlockKind, Document, Inline, InlineKind, Link, Reference, Target, walk};
use crate::edition::Terms;
use crate::manuscript::Settings;
use crate::source::Span;
use std::collections::HashMap;

/// For how many links that lead nowhere the nearest target is sought. Who has more has another problem.
const MOST_HINTS: usize = 50;

/// What is said of a term where none is like it.
const TERMS_ARE: &str = "terms are those of definition lists in a glossary: the term in a line, and `: what it means` in the next";

/// Among how many names the nearest is sought.
const MOST_NAMES: usize = 2000;

/// Settles ids, numbers and links.
pub fn resolve(document: &mut Document, settings: &Settings, diagnostics: &mut Diagnostics) {
    let targets = targets::collect(document, diagnostics);
    let mut resolver = Resolver {
        paths: Paths::of(document),
        targets,
        terms: Terms::of(&settings.language),
        language: &settings.language,
        diagnostics,
        chapter: 0,
        hints: 0,
    };
    for part in &mut document.parts {
        if let Some(title) = &mut part.title {
            walk::walk_inlines(title, &mut resolver);
        }
        for chapter in &mut part.chapters {
            walk::walk_chapter(chapter, &mut resolver);
            resolver.chapter += 1;
        }
    }
}

/// The chapters by the paths that links may name.
struct Paths {
    /// The path of each chapter.
    list: Vec<String>,
    /// The chapter with this path.
    exact: HashMap<String, usize>,
    /// The chapter with this path when endings and case do not count; a folder is its README or index.
    loose: HashMap<String, usize>,
}

impl Paths {
    fn of(document: &Document) -> Self {
        let list: Vec<String> = document.chapters().map(|chapter| chapter.path.clone()).collect();
        let mut exact = HashMap::new();
        let mut loose = HashMap::new();
        for (at, path) in list.iter().enumerate() {
            exact.entry(path.clone()).or_insert(at);
            loose.entry(without_ending(path)).or_insert(at);
        }
        for (at, path) in list.iter().enumerate() {
            if let Some(folder) = folder_of_index(&without_ending(path)) {
                loose.entry(folder.to_owned()).or_insert(at);
            }
        }
        Self { list, exact, loose }
    }

    /// The chapter at a path that counts from the manuscript's folder.
    fn find(&self, path: &str) -> Option<usize> {
        let loose = without_ending(path);
        let found = self.exact.get(path).or_else(|| self.loose.get(&loose));
        found.or_else(|| self.loose.get(folder_of_index(&loose)?)).copied()
    }

    /// The folder of a chapter.
    fn folder(&self, chapter: usize) -> &str {
        let path = self.list.get(chapter).map(String::as_str).unwrap_or_default();
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// A path in lower case, without the ending of a page or of a chapter's file.
fn without_ending(path: &str) -> String {
    const ENDINGS: [&str; 6] = [".md", ".markdown", ".html", ".htm", ".xhtml", ".mdx"];
    let lower = path.to_lowercase();
    let stem = ENDINGS.iter().find_map(|ending| lower.strip_suffix(ending));
    stem.map_or_else(|| lower.clone(), str::to_owned)
}

/// `guide` for `guide/readme` and `guide/index`.
fn folder_of_index(stem: &str) -> Option<&str> {
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    (name == "readme" || name == "index").then_some(folder)
}

/// A path that counts from the manuscript's folder, made of one that counts from `folder`. `None` if it leads outside.
fn join(folder: &str, path: &str) -> Option<String> {
    let path = path.replace('\\', "/");
    let start = if path.starts_with('/') { "" } else { folder };
    let mut steps: Vec<&str> = Vec::new();
    for step in start.split('/').chain(path.split('/')) {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop()?;
            }
            _ => steps.push(step),
        }
    }
    Some(steps.join("/"))
}

/// A path as it is written in a file of `folder`.
pub(crate) fn relative(folder: &str, path: &str) -> String {
    let mut from: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    let mut to: Vec<&str> = path.split('/').collect();
    while let (Some(left), Some(right)) = (from.first(), to.first()) {
        if left != right || to.len() == 1 {
            break;
        }
        from.remove(0);
        to.remove(0);
    }
    format!("{}{}", "../".repeat(from.len()), to.join("/"))
}

/// Where a link leads.
enum Found {
    /// Out of the book.
    Outside(String),
    /// To a target in the book.
    Inside(usize),
    /// To a chapter of the book, in which the named place is not.
    Halfway(usize, Fault),
    /// To two places at least, with the name that they have.
    Ambiguous(String, usize, usize),
    /// Nowhere.
    Nowhere(Fault),
}

/// What is wrong with a link.
struct Fault {
    /// As a clause after "the link".
    what: String,
    /// Which names to look for the nearest in.
    near: Near,
}

/// Where the nearest name is sought.
enum Near {
    /// Among the names of this chapter, and the ids of the whole book.
    Name(usize, String),
    /// Among the chapters' paths.
    Path(String),
    /// A hint that needs no search.
    Hint(String),
    /// Nowhere.
    Nothing,
}

struct Resolver<'a> {
    targets: Targets,
    paths: Paths,
    terms: Terms,
    language: &'a str,
    diagnostics: &'a mut Diagnostics,
    /// The chapter at hand, from 0.
    chapter: usize,
    /// How many nearest names were sought.
    hints: usize,
}

impl walk::Visitor for Resolver<'_> {
    fn block(&mut self, block: &mut Block) {
        // `setup="lst-a"` names a listing by the author's id, and that may have been made a valid one.
        if let BlockKind::Listing(listing) = &mut block.kind
            && let Some(setup) = listing.run.as_mut().and_then(|run| run.setup.as_mut())
            && let Some(target) = self.targets.seen_from(self.chapter, setup)
            && let Some(id) = self.targets.list.get(target).and_then(|target| target.id.as_ref())
        {
            setup.clone_from(id);
        }
    }

    fn inlines(&mut self, inlines: &mut Vec<Inline>) {
        let leads = |inline: &Inline| matches!(inline.kind, InlineKind::Link(_) | InlineKind::Reference(_));
        if inlines.iter().any(leads) {
            for inline in std::mem::take(inlines) {
                self.settle(inline, inlines);
            }
        }
    }
}

impl Resolver<'_> {
    /// Settles one inline and adds what becomes of it.
    fn settle(&mut self, mut inline: Inline, out: &mut Vec<Inline>) {
        match inline.kind {
            InlineKind::Link(link) => self.link(link, inline.span, inline.attributes, out),
            InlineKind::Reference(reference) => {
                inline.kind = self.reference(reference, inline.span);
                out.push(inline);
            }
            kind => {
                inline.kind = kind;
                out.push(inline);
            }
        }
    }

    fn link(&mut self, mut link: Link, span: Span, attributes: Option<Box<crate::document::Attributes>>, out: &mut Vec<Inline>) {
        let typed = match link.target {
            Target::Unresolved(typed) => typed,
            settled => {
                link.target = settled;
                let kind = InlineKind::Link(link);
                out.push(Inline { span, attributes, kind });
                return;
            }
        };
        let target = match self.find(&typed) {
            Found::Outside(address) => Some(Target::External(address)),
            Found::Inside(target) => Some(self.target(target)),
            Found::Halfway(target, fault) => {
                self.report(&codes::DEAD_LINK, span, fault, "it leads to the chapter's beginning");
                Some(self.target(target))
            }
            Found::Ambiguous(name, first, second) => {
                self.report_ambiguous(&name, first, second, span);
                None
            }
            Found::Nowhere(fault) => {
                let code = if names_term(&typed) {
                    &codes::UNKNOWN_TERM
                } else {
                    &codes::DEAD_LINK
                };
                self.report(code, span, fault, "its text is kept");
                None
            }
        };
        let Some(target) = target else {
            let content = if is_empty(&link.content) {
                vec![Inline::text(span, typed)]
            } else {
                link.content
            };
            match attributes {
                // The walk comes to what is inside the span, but not again to what joins this list.
                Some(attributes) if attributes.id.is_some() || attributes.language.is_some() => out.push(Inline {
                    span,
                    attributes: Some(attributes),
                    kind: InlineKind::Span(content),
                }),
                Some(_) | None => content.into_iter().for_each(|inline| self.settle(inline, out)),
            }
            return;
        };
        let mut notes = Vec::new();
        let kind = if is_empty(&link.content) {
            match target {
                Target::External(_) => {
                    let shown = typed.trim().trim_start_matches("mailto:").to_owned();
                    let content = vec![Inline::text(span, shown)];
                    let title = link.title;
                    InlineKind::Link(Link { content, target, title })
                }
                Target::Unresolved(_) | Target::Internal { .. } | Target::Part { .. } => {
                    let target = Target::Unresolved(typed);
                    let text = String::new();
                    self.reference(Reference { target, text }, span)
                }
            }
        } else {
            let content = self.without_links(link.content, &mut notes);
            let title = link.title;
            InlineKind::Link(Link { content, target, title })
        };
        out.push(Inline { span, attributes, kind });
        out.append(&mut notes);
    }

    /// The content of a link without links in it, which no output allows. Marks of notes go behind the link.
    fn without_links(&mut self, content: Vec<Inline>, notes: &mut Vec<Inline>) -> Vec<Inline> {
        let mut flat = Vec::with_capacity(content.len());
        for mut inline in content {
            inline.kind = match inline.kind {
                InlineKind::Link(link) => {
                    flat.append(&mut self.without_links(link.content, notes));
                    continue;
                }
                InlineKind::NoteLabel(_) | InlineKind::Note { .. } => {
                    notes.push(inline);
                    continue;
                }
                InlineKind::Reference(reference) => match self.reference(reference, inline.span) {
                    InlineKind::Reference(reference) => InlineKind::Text(reference.text),
                    text => text,
                },
                InlineKind::Emphasis(content) => InlineKind::Emphasis(self.without_links(content, notes)),
                InlineKind::Strong(content) => InlineKind::Strong(self.without_links(content, notes)),
                InlineKind::Strikethrough(content) => InlineKind::Strikethrough(self.without_links(content, notes)),
                InlineKind::Superscript(content) => InlineKind::Superscript(self.without_links(content, notes)),
                InlineKind::Subscript(content) => InlineKind::Subscript(self.without_links(content, notes)),
                InlineKind::Keyboard(content) => InlineKind::Keyboard(self.without_links(content, notes)),
                InlineKind::Span(content) => InlineKind::Span(self.without_links(content, notes)),
                InlineKind::Abbreviation { content, title } => InlineKind::Abbreviation {
                    content: self.without_links(content, notes),
                    title,
                },
                leaf @ (InlineKind::Text(_)
                | InlineKind::SoftBreak
                | InlineKind::LineBreak
                | InlineKind::Code(_)
                | InlineKind::Math(_)
                | InlineKind::Image(_)
                | InlineKind::Citation(_)
                | InlineKind::IndexMark(_)
                | InlineKind::Anchor) => leaf,
            };
            flat.push(inline);
        }
        flat
    }

    /// What becomes of `[](#id)`.
    fn reference(&mut self, reference: Reference, span: Span) -> InlineKind {
        let typed = match reference.target {
            Target::Unresolved(typed) => typed,
            Target::External(_) | Target::Internal { .. } | Target::Part { .. } => return InlineKind::Reference(reference),
        };
        let found = if typed.contains(['#', '/', '.', ':']) {
            self.find(&typed)
        } else {
            self.find(&format!("#{typed}"))
        };
        match found {
            Found::Outside(address) => InlineKind::Link(Link {
                content: vec![Inline::text(span, typed)],
                target: Target::External(address),
                title: String::new(),
            }),
            Found::Inside(target) => InlineKind::Reference(Reference {
                target: self.target(target),
                text: self.text(target),
            }),
            Found::Ambiguous(name, first, second) => {
                self.report_ambiguous(&name, first, second, span);
                InlineKind::Text(typed)
            }
            Found::Halfway(_, fault) | Found::Nowhere(fault) => {
                self.report(&codes::UNKNOWN_REFERENCE, span, fault, "there is no number to print");
                InlineKind::Text(typed)
            }
        }
    }

    /// Where the target of a link leads.
    fn find(&self, typed: &str) -> Found {
        let typed = typed.trim();
        if typed.is_empty() {
            return Found::Nowhere(Fault {
                what: "has no target".to_owned(),
                near: Near::Nothing,
            });
        }
        if let Some(name) = typed.strip_prefix('#') {
            return self.place(self.chapter, name, typed, true);
        }
        match address::read(typed) {
            Address::Outside(address) => Found::Outside(address),
            Address::Refused(reason) => Found::Nowhere(Fault {
                what: format!("leads to `{typed}`, which nobody can follow: {reason}"),
                near: Near::Nothing,
            }),
            Address::Path => self.path(typed),
        }
    }

    /// Where a path in the manuscript leads.
    fn path(&self, typed: &str) -> Found {
        let (path, name) = typed.split_once('#').unwrap_or((typed, ""));
        let path = path.split('?').next().unwrap_or_default();
        let joined = join(self.paths.folder(self.chapter), &address::decode(path));
        let Some(joined) = joined else {
            return Found::Nowhere(Fault {
                what: format!("leads to `{typed}`, which is outside of the manuscript"),
                near: Near::Nothing,
            });
        };
        match self.paths.find(&joined) {
            Some(chapter) => self.place(chapter, name, typed, false),
            None => Found::Nowhere(Fault {
                what: format!("leads to `{typed}`, which is not a chapter of the book"),
                near: match typed.starts_with("www.") {
                    true => Near::Hint(format!("an address on the web begins with its scheme: `https://{typed}`")),
                    false => Near::Path(joined),
                },
            }),
        }
    }

    /// Where a name leads: seen from a chapter, or in a chapter that was named.
    fn place(&self, chapter: usize, name: &str, typed: &str, anywhere: bool) -> Found {
        let Some(beginning) = self.targets.chapters.get(chapter).copied() else {
            return Found::Nowhere(Fault {
                what: format!("leads to `{typed}`, and there is no chapter"),
                near: Near::Nothing,
            });
        };
        let found = match anywhere {
            true => self.targets.seen_from(chapter, name),
            false => self.targets.in_chapter(chapter, name),
        };
        let near = Near::Name(chapter, name.to_owned());
        match found {
            Some(target) => Found::Inside(target),
            None if name.is_empty() || (anywhere && name == "top") => Found::Inside(beginning),
            None if let Some((first, second)) = self.targets.rivals(name).filter(|_| anywhere) => {
                Found::Ambiguous(name.to_owned(), first, second)
            }
            None if anywhere => Found::Nowhere(Fault {
                what: match names_term(typed) {
                    true => format!("leads to `{typed}`, which is no term of the glossary"),
                    false => format!("leads to `{typed}`, which is nowhere in the book"),
                },
                near,
            }),
            None => Found::Halfway(
                beginning,
                Fault {
                    what: format!("leads to `{typed}`, but there is no `#{name}` in that chapter"),
                    near,
                },
            ),
        }
    }

    /// The target as the tree has it.
    fn target(&self, target: usize) -> Target {
        let Some(target) = self.targets.list.get(target) else {
            return Target::Internal { chapter: 0, id: None };
        };
        match target.kind {
            Kind::Part => Target::Part { part: target.chapter },
            Kind::Chapter | Kind::Section | Kind::Figure | Kind::Listing | Kind::Table | Kind::Term | Kind::Place => {
                Target::Internal {
                    chapter: target.chapter,
                    id: target.id.clone(),
                }
            }
        }
    }

    /// What a reference prints: `Figure 2.3`; for what has no number its title in quotes; for what has no title either
    /// what is printed for its section or chapter.
    fn text(&self, at: usize) -> String {
        let Some(target) = self.targets.list.get(at) else {
            return String::new();
        };
        let term = match target.kind {
            Kind::Part => self.terms.part,
            Kind::Chapter => self.terms.chapter,
            Kind::Section => self.terms.section,
            Kind::Figure => self.terms.figure,
            Kind::Listing => self.terms.listing,
            Kind::Table => self.terms.table,
            Kind::Term => return target.title.clone(),
            Kind::Place => "",
        };
        let chapter = self.targets.chapters.get(target.chapter).copied();
        match (&target.number, target.title.trim(), target.within.or(chapter)) {
            (Some(number), _, _) => format!("{term}\u{a0}{number}"),
            (None, "", Some(around)) if around != at => self.text(around),
            (None, title, _) => typography::quoted(title, self.language),
        }
    }

    fn report(&mut self, code: &'static Code, span: Span, fault: Fault, outcome: &str) {
        let hint = match fault.near {
            Near::Nothing => None,
            Near::Hint(hint) => Some(hint),
            Near::Name(..) | Near::Path(_) if self.hints >= MOST_HINTS => None,
            Near::Name(chapter, name) => self.nearest_name(chapter, &name),
            Near::Path(path) => self.nearest_path(&path),
        };
        let diagnostic = self
            .diagnostics
            .report(code, span, format!("the link {}; {outcome}", fault.what));
        if let Some(hint) = hint {
            diagnostic.hint(hint);
        }
    }

    fn report_ambiguous(&mut self, name: &str, first: usize, second: usize, span: Span) {
        let place = |target| self.targets.whereabouts(target, &self.paths.list);
        let message = format!(
            "the link leads to `#{name}`, and several places have that id: one is {}, another {}",
            place(first),
            place(second)
        );
        let path = self
            .targets
            .list
            .get(first)
            .and_then(|target| self.paths.list.get(target.chapter));
        let path = path.map(|path| relative(self.paths.folder(self.chapter), path));
        let diagnostic = self.diagnostics.report(&codes::DUPLICATE_ID, span, message);
        if let Some(path) = path {
            diagnostic.hint(format!("name the file as well: `{path}#{name}`"));
        }
    }

    fn nearest_name(&mut self, chapter: usize, name: &str) -> Option<String> {
        self.hints += 1;
        let names = self.targets.names(chapter).take(MOST_NAMES);
        let names = names.chain(self.targets.explicit_names().take(MOST_NAMES));
        // A name of another kind would be no help to who looks for a term.
        let near = match name.starts_with(TERM) {
            true => nearest(name, names.filter(|name| name.starts_with(TERM))),
            false => nearest(name, names),
        };
        match near {
            Some(near) => Some(format!("the nearest is `#{near}`")),
            None if name.starts_with(TERM) => Some(TERMS_ARE.to_owned()),
            None => None,
        }
    }

    /// The chapter whose file's name is nearest; the folder decides only among files of that name, since a path that is
    /// right but for the folder is a common slip, and a common folder makes any two paths alike.
    fn nearest_path(&mut self, path: &str) -> Option<String> {
        self.hints += 1;
        let name = |path: &'_ str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
        let paths = || self.paths.list.iter().take(MOST_NAMES).map(String::as_str);
        let names: Vec<String> = paths().map(name).collect();
        let wanted = name(path);
        let near = nearest(&wanted, names.iter().map(String::as_str))?;
        let namesakes = paths().filter(|path| name(path) == near);
        let near = nearest(path, namesakes.clone()).or_else(|| namesakes.clone().next())?;
        let near = relative(self.paths.folder(self.chapter), near);
        Some(format!("the nearest is `{near}`"))
    }
}

/// Whether a link names a term of the glossary: `#term-mapping-proxy`.
fn names_term(typed: &str) -> bool {
    typed.trim().strip_prefix('#').is_some_and(|name| name.starts_with(TERM))
}

/// Whether a link would show nothing.
fn is_empty(content: &[Inline]) -> bool {
    content.iter().all(|inline| match &inline.kind {
        InlineKind::Text(text) => text.trim().is_empty(),
        InlineKind::SoftBreak | InlineKind::LineBreak | InlineKind::Anchor | InlineKind::IndexMark(_) => true,
        kind => kind.content().is_some_and(is_empty),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Attributes, Chapter, Image, Listing, Table, inline::plain_text};
    use crate::document::{Figure, FigureContent};
    use crate::manuscript::contract::Contract;
    use crate::passes::sections;
    use crate::passes::tests::{book, chapter, heading, paragraph, span, text};
    use std::fmt::Write;

    fn link(shown: &str, target: &str) -> Inline {
        let content = if shown.is_empty() { Vec::new() } else { vec![text(shown)] };
        let target = Target::Unresolved(target.into());
        let title = String::new();
        Inline::new(span(), InlineKind::Link(Link { content, target, title }))
    }

    fn reference(target: &str) -> Inline {
        let target = Target::Unresolved(target.into());
        let text = String::new();
        Inline::new(span(), InlineKind::Reference(Reference { target, text }))
    }

    fn with_id(mut block: Block, id: &str) -> Block {
        block.attributes = Attributes::with_id(id);
        block
    }

    fn listing(id: &str) -> Block {
        with_id(Block::new(span(), BlockKind::Listing(Listing::default())), id)
    }

    fn figure(caption: &str) -> Block {
        let image = Image {
            source: "a.png".into(),
            alt: "a".into(),
            title: String::new(),
            width: None,
            asset: None,
        };
        let content = FigureContent::Image(image);
        let caption = vec![text(caption)];
        let number = None;
        Block::new(
            span(),
            BlockKind::Figure(Figure {
                content,
                caption,
                number,
            }),
        )
    }

    /// Runs the first two passes.
    fn run(chapters: Vec<Chapter>) -> (Document, Diagnostics) {
        let mut document = book(chapters);
        let mut diagnostics = Diagnostics::default();
        sections::nest_and_number(&mut document, &Contract::default(), &mut diagnostics);
        let settings = Settings {
            language: "en".into(),
            ..Settings::default()
        };
        resolve(&mut document, &settings, &mut diagnostics);
        (document, diagnostics)
    }

    /// What the links and references in a book became: what is seen, and where it leads.
    fn seen(document: &Document) -> Vec<String> {
        let mut list = Vec::new();
        crate::document::query(document, |_, node| {
            let walk::Node::Inline(inline) = node else { return };
            let (shown, target) = match &inline.kind {
                InlineKind::Link(link) => (plain_text(&link.content), &link.target),
                InlineKind::Reference(reference) => (reference.text.replace('\u{a0}', "~"), &reference.target),
                InlineKind::Text(text) => return list.push(text.clone()),
                _ => return,
            };
            let mut line = format!("{shown} > ");
            match target {
                Target::External(address) => line.push_str(address),
                Target::Internal { chapter, id } => {
                    write!(line, "{chapter}#{}", id.as_deref().unwrap_or_default()).expect("a string takes all");
                }
                other => write!(line, "{other:?}").expect("a string takes all"),
            }
            list.push(line);
        });
        list
    }

    fn messages(diagnostics: &Diagnostics) -> Vec<String> {
        let line = |diagnostic: &crate::diag::Diagnostic| {
            format!(
                "{}: {} ({})",
                diagnostic.code.name,
                diagnostic.message,
                diagnostic.hints.join("; ")
            )
        };
        diagnostics.iter().map(line).collect()
    }

    /// The chapters of a book with `inlines` in a paragraph at the start of the second.
    fn linked(inlines: Vec<Inline>) -> (Vec<String>, Vec<String>) {
        let mut introduction = chapter("README.md", "Introduction", vec![figure("Zero")]);
        introduction.numbered = false;
        let body = vec![
            paragraph(inlines),
            heading(2, "The GIL"),
            figure("One"),
            heading(3, "Inside"),
            heading(2, "2. What"),
        ];
        let execution = chapter("guide/02-execution.md", "Execution", body);
        let body = vec![
            with_id(heading(2, "The GIL"), "sec-gil"),
            listing("lst:a"),
            heading(2, "Only here"),
            figure("Two"),
        ];
        let last = chapter("guide/more/03-last.md", "Last", body);
        let (document, diagnostics) = run(vec![introduction, execution, last]);
        // The titles and captions of the chapters are not of interest.
        let seen = seen(&document)
            .into_iter()
            .filter(|line| line.contains(" > ") || line.contains('='))
            .collect();
        (seen, messages(&diagnostics))
    }

    #[test]
    fn links_find_their_targets_as_github_and_web_sites_spell_them() {
        let cases = [
            ("#the-gil", "1#the-gil"),
            ("#The-GIL", "1#the-gil"),
            ("#the%2Dgil", "1#the-gil"),
            ("#2-what", "1#s-2-what"),
            ("#what", "1#s-2-what"),
            ("#sec-gil", "2#sec-gil"),
            ("#only-here", "2#only-here"),
            ("#execution", "1#"),
            ("#", "1#"),
            ("more/03-last.md", "2#"),
            ("./more/03-last.html#the-gil", "2#sec-gil"),
            ("more/03-last#lst:a", "2#lst-a"),
            ("../README.md", "0#"),
            ("../", "0#"),
            ("../index.html#introduction", "0#"),
            ("/guide/02-execution.md", "1#"),
            ("more/03-last.md#nowhere", "2#"),
        ];
        for (typed, expected) in cases {
            let (seen, _) = linked(vec![link("=", typed)]);
            assert_eq!(seen[0], format!("= > {expected}"), "{typed}");
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_is_its_text_and_the_nearest_is_named() {
        let nested = vec![text("="), link("=x", "https://a.org/é")];
        let outer = Inline::new(
            span(),
            InlineKind::Link(Link {
                content: nested,
                target: Target::Unresolved("more/03-lost.md".into()),
                title: String::new(),
            }),
        );
        let (seen, messages) = linked(vec![
            outer,
            link("=", "#the-gill"),
            link("=", "../../x"),
            link("=", "http://<host>"),
            link("", "=#"),
        ]);
        assert_eq!(seen, ["=", "=x > https://a.org/%C3%A9", "=x", "=", "=", "=", "=#"]);
        assert_eq!(
            messages,
            [
                "dead-link: the link leads to `more/03-lost.md`, which is not a chapter of the book; its text is kept (the nearest is `more/03-last.md`)",
                "dead-link: the link leads to `#the-gill`, which is nowhere in the book; its text is kept (the nearest is `#the-gil`)",
                "dead-link: the link leads to `../../x`, which is outside of the manuscript; its text is kept ()",
                "dead-link: the link leads to `http://<host>`, which nobody can follow: the host cannot have the character `<`; its text is kept ()",
                "dead-link: the link leads to `=#`, which is not a chapter of the book; its text is kept ()",
            ]
        );
    }

    #[test]
    fn references_print_numbers_or_titles() {
        let cases = [
            ("#sec-gil", "Section~2.1 > 2#sec-gil"),
            ("#lst:a", "Listing~2.1 > 2#lst-a"),
            ("#inside", "“Inside” > 1#inside"),
            ("more/03-last.md", "Chapter~2 > 2#"),
            ("../README.md", "“Introduction” > 0#"),
        ];
        for (typed, expected) in cases {
            assert_eq!(linked(vec![reference(typed)]).0, [expected], "{typed}");
        }
        let (seen, messages) = linked(vec![reference("#sec=gi"), link("", "#lst:a"), link("", "mailto:a@b.org")]);
        assert_eq!(seen, ["#sec=gi", "Listing~2.1 > 2#lst-a", "a@b.org > mailto:a@b.org"]);
        assert_eq!(
            messages,
            [
                "unknown-reference: the link leads to `#sec=gi`, which is nowhere in the book; there is no number to print (the nearest is `#sec-gil`)"
            ]
        );
    }

    #[test]
    fn no_link_stands_in_a_link_and_marks_go_behind() {
        let mark = Inline::new(span(), InlineKind::NoteLabel("n".into()));
        let inner = Inline::new(
            span(),
            InlineKind::Strong(vec![link("=b", "#the-gil"), mark, reference("#sec-gil")]),
        );
        let outer = Inline::new(
            span(),
            InlineKind::Link(Link {
                content: vec![text("=a"), inner],
                target: Target::Unresolved("https://a.org".into()),
                title: String::new(),
            }),
        );
        let (document, _) = run(vec![chapter(
            "a.md",
            "A",
            vec![
                paragraph(vec![outer]),
                heading(2, "The GIL"),
                with_id(heading(2, "B"), "sec-gil"),
            ],
        )]);
        let chapter = document.chapters().next().expect("a chapter");
        let BlockKind::Paragraph(inlines) = &chapter.blocks[0].kind else {
            panic!("a paragraph");
        };
        assert!(matches!(inlines[1].kind, InlineKind::NoteLabel(_)));
        assert_eq!(seen(&document)[1], "=a=bSection\u{a0}1.2 > https://a.org");
    }

    #[test]
    fn figures_count_by_chapter_and_with_a_letter_where_there_is_no_number() {
        let unnumbered = |path: &str, title: &str| {
            let mut chapter = chapter(path, title, vec![figure("x"), figure("y")]);
            chapter.numbered = false;
            chapter
        };
        let numbers = |document: &Document| {
            let mut numbers = Vec::new();
            crate::document::query(document, |_, node| {
                if let walk::Node::Block(Block {
                    kind: BlockKind::Figure(figure),
                    attributes,
                    ..
                }) = node
                {
                    numbers.push(format!(
                        "{}={}",
                        figure.number.as_deref().unwrap_or("-"),
                        attributes.id.as_deref().unwrap_or("-")
                    ));
                }
            });
            numbers.join(" ")
        };
        let mut plain = figure("z");
        plain.attributes.classes.push("unnumbered".into());
        let (document, _) = run(vec![
            unnumbered("a.md", "Acknowledgements"),
            chapter("b.md", "B", vec![figure("x"), plain, figure("y")]),
            unnumbered("c.md", "Appendix A: Tools"),
        ]);
        assert_eq!(
            numbers(&document),
            "A2.1=figure-a2-1 A2.2=figure-a2-2 1.1=figure-1-1 -=- 1.2=figure-1-2 A.1=figure-a-1 A.2=figure-a-2"
        );
        let (document, _) = run(vec![unnumbered("a.md", "A"), unnumbered("b.md", "B")]);
        assert_eq!(numbers(&document), "1=figure-1 2=figure-2 3=figure-3 4=figure-4");
    }

    #[test]
    fn the_second_of_two_ids_is_reported_and_renamed() {
        let table = || with_id(Block::new(span(), BlockKind::Table(Table::default())), "t");
        let (document, diagnostics) = run(vec![
            chapter("a.md", "A", vec![heading(2, "One"), table(), table(), heading(2, "t")]),
            chapter("b.md", "A", vec![table(), paragraph(vec![reference("#t")])]),
        ]);
        let ids: Vec<_> = document.chapters().map(|chapter| chapter.id.as_str()).collect();
        assert_eq!(ids, ["a", "a-2"]);
        assert_eq!(
            seen(&document).last().map(String::as_str),
            Some("Table\u{a0}2.1 > 1#t").map(|_| "Table~2.1 > 1#t")
        );
        let messages = messages(&diagnostics);
        assert_eq!(messages.len(), 1);
        assert_eq!(
            messages[0],
            "duplicate-id: the id `t` is taken already (the first is in a.md, under “One”; give one of the two another id)"
        );
    }
}
