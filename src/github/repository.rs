//! Which repository a folder belongs to, and at which commit it is, as Git keeps it (gitrepository-layout).

use std::path::{Path, PathBuf};

/// `owner/name` of the remote called `origin`, if that is a repository of the host.
pub fn of_remote(folder: &Path, host: &str) -> Option<String> {
    let config = std::fs::read_to_string(common(&git_folder(folder)?).join("config")).ok()?;
    let mut within = false;
    for line in config.lines().map(str::trim) {
        if line.starts_with('[') {
            within = line.replace(' ', "") == "[remote\"origin\"]";
        } else if let Some((key, address)) = line.split_once('=').filter(|(key, _)| within && key.trim() == "url") {
            debug_assert_eq!(key.trim(), "url");
            return of_address(address.trim(), host);
        }
    }
    None
}

/// `owner/name` of an address: `git@github.com:a/b.git`, `https://github.com/a/b`, `ssh://git@github.com/a/b.git`.
fn of_address(address: &str, host: &str) -> Option<String> {
    let rest = match address.split_once("://") {
        Some((_, rest)) => {
            let (place, path) = rest.split_once('/')?;
            let name = place.rsplit_once('@').map_or(place, |(_, name)| name);
            (name.split(':').next() == Some(host)).then_some(path)?
        }
        None => {
            let (place, path) = address.split_once(':')?;
            (place.rsplit_once('@').map_or(place, |(_, name)| name) == host).then_some(path)?
        }
    };
    let path = rest.trim_matches('/');
    parse(path.strip_suffix(".git").unwrap_or(path))
}

/// `owner/name`, if a text is that.
pub fn parse(text: &str) -> Option<String> {
    let (owner, name) = text.split_once('/')?;
    let good = |part: &str| {
        let letters = part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        !part.is_empty() && letters && part != "." && part != ".."
    };
    (good(owner) && good(name)).then(|| text.to_owned())
}

/// The commit that is checked out, in hexadecimal digits.
pub fn commit(folder: &Path) -> Option<String> {
    let git = git_folder(folder)?;
    let head = std::fs::read_to_string(git.join("HEAD")).ok()?;
    let head = head.trim();
    let Some(name) = head.strip_prefix("ref: ") else {
        return is_hash(head).then(|| head.to_owned());
    };
    let common = common(&git);
    if let Ok(hash) = std::fs::read_to_string(common.join(name)) {
        return Some(hash.trim().to_owned()).filter(|hash| is_hash(hash));
    }
    let packed = std::fs::read_to_string(common.join("packed-refs")).ok()?;
    packed.lines().find_map(|line| {
        let (hash, of) = line.split_once(' ')?;
        (of == name && is_hash(hash)).then(|| hash.to_owned())
    })
}

fn is_hash(text: &str) -> bool {
    [40, 64].contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The folder in which Git keeps a checkout's state: `.git` of the folder or of one above it, or where a file of that name leads.
fn git_folder(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    folder.ancestors().find_map(|above| {
        let git = above.join(".git");
        if git.is_dir() {
            return Some(git);
        }
        let text = std::fs::read_to_string(&git).ok()?;
        Some(above.join(text.strip_prefix("gitdir:")?.trim()))
    })
}

/// The folder that all checkouts of a repository share.
fn common(git: &Path) -> PathBuf {
    match std::fs::read_to_string(git.join("commondir")) {
        Ok(common) => git.join(common.trim()),
        Err(_) => git.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_host_name_a_repository_and_others_do_not() {
        for address in [
            "git@github.com:ada/book.git",
            "https://github.com/ada/book",
            "https://x:y@github.com/ada/book.git",
            "ssh://git@github.com:22/ada/book.git",
        ] {
            assert_eq!(of_address(address, "github.com").as_deref(), Some("ada/book"), "{address}");
        }
        for address in [
            "git@example.com:ada/book.git",
            "../book",
            "https://github.com/ada",
            "https://github.com/ada/b/c",
        ] {
            assert_eq!(of_address(address, "github.com"), None, "{address}");
        }
        assert_eq!(parse("a/.."), None);
    }

    #[test]
    fn the_commit_is_that_of_the_branch_wherever_git_keeps_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let git = folder.path().join(".git");
        std::fs::create_dir_all(git.join("refs/heads")).expect("folders");
        let hash = "0123456789abcdef0123456789abcdef01234567";
        std::fs::write(git.join("HEAD"), "ref: refs/heads/main\n").expect("a file");
        assert_eq!(commit(folder.path()), None);
        std::fs::write(git.join("packed-refs"), format!("# pack-refs\n{hash} refs/heads/main\n")).expect("a file");
        assert_eq!(commit(folder.path()).as_deref(), Some(hash));
        std::fs::write(git.join("HEAD"), hash).expect("a file");
        std::fs::create_dir(folder.path().join("manuscript")).expect("a folder");
        assert_eq!(commit(&folder.path().join("manuscript")).as_deref(), Some(hash));
    }
}
