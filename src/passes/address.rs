//! Addresses outside of the book: which a link may have, and how they are written down.

#![cfg_attr(
    not(test),
    deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

use std::net::{Ipv4Addr, Ipv6Addr};

/// What the target of a link is at first sight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// A web or mail address, written as the URL Standard's valid URL string (section 4.3) and in ASCII but for the host.
    Outside(String),
    /// An address that no reader could follow, with the reason as a clause.
    Refused(String),
    /// Not an address: a path in the manuscript.
    Path,
}

/// Looks at the target of a link as typed.
pub(super) fn read(text: &str) -> Address {
    if let Some(rest) = text.strip_prefix("//") {
        return with_host("https", rest);
    }
    let Some((scheme, rest)) = split_scheme(text) else {
        return Address::Path;
    };
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "http" | "https" | "ftp" => match rest.strip_prefix("//") {
            Some(rest) => with_host(&scheme, rest),
            None => Address::Refused(format!("`{scheme}:` has to be followed by `//` and the name of a host")),
        },
        "mailto" | "tel" if rest.trim().is_empty() => Address::Refused(format!("nothing follows `{scheme}:`")),
        "mailto" | "tel" => Address::Outside(format!("{scheme}:{}", encode(rest.trim()))),
        _ if scheme.len() == 1 => Address::Refused("it is a path on one machine".to_owned()),
        _ => Address::Refused(format!("a book cannot follow `{scheme}:`")),
    }
}

/// Whether a text is an address outside of the book that readers can follow.
pub(crate) fn is_outside(text: &str) -> bool {
    matches!(read(text), Address::Outside(_))
}

/// `https` and what follows the colon, if text begins with a scheme (RFC 3986, section 3.1). A dot makes it a file's name.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let letters = |character: char| character.is_ascii_alphanumeric() || matches!(character, '+' | '-');
    let valid = scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.chars().all(letters);
    valid.then_some((scheme, rest))
}

fn with_host(scheme: &str, rest: &str) -> Address {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, host) = match authority.rsplit_once('@') {
        Some((user, host)) => (format!("{}@", encode(user)), host),
        None => (String::new(), authority),
    };
    match check_host(host) {
        Ok(()) => Address::Outside(format!("{scheme}://{user}{host}{}", encode(path))),
        Err(reason) => Address::Refused(reason),
    }
}

/// Whether a host, with a port or without, is one (URL Standard, section 3.4, valid host string).
fn check_host(text: &str) -> Result<(), String> {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or("the bracket in the host is not closed")?;
            address
                .parse::<Ipv6Addr>()
                .map_err(|_| format!("`[{address}]` is not an IPv6 address"))?;
            (None, port.strip_prefix(':').unwrap_or(port))
        }
        None => match text.rsplit_once(':') {
            Some((host, port)) => (Some(host), port),
            None => (Some(text), ""),
        },
    };
    if !port.is_empty() && port.parse::<u16>().is_err() {
        return Err(format!("`{port}` is not a port"));
    }
    host.map_or(Ok(()), check_name)
}

fn check_name(host: &str) -> Result<(), String> {
    if host.is_empty() {
        return Err("it names no host".to_owned());
    }
    let allowed = |character: char| character.is_alphanumeric() || matches!(character, '.' | '-' | '_' | '~');
    if let Some(character) = host.chars().find(|character| !allowed(*character)) {
        return Err(format!("the host cannot have the character `{character}`"));
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    if name.split('.').any(str::is_empty) {
        return Err(format!("`{host}` has a dot too many"));
    }
    // RFC 1035, section 2.3.4.
    if let Some(label) = name.split('.').find(|label| label.len() > 63) {
        return Err(format!(
            "`{label}` is longer than the 63 characters that a part of a host may have"
        ));
    }
    // A host that ends in a number is read as an IPv4 address, or not at all (URL Standard, "ends in a number").
    let last = name.rsplit('.').next().unwrap_or_default();
    if last.bytes().all(|byte| byte.is_ascii_digit()) && name.parse::<Ipv4Addr>().is_err() {
        return Err(format!("`{host}` is not an IPv4 address"));
    }
    Ok(())
}

/// Percent-encodes what may not stand in a URL. An encoding that is there already stays, and so does the first `#`.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut fragment = false;
    for (at, byte) in text.bytes().enumerate() {
        let keep = match byte {
            b'%' => text
                .as_bytes()
                .get(at + 1..at + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
            b'#' => !std::mem::replace(&mut fragment, true),
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b'-' | b'.' => true,
            b'/' | b':' | b';' | b'=' | b'?' | b'@' | b'_' | b'~' => true,
            _ => byte.is_ascii_alphanumeric(),
        };
        if keep {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// Undoes percent-encoding; what is not UTF-8 afterwards stays as it was.
pub(crate) fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .filter(|digits| *first == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let value = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(value.unwrap_or(*first));
        rest = match value {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_written_as_valid_urls() {
        let cases = [
            ("https://a.org/a b?q=[1]#x#y", "https://a.org/a%20b?q=%5B1%5D#x%23y"),
            ("HTTPS://a.org/100%/%20ü", "https://a.org/100%25/%20%C3%BC"),
            ("//a.org:8000", "https://a.org:8000"),
            ("http://[::1]:80/", "http://[::1]:80/"),
            ("http://127.0.0.1:8888/lab", "http://127.0.0.1:8888/lab"),
            ("mailto:a@b.org?subject=Hi there", "mailto:a@b.org?subject=Hi%20there"),
        ];
        for (typed, written) in cases {
            assert_eq!(read(typed), Address::Outside(written.to_owned()));
        }
    }

    #[test]
    fn what_nobody_can_follow_is_refused() {
        for typed in [
            "http://",
            "http:/a.org",
            "https://<host>/",
            "https://a b.org",
            "http://a..b",
            "http://1.2.3",
            "http://a:99999",
            "javascript:alert(1)",
            "data:text/html,x",
            "C:\\a.md",
            "mailto:",
            "http://[::1/",
        ] {
            assert!(matches!(read(typed), Address::Refused(_)), "{typed}");
        }
        assert_eq!(read("a.md#b:c"), Address::Path);
        assert_eq!(decode("a%20b%ZZ%C3%BC%"), "a b%ZZü%");
    }
}
