//! The edition: all that a backend receives, with nothing left open.

use crate::assets::Assets;
use crate::document::Document;
use crate::manuscript::Settings;
use crate::source::Sources;
use crate::theme::Theme;

/// A book in which everything is settled: numbered, resolved, drawn, highlighted.
#[derive(Debug)]
pub struct Edition {
    /// What book.toml says.
    pub settings: Settings,
    /// The look.
    pub theme: Theme,
    /// The words that the compiler writes itself, in the book's language.
    pub terms: Terms,
    /// The text.
    pub document: Document,
    /// Fonts, styles, pictures.
    pub assets: Assets,
    /// The files it was read from, for messages.
    pub sources: Sources,
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
    /// `Output`
    pub output: &'static str,
    /// `page`, as in "Figure 2.3 (page 17)"
    pub page: &'static str,
    /// The names of the five admonitions: note, tip, important, warning, caution.
    pub admonitions: [&'static str; 5],
    /// `Back to text`
    pub back: &'static str,
}

impl Terms {
    /// The terms of a language, by the first part of its BCP 47 tag; English where a language is not known.
    pub fn of(language: &str) -> Self {
        match language.split('-').next().unwrap_or_default() {
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
                output: "Ausgabe",
                page: "Seite",
                admonitions: ["Hinweis", "Tipp", "Wichtig", "Warnung", "Vorsicht"],
                back: "Zurück zum Text",
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
                output: "Sortie",
                page: "page",
                admonitions: ["Note", "Astuce", "Important", "Avertissement", "Attention"],
                back: "Retour au texte",
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
                output: "Output",
                page: "page",
                admonitions: ["Note", "Tip", "Important", "Warning", "Caution"],
                back: "Back to text",
            },
        }
    }
}
