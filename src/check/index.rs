//! `dead-see`: the entry that an entry of the index sends readers to is there.

use crate::diag::{Diagnostics, codes, nearest};
use crate::document::inline::plain_text;
use crate::document::walk::{Node, query};
use crate::document::{BlockKind, Document, IndexEntry};

/// Among how many entries the nearest is sought.
const MOST_NAMES: usize = 2000;

/// Reports each `see` and `see also` that leads nowhere.
pub(super) fn dead_see(document: &Document, diagnostics: &mut Diagnostics) {
    query(document, |_, node| {
        if let Node::Block(block) = node
            && let BlockKind::Index(groups) = &block.kind
        {
            let entries: Vec<&IndexEntry> = groups.iter().flat_map(|group| &group.entries).collect();
            let names: Vec<String> = entries.iter().take(MOST_NAMES).map(|entry| plain_text(&entry.term)).collect();
            entries.iter().for_each(|entry| check(entry, &names, diagnostics));
        }
    });
}

fn check(entry: &IndexEntry, names: &[String], diagnostics: &mut Diagnostics) {
    for see in entry.see.iter().filter(|see| !see.known) {
        let other = plain_text(&see.content);
        let message = format!(
            "`{}` sends readers to `{other}`, which the index does not have",
            plain_text(&entry.term)
        );
        let diagnostic = diagnostics.report(&codes::DEAD_SEE, see.span, message);
        match nearest(&other, names.iter().map(String::as_str)) {
            Some(near) => diagnostic.hint(format!("the nearest entry is `{near}`")),
            None => diagnostic.hint("mark a place with that entry, or name another"),
        };
    }
    entry.entries.iter().for_each(|entry| check(entry, names, diagnostics));
}
