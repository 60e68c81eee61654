//! What is told of a chapter that does not keep its promises.

use super::matching::{Fate, Pairing};
use super::tree::Node;
use crate::diag::{Diagnostics, codes};
use crate::source::{Sources, Span};
use crate::titles::{fold, straight};
use std::collections::{BTreeMap, BTreeSet};

/// Reports all that is to be told of one chapter, but for what stands in another one.
pub(super) fn chapter(pairing: &Pairing<'_>, takeaways: &str, sources: &Sources, diagnostics: &mut Diagnostics) {
    spelling(pairing, sources, diagnostics);
    spelling_of_takeaways(pairing, takeaways, diagnostics);
    missing(pairing, diagnostics);
    order(pairing, diagnostics);
    let explained = displaced(pairing, diagnostics);
    renamed(pairing, diagnostics);
    extra(pairing, &explained, diagnostics);
    for node in pairing.repeated.iter().filter_map(|at| pairing.written.nodes.get(*at)) {
        diagnostics
            .report(
                &codes::OUTLINE_TWICE,
                node.span,
                format!("`{}` stands in this chapter twice, and in the outline once", node.title),
            )
            .hint("keep one of them, or give this one another title, in the outline too");
    }
}

/// Reports the sections that stand in another chapter than in the outline.
pub(super) fn elsewhere(pairings: &[Pairing<'_>], diagnostics: &mut Diagnostics) {
    for pairing in pairings {
        for fate in &pairing.fates {
            let Fate::Elsewhere(chapter, heading) = *fate else { continue };
            let node = pairings.get(chapter).and_then(|other| other.written.nodes.get(heading));
            if let (Some(node), Some(home)) = (node, pairing.written.nodes.first()) {
                let title = &home.title;
                diagnostics
                    .report(
                        &codes::OUTLINE_ORDER,
                        node.span,
                        format!("`{}` stands in this chapter, and the outline has it in `{title}`", node.title),
                    )
                    .hint("move the section, or its line in the outline");
            }
        }
    }
}

/// The promises with their headings, in the outline's order.
fn pairs<'a>(pairing: &'a Pairing<'_>) -> impl Iterator<Item = (usize, &'a Node, &'a Node)> {
    pairing.promised.nodes.iter().enumerate().filter_map(|(promise, promised)| {
        let heading = pairing.heading_of(promise)?;
        Some((promise, promised, pairing.written.nodes.get(heading)?))
    })
}

/// Differences of case, hyphen, apostrophe or `&`.
fn spelling(pairing: &Pairing<'_>, sources: &Sources, diagnostics: &mut Diagnostics) {
    for (_, promised, written) in pairs(pairing) {
        // The front matter has the book's own title in the outline.
        if promised.title.is_empty() || promised.folded != written.folded {
            continue;
        }
        if straight(&promised.title) != straight(&written.title) {
            let message = format!(
                "the heading is `{}`, and the outline's is `{}`",
                written.title, promised.title
            );
            report_spelling(written, message, "write it as the outline does", diagnostics);
        } else if apostrophes_differ(promised.span, written, sources) {
            let message = format!("the apostrophe of `{}` is another one than in the outline", written.title);
            report_spelling(
                written,
                message,
                "write `'` or `’` as the outline does; both print alike",
                diagnostics,
            );
        }
    }
}

/// The takeaways have one title in all chapters that the outline names.
fn spelling_of_takeaways(pairing: &Pairing<'_>, takeaways: &str, diagnostics: &mut Diagnostics) {
    let folded = fold(takeaways);
    let is_takeaways = |node: &&Node| node.depth == 1 && node.folded == folded && straight(&node.title) != straight(takeaways);
    if pairing.promised.nodes.is_empty() {
        return;
    }
    for node in pairing.written.nodes.iter().filter(is_takeaways) {
        let message = format!("the heading is `{}`, and the contract's is `{takeaways}`", node.title);
        report_spelling(
            node,
            message,
            "write it so in all chapters, or set `takeaways-title` of [contract]",
            diagnostics,
        );
    }
}

fn report_spelling(node: &Node, message: String, hint: &str, diagnostics: &mut Diagnostics) {
    diagnostics.report(&codes::OUTLINE_SPELLING, node.span, message).hint(hint);
}

/// Whether the same title is typed with other apostrophes. What is printed does not tell, since typography curls them.
fn apostrophes_differ(promised: Span, written: &Node, sources: &Sources) -> bool {
    let count = written.title.matches(['\'', '’', '‘']).count();
    let typed = |span: Span| {
        let text = sources.text(span).chars();
        text.filter(|mark| ['\'', '’', '‘'].contains(mark))
            .take(count)
            .collect::<Vec<char>>()
    };
    count > 0 && !sources.text(written.span).starts_with('<') && typed(promised) != typed(written.span)
}

/// What the chapter does not have, one message for each place where something is missing.
fn missing(pairing: &Pairing<'_>, diagnostics: &mut Diagnostics) {
    let Some(chapter) = pairing.written.nodes.first() else {
        return;
    };
    let sections = pairing.promised.children(0);
    if sections.len() > 1 && pairing.is_unwritten() {
        let message = format!(
            "the chapter has none of the {} sections of the outline: {}",
            sections.len(),
            names(pairing, sections)
        );
        diagnostics
            .report(&codes::OUTLINE_MISSING, chapter.span, message)
            .hint("write each under a heading with its title");
        return;
    }
    for promise in 0..pairing.promised.nodes.len() {
        if let Some(heading) = pairing.heading_of(promise) {
            missing_below(pairing, promise, heading, diagnostics);
        }
    }
}

fn missing_below(pairing: &Pairing<'_>, promise: usize, heading: usize, diagnostics: &mut Diagnostics) {
    let mut before = None;
    let mut open: Vec<usize> = Vec::new();
    let children = pairing.promised.children(promise);
    for (at, child) in children.iter().enumerate() {
        if pairing.is_missing(*child) {
            open.push(*child);
        }
        let last = at + 1 == children.len();
        if !open.is_empty() && (last || !pairing.is_missing(*child)) {
            report_missing(pairing, &open, before, heading, diagnostics);
            open.clear();
        }
        before = pairing.heading_of(*child).or(before);
    }
}

fn report_missing(pairing: &Pairing<'_>, missing: &[usize], before: Option<usize>, parent: usize, diagnostics: &mut Diagnostics) {
    let Some(place) = pairing.written.nodes.get(before.unwrap_or(parent)) else {
        return;
    };
    let kind = match (
        pairing.written.nodes.get(parent).map_or(0, |parent| parent.depth),
        missing.len(),
    ) {
        (0, 1) => "section",
        (0, _) => "sections",
        (_, 1) => "subsection",
        (_, _) => "subsections",
    };
    let position = match before {
        Some(_) => format!("after `{}`", place.title),
        None => format!("first below `{}`", place.title),
    };
    let verb = if missing.len() == 1 { "is" } else { "are" };
    diagnostics
        .report(
            &codes::OUTLINE_MISSING,
            place.span,
            format!(
                "{position} the outline promises the {kind} {}, which {verb} missing",
                names(pairing, missing)
            ),
        )
        .hint("write what is promised, or take it out of the outline");
}

/// `A`, `B` and `C`; of more than four the first three and how many there are.
fn names(pairing: &Pairing<'_>, promises: &[usize]) -> String {
    let shown = if promises.len() > 4 { 3 } else { promises.len() };
    let title = |at: &usize| pairing.promised.nodes.get(*at).map(|node| format!("`{}`", node.title));
    let mut titles: Vec<String> = promises.iter().take(shown).filter_map(title).collect();
    if promises.len() > shown {
        titles.push(format!("{} more", promises.len() - shown));
    }
    match titles.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}

/// Sections in their place in the tree, but before or after others.
fn order(pairing: &Pairing<'_>, diagnostics: &mut Diagnostics) {
    for promise in 0..pairing.promised.nodes.len() {
        let Some(heading) = pairing.heading_of(promise) else {
            continue;
        };
        let in_order: BTreeSet<usize> = pairing.in_order(promise, heading).into_iter().collect();
        let mut before = None;
        for child in pairing.promised.children(promise) {
            if in_order.contains(child) {
                before = Some(*child);
            } else if let Some(Fate::Kept(found)) = pairing.fates.get(*child)
                && let Some(node) = pairing.written.nodes.get(*found)
            {
                report_order(
                    node,
                    before.and_then(|before| pairing.promised.nodes.get(before)),
                    diagnostics,
                );
                before = Some(*child);
            }
        }
    }
}

fn report_order(moved: &Node, before: Option<&Node>, diagnostics: &mut Diagnostics) {
    let position = match before {
        Some(before) => format!("which has it after `{}`", before.title),
        None => "which has it first".to_owned(),
    };
    diagnostics
        .report(
            &codes::OUTLINE_ORDER,
            moved.span,
            format!("`{}` stands in another place than in the outline, {position}", moved.title),
        )
        .hint("move the section, or its line in the outline");
}

/// Sections at another level, or below another section. Those that stand side by side below a heading for which no
/// promise is known are one mistake; gives the headings that are explained by it.
fn displaced(pairing: &Pairing<'_>, diagnostics: &mut Diagnostics) -> BTreeSet<usize> {
    let mut groups: BTreeMap<(usize, usize), Vec<(&Node, &Node)>> = BTreeMap::new();
    for (promise, promised, written) in pairs(pairing) {
        if matches!(pairing.fates.get(promise), Some(Fate::Displaced(_))) {
            groups
                .entry((written.parent, promised.parent))
                .or_default()
                .push((promised, written));
        }
    }
    let mut explained = BTreeSet::new();
    for ((below, promised_below), found) in groups {
        let Some((promised, written)) = found.first().copied() else {
            continue;
        };
        let more = match found.len() - 1 {
            0 => String::new(),
            1 => " (and so does the one after it)".to_owned(),
            more => format!(" (and so do the {more} after it)"),
        };
        let level = |node: &Node| if node.depth == 1 { "a section" } else { "a subsection" };
        let title = |nodes: &[Node], at: usize| nodes.get(at).map(|node| node.title.clone()).unwrap_or_default();
        let (code, message) = if written.depth == promised.depth {
            let below = title(&pairing.written.nodes, below);
            let promised_below = title(&pairing.promised.nodes, promised_below);
            let message = format!(
                "`{}` stands below `{below}`{more}, and the outline has it below `{promised_below}`",
                written.title
            );
            (&codes::OUTLINE_ORDER, message)
        } else {
            let promised_below = title(&pairing.promised.nodes, promised_below);
            let place = match (level(written) == level(promised), promised.depth) {
                (true, _) => format!("the outline has it directly below `{promised_below}`"),
                (false, 1) => "the outline has it as a section".to_owned(),
                (false, _) => format!("the outline has it as a subsection of `{promised_below}`"),
            };
            let found = title(&pairing.written.nodes, below);
            let here = if written.depth == 1 {
                String::new()
            } else {
                format!(" of `{found}`")
            };
            let message = format!(
                "`{}` stands here as {}{here}{more}, and {place}",
                written.title,
                level(written)
            );
            (&codes::OUTLINE_LEVEL, message)
        };
        diagnostics
            .report(code, written.span, message)
            .hint("give the heading the level and the place that it has in the outline");
        if found.len() > 1 {
            explained.insert(below);
        }
    }
    explained
}

/// Headings of another name than the outline's.
fn renamed(pairing: &Pairing<'_>, diagnostics: &mut Diagnostics) {
    for (promise, promised, written) in pairs(pairing) {
        if !matches!(pairing.fates.get(promise), Some(Fate::Renamed(_))) {
            continue;
        }
        if pairing.is_stale(&promised.folded, &written.folded) {
            stale(written, &promised.title, diagnostics);
        } else {
            let message = format!(
                "the heading is `{}` where the outline promises `{}`",
                written.title, promised.title
            );
            diagnostics
                .report(&codes::OUTLINE_RENAMED, written.span, message)
                .hint("write the outline's title, or change it there");
        }
    }
}

fn stale(written: &Node, new: &str, diagnostics: &mut Diagnostics) {
    let message = format!("`{}` is the old title of what is now called `{new}`", written.title);
    diagnostics
        .report(&codes::STALE_HEADING, written.span, message)
        .hint("write the new title; [errata] of book.toml says why it has changed");
}

/// Headings that the outline does not have, where it names its own.
fn extra(pairing: &Pairing<'_>, explained: &BTreeSet<usize>, diagnostics: &mut Diagnostics) {
    for (at, node) in pairing.written.nodes.iter().enumerate().skip(1) {
        if !pairing.is_free(at) || explained.contains(&at) {
            continue;
        }
        if let Some(new) = pairing.new_title(&node.folded) {
            stale(node, new, diagnostics);
            continue;
        }
        if !pairing.is_held(at) {
            continue;
        }
        let (message, hint) = if node.depth == 1 {
            let message = format!("the outline has no section `{}` in this chapter", node.title);
            (message, "add it to the outline, or make it a subsection")
        } else {
            let below = pairing.written.nodes.get(node.parent).map_or("", |node| node.title.as_str());
            let message = format!("the outline has no subsection `{}` below `{below}`", node.title);
            (message, "add it to the outline, or make it a part of another one")
        };
        diagnostics.report(&codes::OUTLINE_EXTRA, node.span, message).hint(hint);
    }
}
