//! Errors: what an author cannot mend, such as a full disk or a fault in a library. What an author can mend is a
//! [`Diagnostic`](crate::diag::Diagnostic).

use std::error::Error as StdError;
use std::fmt;

/// What was being done, and why it failed.
#[derive(Debug)]
pub struct Error {
    doing: String,
    cause: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error without a deeper cause: `"the archive has no content.opf"`.
    pub fn new(doing: impl Into<String>) -> Self {
        Self {
            doing: doing.into(),
            cause: None,
        }
    }

    /// An error with its cause: what was being done, such as `"writing dist/book.epub"`.
    pub fn caused(doing: impl Into<String>, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self {
            doing: doing.into(),
            cause: Some(cause.into()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Some(cause) => write!(formatter, "{}: {cause}", self.doing),
            None => formatter.write_str(&self.doing),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
