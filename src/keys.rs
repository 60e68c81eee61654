//! TOML read strictly: what is not known is an error with the nearest known key as hint.
//!
//! Shared by book.toml and theme.toml. Nothing here knows which keys there are; the callers name them.

use crate::diag::{Diagnostics, codes, nearest};
use crate::source::{FileId, Sources, Span};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Parses a file; on a fault of syntax reports it and gives `None`.
pub(crate) fn parse<'a>(sources: &'a Sources, file: FileId, diagnostics: &mut Diagnostics) -> Option<Spanned<DeTable<'a>>> {
    match DeTable::parse(sources.get(file).text()) {
        Ok(table) => Some(table),
        Err(error) => {
            let span = Span::new(file, error.span().unwrap_or(0..0));
            diagnostics.report(
                &codes::SETTINGS_SYNTAX,
                span,
                error.message().lines().collect::<Vec<_>>().join(", "),
            );
            None
        }
    }
}

/// A table of a TOML file, with the name that messages give it: `[book]`.
pub(crate) struct Table<'t, 'a> {
    file: FileId,
    name: String,
    table: &'t DeTable<'a>,
    /// The table's place.
    pub(crate) span: Span,
}

impl<'t, 'a> Table<'t, 'a> {
    /// The whole file as a table.
    pub(crate) fn root(file: FileId, table: &'t Spanned<DeTable<'a>>) -> Self {
        Self {
            file,
            name: "the file".to_owned(),
            table: table.get_ref(),
            span: Span::new(file, table.span()),
        }
    }

    /// Reports every key that is not among `known`.
    pub(crate) fn check(&self, known: &[&str], diagnostics: &mut Diagnostics) {
        for (key, value) in self.table {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            // Tables have no useful place of their own in a key; the header's does.
            let span = Span::new(self.file, if key.span().is_empty() { value.span() } else { key.span() });
            let diagnostic = diagnostics.report(&codes::UNKNOWN_KEY, span, format!("`{name}` is not a key of {}", self.name));
            match nearest(name, known.iter().copied()) {
                Some(near) => diagnostic.hint(format!("did you mean `{near}`?")),
                None => diagnostic.hint(format!("the keys of {} are {}", self.name, known.join(", "))),
            };
        }
    }

    /// The keys and values in order of name.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'t str, &'t DeValue<'a>, Span)> + use<'t, 'a> {
        let file = self.file;
        self.table
            .iter()
            .map(move |(key, value)| (key.get_ref().as_ref(), value.get_ref(), Span::new(file, value.span())))
    }

    /// The value of a key with its place.
    fn get(&self, key: &str) -> Option<(&'t DeValue<'a>, Span)> {
        let value = self.table.get(key)?;
        Some((value.get_ref(), Span::new(self.file, value.span())))
    }

    /// Whether the key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// Where the value of a key stands; the table's own place if it is absent.
    pub(crate) fn place(&self, key: &str) -> Span {
        self.get(key).map_or(self.span, |(_, span)| span)
    }

    /// A table inside this one.
    pub(crate) fn table(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<Table<'t, 'a>> {
        let (value, span) = self.get(key)?;
        let DeValue::Table(table) = value else {
            wrong_type(key, "a table", value, span, diagnostics);
            return None;
        };
        Some(Table {
            file: self.file,
            name: format!("[{key}]"),
            table,
            span,
        })
    }

    /// A string.
    pub(crate) fn string(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<String> {
        let (value, span) = self.get(key)?;
        as_string(key, value, span, diagnostics).filter(|text| !text.trim().is_empty())
    }

    /// A list of strings; a single string is a list of one.
    pub(crate) fn strings(&self, key: &str, diagnostics: &mut Diagnostics) -> Vec<String> {
        let Some((value, span)) = self.get(key) else {
            return Vec::new();
        };
        match value {
            DeValue::Array(array) => array
                .iter()
                .filter_map(|item| as_string(key, item.get_ref(), Span::new(self.file, item.span()), diagnostics))
                .filter(|text| !text.trim().is_empty())
                .collect(),
            other => as_string(key, other, span, diagnostics).into_iter().collect(),
        }
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<bool> {
        match self.get(key)? {
            (DeValue::Boolean(flag), _) => Some(*flag),
            (other, span) => {
                wrong_type(key, "`true` or `false`", other, span, diagnostics);
                None
            }
        }
    }

    /// A list of whole numbers from 0 to 65,535.
    pub(crate) fn numbers(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<Vec<usize>> {
        let (value, span) = self.get(key)?;
        let whole = |value: &DeValue<'_>| match value {
            DeValue::Integer(integer) => integer.as_str().parse::<u16>().ok().map(usize::from),
            _ => None,
        };
        let numbers = match value {
            DeValue::Array(array) => array.iter().map(|item| whole(item.get_ref())).collect(),
            _ => None,
        };
        if numbers.is_none() {
            wrong_type(key, "a list of whole numbers", value, span, diagnostics);
        }
        numbers
    }

    /// A number.
    pub(crate) fn number(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<f64> {
        let (value, span) = self.get(key)?;
        let number = match value {
            DeValue::Integer(integer) => integer.as_str().parse().ok(),
            DeValue::Float(float) => float.as_str().parse::<f64>().ok().filter(|number| number.is_finite()),
            _ => None,
        };
        if number.is_none() {
            wrong_type(key, "a number", value, span, diagnostics);
        }
        number
    }
}

/// The text of a value: a string, or a date written without quotes.
pub(crate) fn as_string(key: &str, value: &DeValue<'_>, span: Span, diagnostics: &mut Diagnostics) -> Option<String> {
    match value {
        DeValue::String(text) => {
            let is_bad = |character: char| character.is_control() && !matches!(character, '\n' | '\t');
            if text.contains(is_bad) {
                diagnostics.report(
                    &codes::CONTROL_CHARACTER,
                    span,
                    format!("a control character in `{key}` is left out"),
                );
            }
            Some(text.replace(is_bad, ""))
        }
        DeValue::Datetime(date) => Some(date.to_string()),
        other => {
            wrong_type(key, "a string", other, span, diagnostics);
            None
        }
    }
}

/// Says that a value has the wrong type.
pub(crate) fn wrong_type(key: &str, expected: &str, found: &DeValue<'_>, span: Span, diagnostics: &mut Diagnostics) {
    let found = match found.type_str() {
        "array" => "a list",
        "boolean" => "`true` or `false`",
        "table" => "a table",
        "string" => "a string",
        "datetime" => "a date",
        _ => "a number",
    };
    diagnostics.report(
        &codes::SETTINGS_SYNTAX,
        span,
        format!("`{key}` is {found}, and {expected} was expected"),
    );
}
