//! Source files in memory, and places in them.
//!
//! A [`Span`] is a file and a byte range; every node of the document tree carries one, so that a message from any later
//! stage can lead back to the line an author wrote. [`Sources`] turns a span into a line and a column.

use std::sync::OnceLock;

/// A file among [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u16);

/// A place in the source: a file and a range of bytes in it, `start..end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    /// The span of `range` in `file`. Offsets beyond 4 GiB are cut to the largest that fits; no file that large is read.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            file,
            start: narrow(range.start),
            end: narrow(range.end.max(range.start)),
        }
    }

    /// The range of bytes in the file's text.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// A span inside this one: `range` counts from this span's start.
    pub fn slice(self, range: std::ops::Range<usize>) -> Self {
        let start = self.start as usize;
        Self::new(self.file, start + range.start..start + range.end)
    }
}

/// A line and a column, both counted from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// One file's text, with the path that messages show.
#[derive(Debug, Clone)]
pub struct Source {
    path: String,
    text: String,
    lines: OnceLock<Vec<usize>>,
}

impl Source {
    /// The path as messages show it, with `/` between its parts.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The byte at which each line starts.
    fn lines(&self) -> &[usize] {
        self.lines.get_or_init(|| {
            let breaks = self.text.bytes().enumerate();
            std::iter::once(0)
                .chain(breaks.filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1))
                .collect()
        })
    }

    /// Where the byte at `offset` stands.
    pub fn position(&self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        let line = self.lines().partition_point(|start| *start <= offset);
        let start = self.lines().get(line.saturating_sub(1)).copied().unwrap_or(0);
        let before = self.text.as_bytes().get(start..offset).unwrap_or_default();
        // Every byte that does not continue a UTF-8 sequence begins a character.
        let column = before.iter().filter(|byte| (**byte as i8) >= -0x40).count() + 1;
        Position { line, column }
    }

    /// The text of a line, counted from 1, without its line break.
    pub fn line(&self, line: usize) -> &str {
        let index = line.saturating_sub(1);
        let start = self.lines().get(index).copied().unwrap_or(self.text.len());
        let end = self.lines().get(index + 1).copied().unwrap_or(self.text.len());
        let text = self.text.get(start..end).unwrap_or_default();
        text.trim_end_matches(['\n', '\r'])
    }
}

/// Every file that was read, in the order in which it was read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Keeps a file's text under the path that messages show.
    ///
    /// A book may have 65,535 files; the reader of the manuscript refuses more before it comes here.
    pub fn add(&mut self, path: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u16::try_from(self.files.len()).unwrap_or(u16::MAX));
        self.files.push(Source {
            path: path.into(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        id
    }

    /// The file with this id.
    ///
    /// # Panics
    /// If the id was made by other `Sources` that held more files.
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[usize::from(id.0)]
    }

    /// The text at a span; empty when the span does not fit the file.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.file).text().get(span.range()).unwrap_or_default()
    }

    /// Where a span starts.
    pub fn position(&self, span: Span) -> Position {
        self.get(span.file).position(span.start as usize)
    }

    /// All files with their ids, in the order in which they were read.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files
            .iter()
            .enumerate()
            .map(|(at, file)| (FileId(u16::try_from(at).unwrap_or(u16::MAX)), file))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let mut sources = Sources::default();
        let file = sources.add("a.md", "ab\nλ→c\n");
        let c = Span::new(file, 8..9);
        assert_eq!(sources.text(c), "c");
        assert_eq!(sources.position(c), Position { line: 2, column: 3 });
        assert_eq!(sources.get(file).line(2), "λ→c");
    }
}
