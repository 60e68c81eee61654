//! Which heading keeps which promise of the outline.
//!
//! In four steps, each of which looks only at what the earlier ones have left: headings of the same title in their place,
//! then elsewhere in the chapter, then in other chapters, and at last headings of other titles where a promised one
//! should be. So whatever is one mistake of the author's is found as one.

use super::tree::Tree;
use crate::titles::{fold, likeness};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What became of a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum Fate {
    /// No heading keeps it.
    Missing,
    /// A heading of this title stands below the right one.
    Kept(usize),
    /// A heading of this title stands somewhere else in the chapter.
    Displaced(usize),
    /// A heading of this title stands somewhere else, which follows from where another one stands.
    Orphan(usize),
    /// A section of another chapter has this title: the chapter and the heading.
    Elsewhere(usize, usize),
    /// A heading of another title stands where it should be.
    Renamed(usize),
}

/// A chapter with what the outline promises of it.
pub(in crate::check) struct Pairing<'a> {
    pub(in crate::check) written: Tree,
    pub(in crate::check) promised: Tree,
    /// What became of each promise.
    pub(in crate::check) fates: Vec<Fate>,
    /// The promise that each heading keeps, if any.
    pub(in crate::check) keeps: Vec<Option<usize>>,
    /// The headings that are no matter of this chapter's promises, for one reason or another.
    pub(in crate::check) explained: BTreeSet<usize>,
    /// The headings whose title the outline promises once and another heading beside them has already.
    pub(in crate::check) repeated: Vec<usize>,
    /// The titles that [errata] has corrected, the old ones as they are compared, to the new ones.
    renamed: &'a BTreeMap<String, String>,
}

/// How many pairs of headings are compared for likeness at most; where more are left over, nothing is like anything.
const MOST_COMPARED: usize = 2_500;

/// How alike titles have to be to be taken for each other: at the same place, and anywhere below the same heading.
const ALIKE_HERE: f64 = 0.45;
const ALIKE_ANYWHERE: f64 = 0.7;

impl<'a> Pairing<'a> {
    /// Finds the headings of the right title; `promised` is empty for a chapter of which the outline says nothing.
    pub(in crate::check) fn new(written: Tree, promised: Tree, renamed: &'a BTreeMap<String, String>) -> Self {
        let mut pairing = Self {
            fates: vec![Fate::Missing; promised.nodes.len()],
            keeps: vec![None; written.nodes.len()],
            written,
            promised,
            explained: BTreeSet::new(),
            repeated: Vec::new(),
            renamed,
        };
        if !pairing.promised.nodes.is_empty() {
            pairing.settle(0, Fate::Kept(0));
            pairing.match_below(0, 0);
            pairing.match_anywhere();
        }
        pairing
    }

    /// The heading of a promise, if it is in this chapter.
    pub(in crate::check) fn heading_of(&self, promise: usize) -> Option<usize> {
        match *self.fates.get(promise)? {
            Fate::Kept(heading) | Fate::Displaced(heading) | Fate::Orphan(heading) | Fate::Renamed(heading) => Some(heading),
            Fate::Missing | Fate::Elsewhere(..) => None,
        }
    }

    /// The promise that a heading keeps.
    pub(in crate::check) fn promise_of(&self, heading: usize) -> Option<usize> {
        self.keeps.get(heading).copied().flatten()
    }

    /// Whether no promise has to do with a heading.
    pub(in crate::check) fn is_free(&self, heading: usize) -> bool {
        self.promise_of(heading).is_none() && !self.explained.contains(&heading)
    }

    /// Whether the outline names what stands beside a heading, so that it has to name the heading too.
    pub(in crate::check) fn is_held(&self, heading: usize) -> bool {
        let parent = self.written.nodes.get(heading).and_then(|node| self.promise_of(node.parent));
        parent.is_some_and(|parent| !self.promised.children(parent).is_empty())
    }

    /// Whether none of the sections that the outline promises is there in any way.
    pub(in crate::check) fn is_unwritten(&self) -> bool {
        let sections = self.promised.children(0);
        !sections.is_empty() && sections.iter().all(|at| self.is_missing(*at))
    }

    /// Whether a promise is not kept yet.
    pub(in crate::check) fn is_missing(&self, promise: usize) -> bool {
        self.fates.get(promise) == Some(&Fate::Missing)
    }

    /// Sets what became of a promise.
    pub(in crate::check) fn settle(&mut self, promise: usize, fate: Fate) {
        if let Some(place) = self.fates.get_mut(promise) {
            *place = fate;
        }
        if let Some(heading) = self.heading_of(promise)
            && let Some(keeps) = self.keeps.get_mut(heading)
        {
            *keeps = Some(promise);
        }
    }

    /// Matches titles directly below a promise and its heading, and so on below those that match.
    fn match_below(&mut self, promise: usize, heading: usize) {
        let mut open = vec![(promise, heading)];
        while let Some((promise, heading)) = open.pop() {
            let mut headings: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
            for &at in self.written.children(heading).iter().filter(|at| self.is_free(**at)) {
                if let Some(node) = self.written.nodes.get(at) {
                    headings.entry(&node.folded).or_default().push_back(at);
                }
            }
            let mut found = Vec::new();
            for &at in self.promised.children(promise).iter().filter(|at| self.is_missing(**at)) {
                let title = self.promised.nodes.get(at).map_or("", |node| node.folded.as_str());
                if let Some(heading) = headings.get_mut(title).and_then(|headings| self.take_best(at, headings)) {
                    found.push((at, heading));
                }
            }
            for (promise, heading) in found {
                self.settle(promise, Fate::Kept(heading));
                open.push((promise, heading));
            }
        }
    }

    /// Of headings of one title, takes the first below which most of what is promised stands.
    fn take_best(&self, promise: usize, headings: &mut VecDeque<usize>) -> Option<usize> {
        let promised = self.promised.children(promise).iter();
        let titles: BTreeSet<&str> = promised
            .filter_map(|at| Some(self.promised.nodes.get(*at)?.folded.as_str()))
            .collect();
        if headings.len() < 2 || titles.is_empty() {
            return headings.pop_front();
        }
        let kept = |heading: &usize| {
            let below = self
                .written
                .children(*heading)
                .iter()
                .filter_map(|at| self.written.nodes.get(*at));
            below.filter(|node| titles.contains(node.folded.as_str())).count()
        };
        let best = (0..headings.len()).max_by_key(|at| (headings.get(*at).map_or(0, kept), std::cmp::Reverse(*at)))?;
        headings.remove(best)
    }

    /// Matches titles that stand somewhere else in the chapter.
    fn match_anywhere(&mut self) {
        let mut headings: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (at, node) in self.written.nodes.iter().enumerate() {
            headings.entry(node.folded.clone()).or_default().push_back(at);
        }
        // Parents come before their children, so that what is below a displaced section has found its place with it.
        for promise in 1..self.promised.nodes.len() {
            let Some(node) = self.promised.nodes.get(promise).filter(|_| self.is_missing(promise)) else {
                continue;
            };
            let parent = node.parent;
            let Some(headings) = headings.get_mut(&node.folded) else {
                continue;
            };
            while let Some(heading) = headings.pop_front() {
                if self.is_free(heading) {
                    let fate = if self.follows_from_another(parent, heading) {
                        Fate::Orphan(heading)
                    } else {
                        Fate::Displaced(heading)
                    };
                    self.settle(promise, fate);
                    self.match_below(promise, heading);
                    break;
                }
            }
        }
    }

    /// Whether a heading stands in another place because of another one that does: what it belongs below, or what it now
    /// stands below, and stood beside.
    fn follows_from_another(&self, promised_parent: usize, heading: usize) -> bool {
        let in_place = |fate: Option<&Fate>| matches!(fate, Some(Fate::Kept(_) | Fate::Renamed(_)));
        if !in_place(self.fates.get(promised_parent)) {
            return true;
        }
        let above = self.written.nodes.get(heading).and_then(|node| self.promise_of(node.parent));
        let beside = |above: &usize| {
            self.promised
                .nodes
                .get(*above)
                .is_some_and(|node| node.parent == promised_parent)
        };
        above
            .filter(|above| *above > 0)
            .filter(beside)
            .is_some_and(|above| !in_place(self.fates.get(above)))
    }

    /// Takes headings of other titles for missing promises where they stand at their place.
    pub(in crate::check) fn match_renamed(&mut self) {
        let mut open: Vec<usize> = (0..self.promised.nodes.len()).rev().collect();
        while let Some(promise) = open.pop() {
            let Some(heading) = self.heading_of(promise) else { continue };
            let mut found = Vec::new();
            for gap in self.gaps(promise, heading) {
                found.extend(self.pair_up(gap, ALIKE_HERE, true));
            }
            self.settle_renamed(&found, &mut open);
            let rest = self.left_over(promise, heading);
            let found = self.pair_up(rest, ALIKE_ANYWHERE, false);
            self.settle_renamed(&found, &mut open);
        }
    }

    fn settle_renamed(&mut self, found: &[(usize, usize)], open: &mut Vec<usize>) {
        for &(promise, heading) in found {
            self.settle(promise, Fate::Renamed(heading));
            self.match_below(promise, heading);
            for below in self.promised.children(promise).to_vec() {
                if let Some(Fate::Orphan(found)) = self.fates.get(below).copied()
                    && self.written.nodes.get(found).is_some_and(|node| node.parent == heading)
                {
                    self.settle(below, Fate::Kept(found));
                }
            }
            open.push(promise);
        }
    }

    /// All that is missing and all that is free directly below a promise and its heading.
    fn left_over(&self, promise: usize, heading: usize) -> Gap {
        let promises = self.promised.children(promise).iter().copied();
        let headings = self.written.children(heading).iter().copied();
        Gap {
            promises: promises.filter(|at| self.is_missing(*at)).collect(),
            headings: headings.filter(|at| self.is_free(*at)).collect(),
        }
    }

    /// The same, parted by the headings that stand in the outline's order.
    fn gaps(&self, promise: usize, heading: usize) -> Vec<Gap> {
        let in_order: BTreeSet<usize> = self.in_order(promise, heading).into_iter().collect();
        let mut gaps: Vec<Gap> = vec![Gap::default()];
        for &at in self.promised.children(promise) {
            if in_order.contains(&at) {
                gaps.push(Gap::default());
            } else if self.is_missing(at)
                && let Some(gap) = gaps.last_mut()
            {
                gap.promises.push(at);
            }
        }
        let mut gap = 0;
        for &at in self.written.children(heading) {
            if self.promise_of(at).is_some_and(|promise| in_order.contains(&promise)) {
                gap += 1;
            } else if self.is_free(at)
                && let Some(gap) = gaps.get_mut(gap)
            {
                gap.headings.push(at);
            }
        }
        gaps
    }

    /// The promises kept directly below a heading that stand in the outline's order: the most that do.
    pub(in crate::check) fn in_order(&self, promise: usize, heading: usize) -> Vec<usize> {
        let kept = |at: &usize| match self.fates.get(*at) {
            Some(Fate::Kept(found)) if self.written.nodes.get(*found).is_some_and(|node| node.parent == heading) => {
                Some((*at, *found))
            }
            _ => None,
        };
        let kept: Vec<(usize, usize)> = self.promised.children(promise).iter().filter_map(kept).collect();
        longest_increasing(&kept)
    }

    /// Pairs promises with headings: those that are alike, the most alike first; and where as many are left of both and
    /// `by_order` says so, each with its neighbour.
    fn pair_up(&self, mut gap: Gap, least: f64, by_order: bool) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        if gap.promises.len().saturating_mul(gap.headings.len()) <= MOST_COMPARED {
            let mut alike = Vec::new();
            for &promise in &gap.promises {
                for &heading in &gap.headings {
                    let likeness = self.likeness(promise, heading);
                    if likeness >= least {
                        alike.push((likeness, promise, heading));
                    }
                }
            }
            // A stable order, and a total one, since likeness is finite.
            alike.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            for (_, promise, heading) in alike {
                if gap.promises.contains(&promise) && gap.headings.contains(&heading) {
                    gap.promises.retain(|at| *at != promise);
                    gap.headings.retain(|at| *at != heading);
                    pairs.push((promise, heading));
                }
            }
        }
        if by_order && gap.promises.len() == gap.headings.len() {
            pairs.extend(gap.promises.into_iter().zip(gap.headings));
        }
        pairs
    }

    fn likeness(&self, promise: usize, heading: usize) -> f64 {
        let folded = |tree: &Tree, at: usize| tree.nodes.get(at).map(|node| node.folded.clone()).unwrap_or_default();
        let (promised, written) = (folded(&self.promised, promise), folded(&self.written, heading));
        if self.is_stale(&promised, &written) {
            return 1.0;
        }
        likeness(&promised, &written)
    }

    /// Whether a written title is the old one of a promised title, as they are compared.
    pub(in crate::check) fn is_stale(&self, promised: &str, written: &str) -> bool {
        self.renamed.get(written).is_some_and(|new| fold(new) == promised)
    }

    /// The new title of an old one.
    pub(in crate::check) fn new_title(&self, written: &str) -> Option<&str> {
        self.renamed.get(written).map(String::as_str)
    }
}

/// What is missing and what is free at one place.
#[derive(Default)]
struct Gap {
    promises: Vec<usize>,
    headings: Vec<usize>,
}

/// Of pairs in order of their first number, the first numbers of the most whose second numbers increase too.
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<usize> {
    // For each length, the pair with the least second number that ends a sequence of it; and before each pair, the one
    // that precedes it in its sequence.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    let second = |at: usize| pairs.get(at).map_or(0, |pair| pair.1);
    for (at, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| second(*end) < pair.1);
        before.push(length.checked_sub(1).and_then(|length| ends.get(length).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut sequence = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        sequence.extend(pairs.get(at).map(|pair| pair.0));
        next = before.get(at).copied().flatten();
    }
    sequence.reverse();
    sequence
}
