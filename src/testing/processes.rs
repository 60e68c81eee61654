//! The processes that a listing has started, where the system lists them (Linux, in `/proc`).
//!
//! A listing runs in a process group of its own, which is killed as a whole. What this cannot do is done here: to see that
//! a group grows without end, and to find what has left the group (`setsid`), by the listing's folder, which it has as its
//! home or as its working directory. Elsewhere nothing is found, and the group is all that is killed.

/// How many processes a listing may have at once.
pub(super) const MOST: usize = 256;

#[cfg(target_os = "linux")]
mod linux {
    use rustix::process::{Pid, Signal, kill_process};
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::MetadataExt as _;
    use std::path::{Path, PathBuf};

    /// The folders of all processes with their numbers.
    fn all() -> impl Iterator<Item = (i32, PathBuf)> {
        let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
    }

    /// How many processes and threads the whole system has: cheap to know, unlike those of a group.
    pub(crate) fn total() -> usize {
        // `load load load running/all last`
        let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        let all = text.split(' ').nth(3).and_then(|field| field.split_once('/'));
        all.and_then(|(_, all)| all.parse().ok()).unwrap_or(0)
    }

    /// How many processes a group has.
    pub(crate) fn count(group: u32) -> usize {
        let group = group.to_string();
        // `number (name) state parent group ...`; the name may hold anything.
        let is_member = |folder: &Path| {
            let stat = std::fs::read_to_string(folder.join("stat")).unwrap_or_default();
            let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
            fields.split_ascii_whitespace().nth(2) == Some(&group)
        };
        all().filter(|(_, folder)| is_member(folder)).count()
    }

    /// How many threads the user has now, which is what the system's limit counts.
    pub(crate) fn threads_of_user() -> Option<usize> {
        let user = std::fs::metadata("/proc/self").ok()?.uid();
        let own = |folder: &Path| std::fs::metadata(folder).is_ok_and(|data| data.uid() == user);
        let threads = |folder: PathBuf| std::fs::read_dir(folder.join("task")).map_or(0, Iterator::count);
        Some(
            all()
                .filter(|(_, folder)| own(folder))
                .map(|(_, folder)| threads(folder))
                .sum(),
        )
    }

    /// Kills every process that lives in a listing's folder. Those may start others meanwhile, so it looks again until it
    /// finds none.
    pub(crate) fn sweep(home: &Path) {
        let own = std::process::id();
        for _ in 0..100 {
            let mut found = false;
            for (number, folder) in all() {
                if u32::try_from(number) != Ok(own) && lives_in(&folder, home) {
                    // It may have ended by itself meanwhile.
                    let _ = Pid::from_raw(number).map(|process| kill_process(process, Signal::KILL));
                    found = true;
                }
            }
            if !found {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    }

    fn lives_in(process: &Path, home: &Path) -> bool {
        if std::fs::read_link(process.join("cwd")).is_ok_and(|folder| folder.starts_with(home)) {
            return true;
        }
        let variables = std::fs::read(process.join("environ")).unwrap_or_default();
        let mut variables = variables.split(|byte| *byte == 0);
        variables.any(|variable| variable.strip_prefix(b"HOME=") == Some(home.as_os_str().as_bytes()))
    }
}

#[cfg(target_os = "linux")]
pub(super) use linux::{count, sweep, threads_of_user, total};

#[cfg(not(target_os = "linux"))]
pub(super) fn total() -> usize {
    0
}

#[cfg(not(target_os = "linux"))]
pub(super) fn count(_: u32) -> usize {
    0
}

#[cfg(not(target_os = "linux"))]
pub(super) fn threads_of_user() -> Option<usize> {
    None
}

#[cfg(not(target_os = "linux"))]
pub(super) fn sweep(_: &std::path::Path) {}
