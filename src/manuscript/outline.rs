//! outline.md: the contract.
