//! Versions: the conditions of `versions=">=3.12,<4"`, and the version that a runner says it is.

use std::cmp::Ordering;
use std::fmt;

/// A version: `3.12.1` as its numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(Vec<u64>);

impl Version {
    /// The first version that a text names: that of `Python 3.14.0rc1` is `3.14.0`, that of `v22.1.0` is `22.1.0`.
    pub(super) fn find(text: &str) -> Option<Self> {
        let start = text.find(|letter: char| letter.is_ascii_digit())?;
        let rest = text.get(start..).unwrap_or_default();
        let end = rest
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(rest.len());
        Self::parse(rest.get(..end).unwrap_or_default().trim_end_matches('.'))
    }

    /// Numbers with dots between them, and nothing else.
    fn parse(text: &str) -> Option<Self> {
        let number = |part: &str| {
            part.parse::<u64>()
                .ok()
                .filter(|_| part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        text.split('.').map(number).collect::<Option<Vec<u64>>>().map(Self)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.0.iter().map(u64::to_string).collect();
        formatter.write_str(&parts.join("."))
    }
}

/// One condition: `>=3.12`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Condition {
    relation: Relation,
    version: Version,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    AtLeast,
    AtMost,
    Equal,
    Unequal,
    Above,
    Below,
}

/// The relations by their signs; longer signs come first, so that `>=` is not read as `>`.
const RELATIONS: [(&str, Relation); 6] = [
    (">=", Relation::AtLeast),
    ("<=", Relation::AtMost),
    ("==", Relation::Equal),
    ("!=", Relation::Unequal),
    (">", Relation::Above),
    ("<", Relation::Below),
];

impl Condition {
    /// Whether a version meets the condition. It is compared as far as the condition says: 3.12.7 is `==3.12`, `<=3.12`,
    /// and not `>3.12`.
    fn holds(&self, version: &Version) -> bool {
        let named = &self.version.0;
        let found = version.0.iter().copied().chain(std::iter::repeat(0)).take(named.len());
        let order = found.cmp(named.iter().copied());
        match self.relation {
            Relation::AtLeast => order != Ordering::Less,
            Relation::AtMost => order != Ordering::Greater,
            Relation::Equal => order == Ordering::Equal,
            Relation::Unequal => order != Ordering::Equal,
            Relation::Above => order == Ordering::Greater,
            Relation::Below => order == Ordering::Less,
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = RELATIONS.iter().find(|(_, relation)| *relation == self.relation);
        write!(
            formatter,
            "{}{}",
            sign.map(|(sign, _)| *sign).unwrap_or_default(),
            self.version
        )
    }
}

/// Reads conditions with commas between them; the error is the part that cannot be read.
pub(super) fn conditions(text: &str) -> Result<Vec<Condition>, String> {
    let condition = |part: &str| {
        let part = part.trim();
        RELATIONS
            .iter()
            .find_map(|(sign, relation)| {
                let version = Version::parse(part.strip_prefix(sign)?.trim())?;
                Some(Condition {
                    relation: *relation,
                    version,
                })
            })
            .ok_or_else(|| part.to_owned())
    };
    text.split(',').map(condition).collect()
}

/// Whether a version meets all conditions.
pub(super) fn all_hold(conditions: &[Condition], version: &Version) -> bool {
    conditions.iter().all(|condition| condition.holds(version))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, version: &str) -> bool {
        let version = Version::find(version).expect("a version");
        all_hold(&conditions(text).expect("conditions"), &version)
    }

    #[test]
    fn numbers_are_compared_as_numbers_and_as_far_as_the_condition_says() {
        for (text, version, expected) in [
            (">=3.12", "3.9.18", false),
            (">=3.12", "3.12.0", true),
            (">=3.12", "3", false),
            (">=3.12, <3.14", "3.13.1", true),
            (">=3.12,<3.14", "3.14.0", false),
            ("==3.12", "3.12.7", true),
            ("!=3.12", "3.12.7", false),
            ("<=3.12", "3.12.7", true),
            (">3.12", "3.12.7", false),
            (">3.12", "3.13", true),
            ("<3", "2.7.18", true),
            (">=3.12.0", "3.12", true),
        ] {
            assert_eq!(holds(text, version), expected, "{version} {text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_named() {
        for (text, bad) in [
            ("3.12", "3.12"),
            (">=3.12,", ""),
            (">=", ">="),
            (">=3.x", ">=3.x"),
            ("~=3.1", "~=3.1"),
            (">=+3", ">=+3"),
        ] {
            assert_eq!(conditions(text), Err(bad.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_version_is_found_in_what_programs_say_of_themselves() {
        for (text, expected) in [
            ("Python 3.11.7\n", Some("3.11.7")),
            ("3.14.0rc1", Some("3.14.0")),
            ("GNU bash, version 5.2.15(1)-release (x86_64)", Some("5.2.15")),
            ("v22.1.0", Some("22.1.0")),
            ("none at all", None),
            ("9999999999999999999999999", None),
        ] {
            assert_eq!(Version::find(text).map(|version| version.to_string()).as_deref(), expected);
        }
    }
}
