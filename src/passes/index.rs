//! The index, made of its marks.
//!
//! Every mark gets an id, and every entry of the index the places that its marks stand at, with the number or the title of the
//! section for outputs that have no pages. Entries are in the order of the book's language, without regard to case; those
//! that begin with no letter come first. Two marks may be the ends of a range, which tells the places between them. A term that several marks have is one entry, whose form is that of the
//! first. The index stands where the manuscript has an empty `<div id="index"></div>`, else in a last chapter that is made
//! here. A book without marks is left alone.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::citations::{Mark, add_chapter, is_mark};
use super::order::Order;
use crate::diag::{Diagnostics, codes};
use crate::document::inline::plain_text;
use crate::document::{
    Attributes, Block, BlockKind, Chapter, ChapterKind, Document, IndexEntry, IndexGroup, IndexMark, IndexTerm, Inline, InlineKind,
    RangeEnd, Reference, See, Target, walk,
};
use crate::edition::Terms;
use crate::manuscript::Settings;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The id of the element in whose place the index is put.
const MARK: &str = "index";

/// The path of the chapter that is made for the index.
const PATH: &str = "book-index.md";

/// Adds the chapter that will hold the index, before links are settled, so that they may lead to it and to what follows it.
///
/// None is added to a book without marks, nor to one that says where its index stands.
pub fn reserve(document: &mut Document, settings: &Settings) {
    let mut first = None;
    walk::query(document, |_, node| {
        if let walk::Node::Inline(inline) = node
            && matches!(inline.kind, InlineKind::IndexMark(_))
        {
            first.get_or_insert(inline.span);
        }
    });
    if let Some(span) = first
        && place_of(document).is_none()
    {
        add_chapter(document, new_chapter(span, settings));
    }
}

/// Makes the index of a document.
pub fn make(document: &mut Document, settings: &Settings, diagnostics: &mut Diagnostics) {
    let mut collector = Collector::default();
    for (at, chapter) in document.chapters_mut().enumerate() {
        collector.chapter(at, chapter);
    }
    let Some(span) = collector.first else { return };
    let marked = place_of(document);
    let Some(chapter) = marked.or_else(|| document.chapters().position(is_reserved)) else {
        return;
    };
    let order = Order::of(&settings.language);
    let mut tree = collector.tree;
    tree.report_open(&collector.idle, diagnostics);
    let targets = tree.targets(chapter);
    let entries = tree.entries(&targets, &order);
    let block = Block::new(span, BlockKind::Index(groups(entries, &order, &settings.language)));
    let Some(chapter) = document.chapters_mut().nth(chapter) else {
        return;
    };
    if marked.is_none() {
        chapter.blocks = vec![block];
        // Links have found it by now; there is no heading in any file that it would be the slug of.
        chapter.slug.clear();
        return;
    }
    let mut mark = Mark {
        id: MARK,
        block: Some(block),
    };
    walk::walk_blocks(&mut chapter.blocks, &mut mark);
}

fn is_reserved(chapter: &Chapter) -> bool {
    chapter.kind == ChapterKind::Index && chapter.blocks.is_empty()
}

/// The chapter that holds the empty element for the index.
fn place_of(document: &Document) -> Option<usize> {
    let mut place = None;
    walk::query(document, |chapter, node| {
        if let walk::Node::Block(block) = node
            && is_mark(block, MARK)
        {
            place.get_or_insert(chapter);
        }
    });
    place
}

fn new_chapter(span: Span, settings: &Settings) -> Chapter {
    let place = Span::new(span.file, 0..0);
    Chapter {
        file: span.file,
        path: PATH.to_owned(),
        kind: ChapterKind::Index,
        span: place,
        title: vec![Inline::text(place, Terms::of(&settings.language).index)],
        slug: MARK.to_owned(),
        numbered: false,
        planned: None,
        number: None,
        id: String::new(),
        blocks: Vec::new(),
        notes: Vec::new(),
        language: None,
    }
}

/// Gathers the marks in order of reading.
#[derive(Default)]
struct Collector {
    /// The chapter at hand.
    chapter: usize,
    /// The number or title of the chapter at hand, and of the section.
    whereabouts: String,
    /// How many marks there have been.
    count: usize,
    /// Where the first mark stands.
    first: Option<Span>,
    /// The ends of ranges that nothing begins, with what they are called.
    idle: Vec<(Span, String)>,
    tree: Tree,
}

impl Collector {
    fn chapter(&mut self, at: usize, chapter: &mut Chapter) {
        self.chapter = at;
        let name = chapter.number.clone().unwrap_or_else(|| plain_text(&chapter.title));
        self.whereabouts.clone_from(&name);
        walk::walk_inlines(&mut chapter.title, self);
        walk::walk_blocks(&mut chapter.blocks, self);
        self.whereabouts = name;
        for note in &mut chapter.notes {
            walk::walk_blocks(&mut note.blocks, self);
        }
    }
}

impl walk::Visitor for Collector {
    fn block(&mut self, block: &mut Block) {
        if let BlockKind::Section(section) = &block.kind {
            self.whereabouts = section.number.clone().unwrap_or_else(|| plain_text(&section.title));
        }
    }

    fn inline(&mut self, inline: &mut Inline) {
        let InlineKind::IndexMark(mark) = &inline.kind else { return };
        self.count += 1;
        // No slug has an underscore unless its heading has, and no note's id is called so.
        let id = format!("mark_{}", self.count);
        let target = Target::Internal {
            chapter: self.chapter,
            id: Some(id.clone()),
        };
        let place = Inline::new(
            inline.span,
            InlineKind::Reference(Reference {
                target,
                text: self.whereabouts.clone(),
            }),
        );
        self.first.get_or_insert(inline.span);
        if !self.tree.add(mark, inline.span, place) {
            self.idle.push((inline.span, shown(&mark.path).join(", ")));
        }
        inline.attributes = Some(Box::new(Attributes::with_id(id)));
    }
}

/// The entries by what they are called.
#[derive(Default)]
struct Tree {
    nodes: BTreeMap<Name, Node>,
}

/// What tells entries apart: the text that is shown and what it is sorted by.
type Name = (String, String);

#[derive(Default)]
struct Node {
    term: Vec<Inline>,
    places: Vec<Vec<Inline>>,
    /// The ranges that have begun, by their places, with where they did.
    open: Vec<(usize, Span)>,
    see: Vec<Seen>,
    below: Tree,
}

impl Node {
    /// Adds a place, or an end of a range; false for the end of one that has not begun.
    fn add(&mut self, range: Option<RangeEnd>, span: Span, place: Inline) -> bool {
        if range == Some(RangeEnd::End)
            && let Some((at, _)) = self.open.pop()
            && let Some(ends) = self.places.get_mut(at)
        {
            ends.push(place);
            // What stands within the range is told by it.
            self.places.truncate(at + 1);
            return true;
        }
        if range == Some(RangeEnd::Begin) {
            self.open.push((self.places.len(), span));
        }
        self.places.push(vec![place]);
        range != Some(RangeEnd::End)
    }
}

/// `see` and `see also` as read.
struct Seen {
    span: Span,
    also: bool,
    path: Vec<IndexTerm>,
}

fn shown(path: &[IndexTerm]) -> Vec<String> {
    path.iter().map(|term| plain_text(&term.shown)).collect()
}

impl Tree {
    /// Adds what a mark says; false for the end of a range that has not begun, which then is a place.
    fn add(&mut self, mark: &IndexMark, span: Span, place: Inline) -> bool {
        let Some((first, rest)) = mark.path.split_first() else {
            return true;
        };
        let mut node = self.node(first);
        for term in rest {
            node = node.below.node(term);
        }
        match &mark.see {
            None => return node.add(mark.range, span, place),
            Some(see) => node.see.push(Seen {
                span,
                also: see.also,
                path: see.path.clone(),
            }),
        }
        true
    }

    /// Reports the ends that begin nowhere, and the beginnings without an end.
    fn report_open(&self, idle: &[(Span, String)], diagnostics: &mut Diagnostics) {
        for (span, name) in idle {
            diagnostics
                .report(
                    &codes::BAD_INDEX_MARK,
                    *span,
                    format!("no range of `{name}` has begun before it ends here; the index has this place alone"),
                )
                .hint("write `begin` in place of `end` where it begins");
        }
        self.report_below(&mut Vec::new(), diagnostics);
    }

    fn report_below(&self, path: &mut Vec<String>, diagnostics: &mut Diagnostics) {
        for ((name, _), node) in &self.nodes {
            path.push(name.clone());
            for (_, span) in &node.open {
                let name = path.join(", ");
                diagnostics
                    .report(
                        &codes::BAD_INDEX_MARK,
                        *span,
                        format!("the range of `{name}` that begins here ends nowhere; the index has this place alone"),
                    )
                    .hint(format!("write `{} | end` where it ends", path.join("!")));
            }
            node.below.report_below(path, diagnostics);
            path.pop();
        }
    }

    fn node(&mut self, term: &IndexTerm) -> &mut Node {
        let node = self.nodes.entry((plain_text(&term.shown), term.sort.clone())).or_default();
        if node.term.is_empty() {
            node.term.clone_from(&term.shown);
        }
        node
    }

    /// The entries that others send readers to, by what is shown of them, with the ids that they get in this chapter.
    fn targets(&self, chapter: usize) -> BTreeMap<Vec<String>, Target> {
        let mut wanted = BTreeSet::new();
        self.gather_wanted(&mut wanted);
        let mut targets = BTreeMap::new();
        self.gather_targets(&mut Vec::new(), &wanted, chapter, &mut targets);
        targets
    }

    fn gather_wanted(&self, wanted: &mut BTreeSet<Vec<String>>) {
        for node in self.nodes.values() {
            wanted.extend(node.see.iter().map(|see| shown(&see.path)));
            node.below.gather_wanted(wanted);
        }
    }

    fn gather_targets(
        &self,
        path: &mut Vec<String>,
        wanted: &BTreeSet<Vec<String>>,
        chapter: usize,
        targets: &mut BTreeMap<Vec<String>, Target>,
    ) {
        for ((name, _), node) in &self.nodes {
            path.push(name.clone());
            if wanted.contains(path) && !targets.contains_key(path) {
                let id = Some(format!("entry_{}", targets.len() + 1));
                targets.insert(path.clone(), Target::Internal { chapter, id });
            }
            node.below.gather_targets(path, wanted, chapter, targets);
            path.pop();
        }
    }

    /// The entries in order, each with what it is sorted by.
    fn entries(&mut self, targets: &BTreeMap<Vec<String>, Target>, order: &Order) -> Vec<(String, IndexEntry)> {
        let mut used = BTreeSet::new();
        self.entries_below(&mut Vec::new(), targets, order, &mut used)
    }

    fn entries_below(
        &mut self,
        path: &mut Vec<String>,
        targets: &BTreeMap<Vec<String>, Target>,
        order: &Order,
        used: &mut BTreeSet<Vec<String>>,
    ) -> Vec<(String, IndexEntry)> {
        let mut sorted: Vec<(Name, Node)> = std::mem::take(&mut self.nodes).into_iter().collect();
        sorted.sort_by(|((left, left_sort), _), ((right, right_sort), _)| {
            order
                .compare(left_sort, right_sort)
                .then_with(|| order.compare(left, right))
                .then_with(|| left.cmp(right))
        });
        let mut entries = Vec::new();
        for ((name, sort), mut node) in sorted {
            path.push(name);
            if let Some(Target::Internal { id: Some(id), .. }) = targets.get(path)
                && used.insert(path.clone())
            {
                put_anchor(&mut node.term, id);
            }
            let mut see: Vec<See> = Vec::new();
            for seen in node.see {
                let entry = see_entry(seen, targets);
                // Two marks may say the same.
                if !see
                    .iter()
                    .any(|other| other.also == entry.also && plain_text(&other.content) == plain_text(&entry.content))
                {
                    see.push(entry);
                }
            }
            let below = node.below.entries_below(path, targets, order, used);
            let entry = IndexEntry {
                term: node.term,
                places: node.places,
                see,
                entries: below.into_iter().map(|(_, entry)| entry).collect(),
            };
            entries.push((sort, run_in(entry)));
            path.pop();
        }
        entries
    }
}

/// An entry in one line with the only one below it, where nothing else is said of it.
fn run_in(mut entry: IndexEntry) -> IndexEntry {
    let bare = entry.places.is_empty() && entry.see.is_empty() && entry.entries.len() == 1;
    match entry.entries.pop() {
        Some(only) if bare && only.entries.is_empty() => {
            let comma = entry.term.last().map(|last| Inline::text(last.span, ", "));
            let term = entry.term.into_iter().chain(comma).chain(only.term).collect();
            IndexEntry { term, ..only }
        }
        Some(last) => {
            entry.entries.push(last);
            entry
        }
        None => entry,
    }
}

/// Makes a term a place that links lead to.
fn put_anchor(term: &mut Vec<Inline>, id: &str) {
    if let Some(span) = term.first().map(|first| first.span) {
        let mut anchor = Inline::new(span, InlineKind::Anchor);
        anchor.attributes = Some(Box::new(Attributes::with_id(id)));
        term.insert(0, anchor);
    }
}

/// The other entry as it is shown: its terms with commas between them.
fn see_entry(seen: Seen, targets: &BTreeMap<Vec<String>, Target>) -> See {
    let target = targets.get(&shown(&seen.path));
    let mut content = Vec::new();
    for term in seen.path {
        if !content.is_empty() {
            content.push(Inline::text(seen.span, ", "));
        }
        content.extend(term.shown);
    }
    if let Some(target) = target {
        let link = crate::document::Link {
            content: std::mem::take(&mut content),
            target: target.clone(),
            title: String::new(),
        };
        content.push(Inline::new(seen.span, InlineKind::Link(link)));
    }
    See {
        span: seen.span,
        also: seen.also,
        known: target.is_some(),
        content,
    }
}

/// Entries by their first letters.
fn groups(entries: Vec<(String, IndexEntry)>, order: &Order, language: &str) -> Vec<IndexGroup> {
    let symbols = Terms::of(language).symbols;
    let mut groups: Vec<IndexGroup> = Vec::new();
    for (sort, entry) in entries {
        let letter = order.letter(&sort).unwrap_or_else(|| symbols.to_owned());
        match groups.last_mut() {
            Some(group) if group.letter == letter => group.entries.push(entry),
            _ => groups.push(IndexGroup {
                letter,
                entries: vec![entry],
            }),
        }
    }
    groups
}
