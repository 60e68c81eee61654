//! The names that files and ids may have, and the addresses that links may lead to.

use std::collections::BTreeSet;

/// An id as XML has it: a name without colons (Namespaces in XML 1.0, `NCName`). GitHub's slugs may begin with a digit.
pub(super) fn id(id: &str) -> String {
    let starts_well = id.chars().next().is_some_and(|first| first == '_' || first.is_alphabetic());
    let mut name = String::with_capacity(id.len() + 1);
    if !starts_well {
        name.push('_');
    }
    for character in id.chars() {
        if character.is_alphanumeric() && is_name_character(character) || matches!(character, '-' | '_' | '.') {
            name.push(character);
        } else {
            name.push('_');
        }
    }
    name
}

/// The letters of XML's `NameChar`, which are fewer than Unicode's.
fn is_name_character(character: char) -> bool {
    character.is_ascii()
        || matches!(character,
            '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}'
            | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}'
            | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

/// Whether a language tag has the form that XML's `xml:lang` takes (BCP 47, as XML Schema's `language` reads it).
pub(super) fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let first = parts.next().unwrap_or_default();
    (1..=8).contains(&first.len())
        && first.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Whether a language is written from right to left, by its script where the tag names one.
pub(super) fn is_right_to_left(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default().to_ascii_lowercase();
    match parts.next().filter(|script| script.len() == 4) {
        Some(script) => matches!(
            script.to_ascii_lowercase().as_str(),
            "arab" | "hebr" | "syrc" | "thaa" | "nkoo"
        ),
        None => matches!(
            language.as_str(),
            "ar" | "he" | "fa" | "ur" | "yi" | "ps" | "ckb" | "dv" | "ug" | "sd" | "nqo"
        ),
    }
}

/// A web or mail address that EPUB readers can follow, percent-encoded where it was not; `None` for any other scheme and
/// for what is no address (URL Standard, section 4.4).
pub(super) fn address(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" => {
            let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next().unwrap_or_default();
            let host = authority.rsplit('@').next().unwrap_or_default();
            is_host(host).then_some(())?;
        }
        "mailto" | "tel" | "doi" | "urn" | "ftp" => {
            (!rest.is_empty()).then_some(())?;
        }
        _ => return None,
    }
    let mut out = format!("{scheme}:");
    let bytes = rest.as_bytes();
    for (at, character) in rest.char_indices() {
        match character {
            '%' => {
                let encoded = bytes
                    .get(at + 1..at + 3)
                    .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
                out.push_str(if encoded { "%" } else { "%25" });
            }
            '"' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}' | '\0'..=' ' | '\u{7F}' => {
                out.push_str(&format!("%{:02X}", u32::from(character)));
            }
            _ => out.push(character),
        }
    }
    Some(out)
}

/// Whether a host, with its port, can be one.
fn is_host(host: &str) -> bool {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => match rest.split_once(']') {
            Some((inside, after)) => {
                let address = inside
                    .bytes()
                    .all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.'));
                if !address {
                    return false;
                }
                (inside, after.strip_prefix(':').unwrap_or(after))
            }
            None => return false,
        },
        None => host.split_once(':').unwrap_or((host, "")),
    };
    let port_fits = port.is_empty() || port.parse::<u16>().is_ok();
    let name_fits = name
        .chars()
        .all(|character| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | ':' | '~'));
    !name.is_empty() && !name.starts_with('.') && name_fits && port_fits
}

/// Names that do not clash, for files in the archive.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// A name made of `wish` in lower-case ASCII with an ending, with a number where it is taken: `cover-2.xhtml`.
    pub(super) fn take(&mut self, wish: &str, fallback: &str, extension: &str) -> String {
        let mut stem = String::with_capacity(wish.len());
        for character in wish.chars() {
            if character.is_ascii_alphanumeric() || character == '_' {
                stem.push(character.to_ascii_lowercase());
            } else if !stem.ends_with('-') {
                stem.push('-');
            }
        }
        let trimmed = stem.trim_matches('-');
        let stem = if trimmed.is_empty() { fallback } else { trimmed };
        let mut name = format!("{stem}.{extension}");
        let mut count = 1;
        while !self.taken.insert(name.clone()) {
            count += 1;
            name = format!("{stem}-{count}.{extension}");
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_xml_names() {
        assert_eq!(id("21-history"), "_21-history");
        assert_eq!(id("größe"), "größe");
        assert_eq!(id("a:b c"), "a_b_c");
    }

    #[test]
    fn addresses_that_readers_refuse_are_no_addresses() {
        assert_eq!(address("HTTPS://a.b/c d%2Fe%"), Some("https://a.b/c%20d%2Fe%25".to_owned()));
        for refused in [
            "javascript:alert(1)",
            "file:///etc",
            "https://",
            "http://a b/",
            "http://[x",
            "x",
        ] {
            assert_eq!(address(refused), None, "{refused}");
        }
    }

    #[test]
    fn file_names_do_not_clash() {
        let mut names = Names::default();
        assert_eq!(names.take("02 Größe", "chapter", "xhtml"), "02-gr-e.xhtml");
        assert_eq!(names.take("02-GR-e", "chapter", "xhtml"), "02-gr-e-2.xhtml");
        assert_eq!(names.take("λ", "chapter", "xhtml"), "chapter.xhtml");
    }
}
