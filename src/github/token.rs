//! The token: a secret that is sent to GitHub and shown nowhere.

/// A token. It has no `Debug` that shows it and no `Display`.
pub struct Token(String);

impl Token {
    /// A token as GitHub gave it; `None` where it is empty, or holds what no token does.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        plain.then(|| Self(text.to_owned()))
    }

    /// The header that carries it (RFC 6750, section 2.1).
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.0)
    }

    /// A text in which the token does not stand, whoever put it there.
    pub(super) fn hide(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Token(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_never_shown() {
        let token = Token::new(" ghp_secret\n").expect("a token");
        assert_eq!(format!("{token:?}"), "Token(***)");
        assert_eq!(token.hide("denied: ghp_secret is old"), "denied: *** is old");
        assert!(Token::new(" ").is_none() && Token::new("a b").is_none());
    }
}
