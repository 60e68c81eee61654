//! The notes of a release: the section of a changelog that is about its tag (<https://keepachangelog.com>, 1.1.0).

/// The section of a tag: the text below the heading that names it, with or without the `v`, up to the next heading of the
/// same level. `None` where there is none, or nothing in it.
pub fn section<'a>(changelog: &'a str, tag: &str) -> Option<&'a str> {
    let version = tag
        .strip_prefix('v')
        .filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()));
    let version = version.unwrap_or(tag);
    let mut offset = 0;
    let mut found: Option<(usize, usize)> = None;
    let mut fenced = false;
    for line in changelog.split_inclusive('\n') {
        let start = offset;
        offset += line.len();
        let line = line.trim_end();
        fenced ^= line.trim_start().starts_with("```");
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        if fenced || !(1..=6).contains(&level) {
            continue;
        }
        match found {
            Some((at, of)) if level <= of => return filled(changelog.get(at..start)?),
            Some(_) => {}
            None if names(line.get(level..).unwrap_or_default(), tag, version) => found = Some((offset, level)),
            None => {}
        }
    }
    found.and_then(|(at, _)| filled(changelog.get(at..)?))
}

/// Whether a heading is that of a version: `[1.2.0] - 2026-01-02`, `v1.2.0`, `Version 1.2.0`.
fn names(heading: &str, tag: &str, version: &str) -> bool {
    let words = heading.split(|letter: char| letter.is_whitespace() || matches!(letter, '[' | ']' | '(' | ')'));
    let mut words = words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("version"));
    words
        .next()
        .is_some_and(|first| first == tag || first == version || first.strip_prefix('v') == Some(version))
}

fn filled(text: &str) -> Option<&str> {
    let text = text.trim();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str = "# Changelog\n\n## [Unreleased]\n\nx\n\n## [1.2.0] - 2026-05-01\n\n### Added\n\n- Chapter 3.\n\n```text\n## [1.1.0]\n```\n\n## v1.1.0\n\n- Old.\n\n## 1.0.0\n";

    #[test]
    fn the_section_of_a_tag_is_found_with_or_without_its_letter() {
        for tag in ["v1.2.0", "1.2.0"] {
            let notes = section(CHANGELOG, tag).expect("a section");
            assert!(notes.starts_with("### Added") && notes.ends_with("```"), "{notes}");
        }
        assert_eq!(section(CHANGELOG, "1.1.0"), Some("- Old."));
        assert_eq!(section(CHANGELOG, "v1.0.0"), None);
        assert_eq!(section(CHANGELOG, "v1.2"), None);
    }
}
