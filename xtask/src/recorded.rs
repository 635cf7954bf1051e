//! The records on disk, as insta stores them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Failure;

/// A folder of records.
pub(crate) struct Records {
    folder: PathBuf,
}

impl Records {
    /// The folder must be there; that nothing is recorded in it is no failure.
    pub(crate) fn open(folder: &Path) -> Result<Self, Failure> {
        fs::read_dir(folder).map_err(Failure::path("read", folder))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// What is recorded under `name`: the figure beside insta's file, or the text below its header; `None` if nothing is.
    ///
    /// A record that cannot be read is no record of anything, and says so as its text.
    pub(crate) fn read(&self, name: &str) -> Option<String> {
        let header = self.file(format!("{name}.snap"))?;
        if header.contains("\nextension: svg\n") {
            return self.file(format!("{name}.snap.svg"));
        }
        let damaged = || format!("a damaged record: {}", header.lines().next().unwrap_or_default());
        Some(below_header(&header).map_or_else(damaged, str::to_owned))
    }

    /// Copies the files of the result `name` into another folder, as `change` makes them.
    pub(crate) fn copy(
        &self,
        to: &Path,
        name: &str,
        change: impl Fn(String) -> String,
    ) -> Result<(), Failure> {
        for entry in fs::read_dir(&self.folder).map_err(Failure::path("read", &self.folder))?.flatten() {
            let file = entry.file_name().to_string_lossy().into_owned();
            if let Some(text) = file.starts_with(name).then(|| self.file(file.clone())).flatten() {
                let path = to.join(file);
                fs::write(&path, change(text)).map_err(Failure::path("write", &path))?;
            }
        }
        Ok(())
    }

    fn file(&self, name: String) -> Option<String> {
        match fs::read_to_string(self.folder.join(&name)) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => Some(format!("{name} cannot be read: {error}")),
        }
    }
}

/// insta's file is a header between two lines of three dashes, then the text.
fn below_header(snapshot: &str) -> Option<&str> {
    let header_and_text = snapshot.strip_prefix("---")?;
    let (_, text) = header_and_text.split_once("\n---")?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::below_header;

    #[test]
    fn text_is_what_follows_the_header() {
        let snapshot = "---\nsource: a.rs\n---\nfirst\n\nlast\n";
        assert_eq!(below_header(snapshot).map(str::trim), Some("first\n\nlast"));
        assert_eq!(below_header("first\nlast\n"), None);
    }
}
