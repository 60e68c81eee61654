//! Writing `dist/`: all files of a build or none.
//!
//! Every file is first written whole under a temporary name in the same folder, and only when all are there they are moved
//! into their places. An earlier output is replaced only by a complete new one, and a failed build leaves everything as it
//! was; only a crash between two of the moves could leave one new file beside an old one.

pub mod checkout;
pub mod difference;
pub mod manifest;

use crate::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Writes files into a folder, which is made if it is not there. Gives their paths in the same order.
pub fn write(folder: &Path, files: &[(String, &[u8])]) -> Result<Vec<PathBuf>, Error> {
    std::fs::create_dir_all(folder).map_err(|error| Error::caused(format!("making the folder {}", folder.display()), error))?;
    let mut staged = Vec::new();
    for (name, bytes) in files {
        let path = folder.join(name);
        if path.is_dir() {
            return Err(Error::new(format!(
                "writing {}: there is a folder of that name",
                path.display()
            )));
        }
        let writing = |error: std::io::Error| Error::caused(format!("writing {}", path.display()), error);
        let mut file = tempfile::Builder::new()
            .prefix(".publish-")
            .tempfile_in(folder)
            .map_err(writing)?;
        file.write_all(bytes)
            .and_then(|()| file.as_file().sync_all())
            .map_err(writing)?;
        allow_reading(file.as_file()).map_err(writing)?;
        staged.push((file, path));
    }
    let mut paths = Vec::new();
    for (file, path) in staged {
        file.persist(&path)
            .map_err(|error| Error::caused(format!("writing {}", path.display()), error.error))?;
        paths.push(path);
    }
    Ok(paths)
}

/// Puts whole new files in the places of others, or where there were none: all, or after a fault none. A file that was there
/// keeps its rights.
pub fn replace(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
    let mut staged = Vec::new();
    for (path, bytes) in files {
        let writing = |error: std::io::Error| Error::caused(format!("writing {}", path.display()), error);
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new()
            .prefix(".publish-")
            .tempfile_in(folder)
            .map_err(writing)?;
        file.write_all(bytes).map_err(writing)?;
        match std::fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                return Err(Error::new(format!(
                    "writing {}: there is a folder of that name",
                    path.display()
                )));
            }
            Ok(there) => file.as_file().set_permissions(there.permissions()).map_err(writing)?,
            Err(_) => allow_reading(file.as_file()).map_err(writing)?,
        }
        file.as_file().sync_all().map_err(writing)?;
        staged.push((file, path));
    }
    for (file, path) in staged {
        file.persist(path)
            .map_err(|error| Error::caused(format!("writing {}", path.display()), error.error))?;
    }
    Ok(())
}

/// Temporary files are for their owner alone; a book is for everyone.
#[cfg(unix)]
fn allow_reading(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn allow_reading(_: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_others_as_they_were() {
        let folder = tempfile::tempdir().expect("a folder for the test");
        std::fs::write(folder.path().join("a.epub"), "old").expect("an earlier output");
        std::fs::create_dir(folder.path().join("b.pdf")).expect("a folder in the way");
        let files: [(String, &[u8]); 2] = [("a.epub".to_owned(), b"new"), ("b.pdf".to_owned(), b"new")];
        assert!(write(folder.path(), &files).is_err());
        assert_eq!(
            std::fs::read(folder.path().join("a.epub")).expect("the earlier output"),
            b"old"
        );
        std::fs::remove_dir(folder.path().join("b.pdf")).expect("an empty folder");
        write(folder.path(), &files).expect("a folder that can be written");
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .expect("the folder")
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        names.sort();
        assert_eq!(names, ["a.epub", "b.pdf"]);
    }
}
