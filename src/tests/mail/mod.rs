//! Mails as they really come: every file of a collection of hard ones, and whatever chance makes of them. Without a database, and
//! without a server.

mod damaged;
mod files;
mod head;
mod round_trip;

use std::{fs, io, path::PathBuf};

/// The files of the collection by name, in order.
fn all() -> io::Result<Vec<(String, Vec<u8>)>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/tests/mail");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            let name = path.file_stem().unwrap_or_default();
            files.push((name.to_string_lossy().into_owned(), fs::read(&path)?));
        }
    }
    files.sort();
    Ok(files)
}
