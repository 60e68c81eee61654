//! The edition: all that a backend receives, with nothing left open.

use crate::assets::{self, Assets};
use crate::check;
use crate::diag::{Diagnostics, codes};
use crate::document::block::AdmonitionKind;
use crate::document::lists::ListOf;
use crate::document::walk::{self, Visitor};
use crate::document::{self, BlockKind, Document, Inline, InlineKind, Medium, Target};
use crate::figures::Space;
use crate::manuscript::bibliography::Bibliography;
use crate::manuscript::ledger::Ledger;
use crate::manuscript::outline::Outline;
use crate::manuscript::settings::Print;
use crate::manuscript::{Manuscript, Settings};
use crate::source::Sources;
use crate::theme::Theme;
use crate::{figures, listings, math, passes};
use std::collections::BTreeMap;

/// A book in which everything is settled: numbered, resolved, drawn, highlighted.
#[derive(Debug, Clone)]
pub struct Edition {
    /// What book.toml says.
    pub settings: Settings,
    /// The look.
    pub theme: Theme,
    /// The words that the compiler writes itself, in the book's language.
    pub terms: Terms,
    /// The text.
    pub document: Document,
    /// What outline.md promises, if there is one. For checks; no output shows it.
    pub outline: Option<Outline>,
    /// Where the text of the chapters came from, by the path of their files. For checks; no output shows it.
    pub ledgers: BTreeMap<String, Ledger>,
    /// Whether there is text for some outputs alone.
    pub divided: bool,
    /// The works that may be cited. For checks; what is cited is in the document.
    pub bibliography: Bibliography,
    /// Fonts, styles, pictures.
    pub assets: Assets,
    /// The files it was read from, for messages.
    pub sources: Sources,
    /// The commit of the manuscript, where it is known: see [`provenance`](crate::provenance).
    pub commit: Option<String>,
}

/// The part of a page's height that a figure may take; the rest is for its caption.
const FIGURE_SHARE: f64 = 0.82;

/// The room for a figure on a printed page.
pub fn figure_space(print: &Print) -> Space {
    Space {
        width: print.measure(),
        height: (print.height - print.top - print.bottom) * FIGURE_SHARE,
    }
}

impl Edition {
    /// Settles a manuscript: figures are drawn, numbers given, links resolved, listings highlighted, pictures read.
    ///
    /// Always gives an edition; whether it may be built is for the diagnostics to say.
    pub fn bind(manuscript: Manuscript, selection: Option<&Selection>, diagnostics: &mut Diagnostics) -> Self {
        let Manuscript {
            folder,
            mut settings,
            mut sources,
            outline,
            mut bibliography,
            mut document,
            notations,
            ledgers,
        } = manuscript;
        let theme = assets::read_theme(&folder, &mut sources, diagnostics);
        let fonts = assets::read_fonts(&folder, &theme, diagnostics);
        math::parse(&mut document, diagnostics);
        figures::draw(&mut document, &theme, &fonts, figure_space(&settings.print), diagnostics);
        passes::run(&mut document, &settings, &mut bibliography, notations, diagnostics);
        crate::sample::check(&document, &settings, diagnostics);
        if let Some(selection) = selection {
            selection.keep(&mut document, diagnostics);
            // A draft has not the pages of the book.
            settings.page_list = None;
        }
        listings::highlight(&mut document);
        let family = &theme.families.sans;
        let mut assets = assets::read_pictures(&mut document, &folder, &settings, &fonts, family, &sources, diagnostics);
        assets::read_styles(&mut assets, &folder, &mut sources, diagnostics);
        if let Some(outline) = &outline {
            check::outline(&document, outline, &settings, &sources, diagnostics);
        }
        check::glyphs(&document, &settings, &fonts, &sources, diagnostics);
        assets.fonts = fonts;
        Self {
            terms: Terms::of(&settings.language),
            settings,
            theme,
            document,
            outline,
            ledgers,
            bibliography,
            divided: notations.only,
            assets,
            sources,
            commit: None,
        }
    }
}

impl Edition {
    /// The title by which shelves and windows know it: a sample says that it is one.
    pub fn shelf_title(&self) -> String {
        match self.settings.is_sample {
            true => format!("{} ({})", self.settings.title, self.terms.sample),
            false => self.settings.title.clone(),
        }
    }

    /// What the copyright page says of the typefaces that one output is set in; nothing where the author's colophon names
    /// them already.
    pub fn typefaces(&self, medium: Medium) -> Option<String> {
        let families = &self.theme.families;
        let said = self.settings.colophon.as_deref().unwrap_or_default();
        if said.contains(families.text.as_str()) {
            return None;
        }
        let (mut code, mut formulas) = (false, false);
        walk::query(&self.document, |_, node| match node {
            walk::Node::Block(block) => {
                code |= matches!(block.kind, BlockKind::Listing(_) | BlockKind::Output(_));
                formulas |= matches!(block.kind, BlockKind::Math(_));
            }
            walk::Node::Inline(inline) => {
                code |= matches!(inline.kind, InlineKind::Code(_));
                formulas |= matches!(inline.kind, InlineKind::Math(_));
            }
        });
        // What sets MathML is a font of the reader's own.
        let formulas = formulas && medium != Medium::Epub;
        let all = [
            (&families.text, true),
            (&families.sans, true),
            (&families.mono, code),
            (&families.math, formulas),
        ];
        let mut used: Vec<&str> = Vec::new();
        for (family, is_used) in all {
            if is_used && !used.contains(&family.as_str()) {
                used.push(family);
            }
        }
        Some(self.terms.typefaces(&used))
    }

    /// The edition as one output shows it, where that is not all of it.
    pub fn view(&self, medium: Medium) -> Option<Self> {
        let page = self.settings.screen.as_ref().filter(|_| medium == Medium::Screen);
        if !self.divided && page.is_none() {
            return None;
        }
        let mut view = self.clone();
        if self.divided {
            document::only::keep(&mut view.document, medium);
        }
        if let Some(page) = page {
            view.settings.print = page.clone();
        }
        Some(view)
    }
}

/// Which chapters a draft has: `--chapters 1,3-5,introduction`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    items: Vec<Choice>,
}

/// One choice of chapters.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Choice {
    /// `3` or `3-5`
    Numbers(u32, u32),
    /// A file's name without `.md`.
    Name(String),
}

impl Selection {
    /// Reads `1,3-5,introduction`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let items: Vec<Choice> = text
            .split(',')
            .map(|item| Choice::parse(item.trim()))
            .collect::<Result<_, _>>()?;
        Ok(Self { items })
    }

    pub(crate) fn has(&self, number: Option<&str>, path: &str) -> bool {
        self.items.iter().any(|choice| choice.has(number, path))
    }

    /// Drops the other chapters. Numbers stay those of the whole book; links to what is left out become text.
    fn keep(&self, document: &mut Document, diagnostics: &mut Diagnostics) {
        let kept: Vec<bool> = document
            .chapters()
            .map(|chapter| self.has(chapter.number.as_deref(), &chapter.path))
            .collect();
        let mut places = Vec::with_capacity(kept.len());
        let mut count = 0;
        for keep in &kept {
            places.push(keep.then_some(count));
            count += usize::from(*keep);
        }
        let idle = |choice: &&Choice| {
            !document
                .chapters()
                .any(|chapter| choice.has(chapter.number.as_deref(), &chapter.path))
        };
        for choice in self.items.iter().filter(idle) {
            diagnostics
                .report(
                    &codes::EMPTY_BOOK,
                    None,
                    format!("`--chapters` names `{choice}`, which is no chapter of the book"),
                )
                .hint("name chapters by number, or by file: `1,3-5,introduction`");
        }
        let mut at = 0;
        let mut parts = Vec::new();
        for part in &mut document.parts {
            part.chapters.retain(|_| {
                at += 1;
                kept.get(at - 1).copied().unwrap_or(false)
            });
            let before = parts.iter().flatten().count();
            parts.push((!part.chapters.is_empty()).then_some(before));
        }
        document.parts.retain(|part| !part.chapters.is_empty());
        let settle = |target: &Target| match target {
            Target::Internal { chapter, id } => {
                let chapter = places.get(*chapter).copied().flatten()?;
                Some(Target::Internal { chapter, id: id.clone() })
            }
            Target::Part { part } => parts.get(*part).copied().flatten().map(|part| Target::Part { part }),
            Target::External(_) | Target::Unresolved(_) => Some(target.clone()),
        };
        walk::walk(document, &mut Retarget { settle });
    }
}

impl std::fmt::Display for Choice {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Numbers(first, last) if first == last => write!(formatter, "{first}"),
            Self::Numbers(first, last) => write!(formatter, "{first}-{last}"),
            Self::Name(name) => formatter.write_str(name),
        }
    }
}

impl Choice {
    fn has(&self, number: Option<&str>, path: &str) -> bool {
        match self {
            Self::Numbers(first, last) => {
                let number: Option<u32> = number.and_then(|number| number.parse().ok());
                number.is_some_and(|number| (*first..=*last).contains(&number))
            }
            Self::Name(name) => path.strip_suffix(".md").unwrap_or(path) == name || path == name,
        }
    }

    fn parse(item: &str) -> Result<Self, String> {
        let numbers = match item.split_once('-') {
            Some((first, last)) => first.parse().ok().zip(last.parse().ok()),
            None => item.parse().ok().map(|number| (number, number)),
        };
        match numbers {
            Some((first, last)) if first <= last => Ok(Self::Numbers(first, last)),
            Some((first, last)) => Err(format!("`{first}-{last}` runs backwards")),
            None if item.is_empty() => Err("a chapter's number or name is missing".to_owned()),
            None => Ok(Self::Name(item.to_owned())),
        }
    }
}

/// Turns links whose targets are gone into their text, and leads the others to where their targets are now.
pub(crate) struct Retarget<F: Fn(&Target) -> Option<Target>> {
    /// Where a target is now; `None` when it is gone.
    pub(crate) settle: F,
}

impl<F: Fn(&Target) -> Option<Target>> Visitor for Retarget<F> {
    fn inline(&mut self, inline: &mut Inline) {
        let target = match &mut inline.kind {
            InlineKind::Link(link) => &mut link.target,
            InlineKind::Reference(reference) => &mut reference.target,
            _ => return,
        };
        if let Some(settled) = (self.settle)(target) {
            *target = settled;
            return;
        }
        inline.kind = match &mut inline.kind {
            InlineKind::Link(link) => InlineKind::Span(std::mem::take(&mut link.content)),
            InlineKind::Reference(reference) => InlineKind::Text(std::mem::take(&mut reference.text)),
            _ => return,
        };
    }
}

/// Words that the compiler writes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// `Chapter`
    pub chapter: &'static str,
    /// `Part`
    pub part: &'static str,
    /// `Section`
    pub section: &'static str,
    /// `Figure`
    pub figure: &'static str,
    /// `Listing`
    pub listing: &'static str,
    /// `Table`
    pub table: &'static str,
    /// `Contents`
    pub contents: &'static str,
    /// `Cover`
    pub cover: &'static str,
    /// `Title Page`
    pub title_page: &'static str,
    /// `Copyright`
    pub copyright: &'static str,
    /// `Notes`
    pub notes: &'static str,
    /// `References`, the title of a bibliography
    pub bibliography: &'static str,
    /// `Index`
    pub index: &'static str,
    /// `Glossary`
    pub glossary: &'static str,
    /// `Figures`, the title of their list
    pub figures: &'static str,
    /// `Tables`
    pub tables: &'static str,
    /// `Listings`
    pub listings: &'static str,
    /// `Dedication`
    pub dedication: &'static str,
    /// `Epigraph`
    pub epigraph: &'static str,
    /// `print`, what an ISBN is the number of
    pub printed: &'static str,
    /// `Set in`, before the names of typefaces
    pub set_in: &'static str,
    /// `and`, before the last of several names
    pub and: &'static str,
    /// `Sample`, some chapters of a book
    pub sample: &'static str,
    /// `The Whole Book`, the title of what a sample says of the rest
    pub whole_book: &'static str,
    /// `in this sample`
    pub in_sample: &'static str,
    /// `partly in this sample`
    pub partly: &'static str,
    /// `see`, in an index
    pub see: &'static str,
    /// `see also`, in an index
    pub see_also: &'static str,
    /// `(continued)`, behind an entry that is repeated at the head of a page
    pub continued: &'static str,
    /// `Symbols`, what stands in an index before its letters
    pub symbols: &'static str,
    /// `Output`
    pub output: &'static str,
    /// `page`, as in "Figure 2.3 (page 17)"
    pub page: &'static str,
    /// The names of the five admonitions: note, tip, important, warning, caution.
    admonitions: [&'static str; 5],
    /// `Back to text`
    pub back: &'static str,
    /// `Done`, of a task
    pub done: &'static str,
    /// `To do`, of a task
    pub to_do: &'static str,
    /// What a reader who does not see can expect, a sentence each: of the text, of figures that all have descriptions,
    /// of figures some of which have none, of formulas.
    pub accessibility: [&'static str; 4],
    /// That page numbers are those of the print edition, in a sentence.
    pub page_numbers: &'static str,
    /// `print edition`
    pub print_edition: &'static str,
    /// The names of the months in a date.
    months: [&'static str; 12],
    /// What follows a day's number in a date: after the first of a month, and after the other days.
    ordinals: [&'static str; 2],
}

impl Terms {
    /// The terms of a language, by the first part of its BCP 47 tag; English where a language is not known.
    pub fn of(language: &str) -> Self {
        let primary = language.split('-').next().unwrap_or_default();
        match primary.trim().to_ascii_lowercase().as_str() {
            "de" => Self {
                chapter: "Kapitel",
                part: "Teil",
                section: "Abschnitt",
                figure: "Abbildung",
                listing: "Listing",
                table: "Tabelle",
                contents: "Inhalt",
                cover: "Umschlag",
                title_page: "Titelseite",
                copyright: "Impressum",
                notes: "Anmerkungen",
                bibliography: "Literatur",
                index: "Stichwortverzeichnis",
                glossary: "Glossar",
                figures: "Abbildungen",
                tables: "Tabellen",
                listings: "Listings",
                dedication: "Widmung",
                epigraph: "Motto",
                printed: "gedruckt",
                set_in: "Gesetzt aus",
                and: "und",
                sample: "Leseprobe",
                whole_book: "Das ganze Buch",
                in_sample: "in dieser Leseprobe",
                partly: "teilweise in dieser Leseprobe",
                see: "siehe",
                see_also: "siehe auch",
                continued: "(Forts.)",
                symbols: "Zeichen und Ziffern",
                output: "Ausgabe",
                page: "Seite",
                admonitions: ["Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"],
                back: "Zurück zum Text",
                done: "Erledigt",
                to_do: "Offen",
                accessibility: [
                    "Das Buch ist reiner Text mit Überschriften, Inhaltsverzeichnis und Lesereihenfolge.",
                    "Alle Abbildungen sind beschrieben.",
                    "Nicht alle Abbildungen sind beschrieben.",
                    "Formeln sind MathML.",
                ],
                page_numbers: "Die Seitenzahlen sind die der Druckausgabe.",
                print_edition: "Druckausgabe",
                months: [
                    "Januar",
                    "Februar",
                    "März",
                    "April",
                    "Mai",
                    "Juni",
                    "Juli",
                    "August",
                    "September",
                    "Oktober",
                    "November",
                    "Dezember",
                ],
                ordinals: [".", "."],
            },
            "fr" => Self {
                chapter: "Chapitre",
                part: "Partie",
                section: "Section",
                figure: "Figure",
                listing: "Listing",
                table: "Tableau",
                contents: "Table des matières",
                cover: "Couverture",
                title_page: "Page de titre",
                copyright: "Mentions légales",
                notes: "Notes",
                bibliography: "Bibliographie",
                index: "Index",
                glossary: "Glossaire",
                figures: "Figures",
                tables: "Tableaux",
                listings: "Listings",
                dedication: "Dédicace",
                epigraph: "Épigraphe",
                printed: "imprimé",
                set_in: "Composé en",
                and: "et",
                sample: "Extrait",
                whole_book: "Le livre entier",
                in_sample: "dans cet extrait",
                partly: "en partie dans cet extrait",
                see: "voir",
                see_also: "voir aussi",
                continued: "(suite)",
                symbols: "Signes et chiffres",
                output: "Sortie",
                page: "page",
                admonitions: ["Note", "Astuce", "Important", "Avertissement", "Attention"],
                back: "Retour au texte",
                done: "Fait",
                to_do: "À faire",
                accessibility: [
                    "Ce livre est du texte structuré, avec titres, table des matières et ordre de lecture.",
                    "Toutes les figures sont décrites.",
                    "Certaines figures ne sont pas décrites.",
                    "Les formules sont en MathML.",
                ],
                page_numbers: "Les numéros de page sont ceux de l’édition imprimée.",
                print_edition: "édition imprimée",
                months: [
                    "janvier",
                    "février",
                    "mars",
                    "avril",
                    "mai",
                    "juin",
                    "juillet",
                    "août",
                    "septembre",
                    "octobre",
                    "novembre",
                    "décembre",
                ],
                ordinals: ["er", ""],
            },
            _ => Self {
                chapter: "Chapter",
                part: "Part",
                section: "Section",
                figure: "Figure",
                listing: "Listing",
                table: "Table",
                contents: "Contents",
                cover: "Cover",
                title_page: "Title Page",
                copyright: "Copyright",
                notes: "Notes",
                bibliography: "References",
                index: "Index",
                glossary: "Glossary",
                figures: "Figures",
                tables: "Tables",
                listings: "Listings",
                dedication: "Dedication",
                epigraph: "Epigraph",
                printed: "print",
                set_in: "Set in",
                and: "and",
                sample: "Sample",
                whole_book: "The Whole Book",
                in_sample: "in this sample",
                partly: "partly in this sample",
                see: "see",
                see_also: "see also",
                continued: "(continued)",
                symbols: "Symbols and numbers",
                output: "Output",
                page: "page",
                admonitions: ["Note", "Tip", "Important", "Warning", "Caution"],
                back: "Back to text",
                done: "Done",
                to_do: "To do",
                accessibility: [
                    "The book is structured text with headings, a table of contents and a reading order.",
                    "All figures have descriptions.",
                    "Some figures have no description.",
                    "Formulas are MathML.",
                ],
                page_numbers: "Page numbers are those of the print edition.",
                print_edition: "print edition",
                months: [
                    "January",
                    "February",
                    "March",
                    "April",
                    "May",
                    "June",
                    "July",
                    "August",
                    "September",
                    "October",
                    "November",
                    "December",
                ],
                ordinals: ["", ""],
            },
        }
    }

    /// What a copyright page says of typefaces: `Set in Source Serif 4 and Source Sans 3.`
    pub fn typefaces(&self, families: &[&str]) -> String {
        let (last, before) = families.split_last().unwrap_or((&"", &[]));
        let names = match before {
            [] => (*last).to_owned(),
            _ => format!("{} {} {last}", before.join(", "), self.and),
        };
        format!("{} {names}.", self.set_in)
    }

    /// The title of a list behind the contents: `Figures`.
    pub fn list(&self, list: ListOf) -> &'static str {
        match list {
            ListOf::Figures => self.figures,
            ListOf::Tables => self.tables,
            ListOf::Listings => self.listings,
        }
    }

    /// The name of a kind of admonition: `Note`.
    pub fn admonition(&self, kind: AdmonitionKind) -> &'static str {
        let [note, tip, important, warning, caution] = self.admonitions;
        match kind {
            AdmonitionKind::Note => note,
            AdmonitionKind::Tip => tip,
            AdmonitionKind::Important => important,
            AdmonitionKind::Warning => warning,
            AdmonitionKind::Caution => caution,
        }
    }

    /// A day written `2026-11-22` in words: `22 November 2026`; what is no day as it is.
    pub fn date(&self, date: &str) -> String {
        use chrono::Datelike;
        let Ok(day) = chrono::NaiveDate::parse_from_str(date, "%Y-%m-%d") else {
            return date.to_owned();
        };
        let month = self.months.get(day.month0() as usize).copied().unwrap_or_default();
        let [first, others] = self.ordinals;
        let ordinal = if day.day() == 1 { first } else { others };
        format!("{}{ordinal} {month} {}", day.day(), day.year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chapters_are_chosen_by_number_range_and_name() {
        let selection = Selection::parse("1, 3-5,introduction").expect("a good selection");
        let has = |number, path| selection.has(number, path);
        assert!(has(Some("1"), "a.md") && has(Some("4"), "b.md") && has(None, "introduction.md"));
        assert!(!has(Some("2"), "c.md") && !has(None, "appendix.md"));
        assert!(Selection::parse("5-3").is_err() && Selection::parse("1,,2").is_err());
    }

    #[test]
    fn a_tag_may_be_written_in_capitals() {
        assert_eq!(Terms::of("DE"), Terms::of("de-CH"));
        assert_ne!(Terms::of("DE"), Terms::of("en"));
    }

    #[test]
    fn dates_are_written_in_the_books_language() {
        assert_eq!(Terms::of("en").date("2026-11-22"), "22 November 2026");
        assert_eq!(Terms::of("de").date("2026-03-01"), "1. März 2026");
        assert_eq!(Terms::of("fr").date("2026-08-01"), "1er août 2026");
        assert_eq!(Terms::of("en").date("soon"), "soon");
    }
}
