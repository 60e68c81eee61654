//! The rules of a profile in words, one after another, for whoever wants to read them.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use super::profile::{Bleed, Cover, Feature, Margins, Profile, Source};
use super::store::{Weight, megabytes, one_of};

/// A rule in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its name, as findings give it.
    pub rule: &'static str,
    /// What is asked for, as a clause without a full stop.
    pub asks: String,
    /// What becomes of a book that does not do so.
    pub weight: Weight,
    /// Who says so.
    pub source: Source,
}

impl Profile {
    /// What is asked of a printed book, in the order in which it is judged; the cover that wraps it comes last.
    pub fn print_rules(&self) -> Vec<Told> {
        let mut told = Vec::new();
        let mut say = |rule, asks: String, source: &Source| {
            told.push(Told {
                rule,
                asks,
                weight: Weight::Refused,
                source: source.clone(),
            });
        };
        for asks in self.pages() {
            say("pages", asks, &self.pages.source);
        }
        if let Some(bleed) = &self.bleed {
            say("bleed", of_bleed(bleed), &bleed.source);
        }
        for asks in of_margins(&self.margins) {
            say("margins", asks, &self.margins.source);
        }
        for (rule, asks) in self.file() {
            say(rule, asks, &self.file.source);
        }
        if let Some(cover) = &self.cover {
            say("cover", of_cover(cover), &cover.source);
        }
        told
    }

    /// What is asked of an EPUB, in the order in which it is judged.
    pub fn epub_rules(&self) -> Vec<Told> {
        let rules = self.epub.iter().flat_map(|store| &store.rules);
        rules
            .map(|rule| Told {
                rule: rule.demand.name(),
                asks: rule.demand.told(),
                weight: rule.weight,
                source: rule.source.clone(),
            })
            .collect()
    }

    fn pages(&self) -> Vec<String> {
        let least = self.pages.least.map(|least| format!("{least} pages at least"));
        let most = self.pages.most.map(|most| format!("{most} pages at most"));
        let even = self.pages.even.then(|| "an even number of pages".to_owned());
        [least, most, even].into_iter().flatten().collect()
    }

    fn file(&self) -> Vec<(&'static str, String)> {
        let rules = &self.file;
        let mut told = Vec::new();
        if let Some(largest) = rules.largest {
            told.push(("file", format!("the file has {} at most", megabytes(largest))));
        }
        if rules.fonts_embedded {
            told.push(("fonts", "all fonts are embedded".to_owned()));
        }
        if !rules.colours.is_empty() {
            let names = rules.colours.iter().map(|colour| colour.name().to_owned()).collect();
            told.push(("colours", format!("colours are {}", one_of(&names))));
        }
        if let Some(dpi) = rules.dpi {
            told.push((
                "pictures",
                format!("pictures have {dpi} pixels an inch at least, at their printed size"),
            ));
        }
        if rules.forbidden.contains(&Feature::Marks) {
            told.push(("marks", "nothing is printed outside of the bleed".to_owned()));
        }
        let others = rules.forbidden.iter().filter(|feature| **feature != Feature::Marks);
        let names: Vec<&str> = others.map(|feature| feature.name()).collect();
        if !names.is_empty() {
            told.push(("file", format!("the file holds no {}", names.join(", no "))));
        }
        told
    }
}

fn of_bleed(bleed: &Bleed) -> String {
    let sides = [
        ("top", bleed.top),
        ("bottom", bleed.bottom),
        ("outside", bleed.outside),
        ("inside", bleed.inside),
    ];
    let sides: Vec<String> = sides
        .into_iter()
        .filter(|(_, width)| *width > 0.0)
        .map(|(side, width)| format!("{} at the {side}", inches(width)))
        .collect();
    format!("what runs to the edge of the page runs over it: {}", sides.join(", "))
}

fn of_margins(margins: &Margins) -> Vec<String> {
    let mut told = Vec::new();
    if margins.outside > 0.0 {
        let mut asks = format!("{} to the outer edges", inches(margins.outside));
        if margins.outside_with_bleed > margins.outside {
            asks.push_str(&format!(", {} in a book with bleed", inches(margins.outside_with_bleed)));
        }
        told.push(asks);
    }
    let inside: Vec<String> = margins
        .inside
        .iter()
        .map(|(pages, width)| format!("{} up to {pages} pages", inches(*width)))
        .collect();
    if !inside.is_empty() {
        told.push(format!("to the spine {}", inside.join(", ")));
    }
    told
}

fn of_cover(cover: &Cover) -> String {
    let mut parts = vec![format!("a bleed of {} around it", inches(cover.bleed))];
    if cover.template {
        parts.insert(0, "made in the press's own template".to_owned());
    }
    for (paper, width) in &cover.spine {
        parts.push(format!("{} of spine for a page of {paper} paper", inches(*width)));
    }
    if cover.spine_text_from > 0 {
        parts.push(format!("text on the spine from {} pages", cover.spine_text_from));
    }
    if cover.spine_clearance > 0.0 {
        parts.push(format!("{} between that text and the folds", inches(cover.spine_clearance)));
    }
    parts.join(", ")
}

/// A length as presses give it: `0.125 in`.
fn inches(points: f64) -> String {
    let text = format!("{:.6}", points / 72.0);
    format!("{} in", text.trim_end_matches('0').trim_end_matches('.'))
}
