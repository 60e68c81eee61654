//! What a chapter is, as its file's name tells: an introduction, an appendix, or a chapter like the others.

/// What a chapter is. All but [`ChapterKind::Chapter`] stand outside of the numbering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChapterKind {
    /// Any other name: `02-execution-model.md`
    Chapter,
    /// `dedication.md`
    Dedication,
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
    /// Pages that have no number and no name of their own among a book's parts: `about.md`, `README.md`
    Other,
}

/// The names of files, without numbers before them.
const NAMES: &[(&str, ChapterKind)] = &[
    ("dedication", ChapterKind::Dedication),
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
    ("about", ChapterKind::Other),
    ("index", ChapterKind::Other),
    ("readme", ChapterKind::Other),
    ("title-page", ChapterKind::Other),
];

impl ChapterKind {
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
