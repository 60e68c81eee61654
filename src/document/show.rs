//! The tree as JSON, for `publish tree` and for tests that compare it.
