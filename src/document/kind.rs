//! What a chapter is, as its file's name tells: an introduction, an appendix, or a chapter like the others.

/// What a chapter is. All but [`ChapterKind::Chapter`] stand outside of the numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChapterKind {
    /// Any other name: `02-execution-model.md`
    Chapter,
    /// `dedication.md`
    Dedication,
    /// `epigraph.md`
    Epigraph,
    /// `preface.md`
    Preface,
    /// `foreword.md`
    Foreword,
    /// `prologue.md`
    Prologue,
    /// `00-introduction.md`
    Introduction,
    /// `conclusion.md`, `summary.md`
    Conclusion,
    /// `epilogue.md`
    Epilogue,
    /// `afterword.md`
    Afterword,
    /// `acknowledgements.md`
    Acknowledgements,
    /// `appendix-a.md`
    Appendix,
    /// `glossary.md`
    Glossary,
    /// `bibliography.md`, `references.md`
    Bibliography,
    /// The chapter that is made for the index.
    Index,
    /// `colophon.md`
    Colophon,
    /// The last page of a sample.
    Sample,
    /// Pages that have no number and no name of their own among a book's parts: `about.md`, `README.md`
    Other,
}

/// The names of files, without numbers before them.
const NAMES: &[(&str, ChapterKind)] = &[
    ("dedication", ChapterKind::Dedication),
    ("epigraph", ChapterKind::Epigraph),
    ("preface", ChapterKind::Preface),
    ("foreword", ChapterKind::Foreword),
    ("prologue", ChapterKind::Prologue),
    ("introduction", ChapterKind::Introduction),
    ("conclusion", ChapterKind::Conclusion),
    ("summary", ChapterKind::Conclusion),
    ("epilogue", ChapterKind::Epilogue),
    ("afterword", ChapterKind::Afterword),
    ("acknowledgements", ChapterKind::Acknowledgements),
    ("acknowledgments", ChapterKind::Acknowledgements),
    ("glossary", ChapterKind::Glossary),
    ("bibliography", ChapterKind::Bibliography),
    ("references", ChapterKind::Bibliography),
    ("colophon", ChapterKind::Colophon),
    ("about", ChapterKind::Other),
    ("index", ChapterKind::Other),
    ("readme", ChapterKind::Other),
    ("title-page", ChapterKind::Other),
];

/// The three matters of a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// What stands before the body; its pages have roman numbers.
    Front,
    /// What the book is about.
    Body,
    /// What stands behind the body.
    Back,
}

impl ChapterKind {
    /// The kind with a name, as the front matter of a file gives it: `kind: preface`.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        match name.as_str() {
            "chapter" => Some(Self::Chapter),
            "appendix" => Some(Self::Appendix),
            _ => {
                let known = NAMES.iter().find(|(known, kind)| *known == name && *kind != Self::Other);
                known.map(|(_, kind)| *kind)
            }
        }
    }

    /// The names that a front matter may give.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let known = NAMES.iter().filter(|(_, kind)| *kind != Self::Other).map(|(name, _)| *name);
        ["chapter", "appendix"].into_iter().chain(known)
    }

    /// Where chapters of the kind stand.
    pub fn matter(self) -> Matter {
        match self {
            Self::Dedication | Self::Epigraph | Self::Preface | Self::Foreword => Matter::Front,
            Self::Chapter
            | Self::Prologue
            | Self::Introduction
            | Self::Conclusion
            | Self::Epilogue
            | Self::Afterword
            | Self::Other => Matter::Body,
            Self::Acknowledgements
            | Self::Appendix
            | Self::Glossary
            | Self::Bibliography
            | Self::Index
            | Self::Colophon
            | Self::Sample => Matter::Back,
        }
    }

    /// The place that a chapter of the kind takes before or behind all others, whatever its file is called: negative before
    /// them, positive behind them, zero for those that stand where their author puts them.
    pub fn rank(self) -> i8 {
        match self {
            Self::Dedication => -4,
            Self::Epigraph => -3,
            Self::Foreword => -2,
            Self::Preface => -1,
            Self::Glossary => 1,
            Self::Bibliography => 2,
            Self::Index => 3,
            Self::Colophon => 4,
            Self::Sample => 5,
            Self::Chapter
            | Self::Prologue
            | Self::Introduction
            | Self::Conclusion
            | Self::Epilogue
            | Self::Afterword
            | Self::Acknowledgements
            | Self::Appendix
            | Self::Other => 0,
        }
    }

    /// Whether it is a page that shows no title and that no contents list: a dedication or an epigraph.
    pub fn is_untitled(self) -> bool {
        matches!(self, Self::Dedication | Self::Epigraph)
    }

    /// The kind that a file's name tells. The whole name counts, so that `summary-statistics.md` is a chapter; only of
    /// appendices there are several, and they may be called `appendix-a.md`.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let name = name.strip_suffix(".md").unwrap_or(&name);
        let stem = name.trim_start_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '_' | '.' | ' '));
        if stem.starts_with("appendix") {
            return Self::Appendix;
        }
        let known = NAMES.iter().find(|(name, _)| *name == stem);
        known.map_or(Self::Chapter, |(_, kind)| *kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_files_whole_name_tells_what_it_is() {
        for (path, kind) in [
            ("prologue.md", ChapterKind::Prologue),
            ("text/00-Introduction.md", ChapterKind::Introduction),
            ("99 appendix-b.md", ChapterKind::Appendix),
            ("README.md", ChapterKind::Other),
            ("summary-statistics.md", ChapterKind::Chapter),
            ("preface/01-first.md", ChapterKind::Chapter),
            ("2-introduction-to-sets.md", ChapterKind::Chapter),
        ] {
            assert_eq!(ChapterKind::of(path), kind, "{path}");
        }
    }
}
