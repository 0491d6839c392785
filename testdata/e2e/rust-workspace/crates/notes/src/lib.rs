//! Notes that are read from a folder.

use std::{fs, io, path::Path};

/// The first line of every note in the folder, in the order of their names.
pub fn titles(folder: &Path) -> io::Result<Vec<String>> {
    let mut files: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    files.sort_by_key(|f| f.file_name());
    files
        .iter()
        .map(|f| Ok(fs::read_to_string(f.path())?.lines().next().unwrap_or_default().to_string()))
        .collect()
}
