//! In: finished bytes. Out: files, replaced in one step or left as they were.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use inkbind::backend::Entry;

use super::failure::{Failure, shown};
use super::input::Input;

/// Where one format's file goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file.
    File(PathBuf),
    /// Standard output.
    Stdout,
}

/// The name of outputs whose input has none.
const NAMELESS: &str = "book";

/// Where each format's file goes.
///
/// # Errors
/// One file for several formats, and an output that is the input itself.
pub(crate) fn places(
    input: &Input,
    out: Option<&Path>,
    formats: &[&'static Entry],
) -> Result<Vec<Place>, Failure> {
    let stem = input.stem.as_deref().unwrap_or(NAMELESS);
    let in_folder = |folder: &Path| -> Vec<Place> {
        formats.iter().map(|f| Place::File(folder.join(format!("{stem}{}", f.extension)))).collect()
    };
    let places = match out {
        None => in_folder(&input.folder),
        Some(out) if out.as_os_str() == "-" => match formats {
            [_] => vec![Place::Stdout],
            _ => return Err(several(out, formats)),
        },
        Some(out) if is_folder(out) => in_folder(out),
        Some(out) => match formats {
            [_] => vec![Place::File(out.to_owned())],
            _ if out.extension().is_some() => return Err(several(out, formats)),
            _ => in_folder(out),
        },
    };
    for place in &places {
        refuse_input(place, input)?;
    }
    Ok(places)
}

/// A folder that is there, a name that ends in a slash, or a name without an end.
fn is_folder(out: &Path) -> bool {
    let named = out.to_string_lossy().ends_with(std::path::is_separator);
    out.is_dir() || named || (out.extension().is_none() && !out.exists())
}

fn several(out: &Path, formats: &[&'static Entry]) -> Failure {
    let names: Vec<&str> = formats.iter().map(|f| f.name).collect();
    Failure::usage(format!(
        "{} formats ({}) do not go into one file, {}",
        names.len(),
        names.join(", "),
        shown(out)
    ))
    .help(format!("name a folder with -o, or one format with --to {}", names[0]))
}

fn refuse_input(place: &Place, input: &Input) -> Result<(), Failure> {
    let Place::File(path) = place else { return Ok(()) };
    let Ok(output) = path.canonicalize() else { return Ok(()) };
    if input.files.iter().any(|(file, _)| file.canonicalize().is_ok_and(|f| f == output)) {
        return Err(Failure::usage(format!("{} is the input itself", shown(path)))
            .help("name another file or folder with -o"));
    }
    Ok(())
}

/// Puts the bytes in their place.
///
/// A file is written beside its final name, synced and renamed, so that nobody ever sees half
/// of it, not even where the power fails: then the old file or the new one is there. Devices and pipes are written as
/// they are.
///
/// # Errors
/// What the file system says.
pub(crate) fn put(place: &Place, bytes: &[u8]) -> Result<(), Failure> {
    match place {
        Place::Stdout => {
            let mut out = io::stdout().lock();
            out.write_all(bytes)
                .and_then(|()| out.flush())
                .map_err(|e| Failure::io(Path::new("standard output"), "written", &e))
        }
        Place::File(path) => replace(path, bytes).map_err(|e| Failure::io(path, "written", &e)),
    }
}

/// Fills a file as [`put`] does, where its bytes come one after another.
///
/// # Errors
/// What the file system and `write` say.
pub(crate) fn fill(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    replace_by(path, |out| {
        let mut buffered = io::BufWriter::new(out);
        write(&mut buffered)?;
        buffered.flush()
    })
    .map_err(|e| Failure::io(path, "written", &e))
}

/// Moves a finished and synced file to its place.
///
/// # Errors
/// What the file system says.
pub(crate) fn adopt(part: &Path, path: &Path) -> Result<(), Failure> {
    let fail = |e: &io::Error| Failure::io(path, "written", e);
    let target = target(path).map_err(|e| fail(&e))?;
    let moved = match &target {
        Target::File { path, folder } => fs::rename(part, path).and_then(|()| sync_folder(folder)),
        Target::Device => Err(io::ErrorKind::CrossesDevices.into()),
    };
    match moved {
        // Another disk, or no file at all: the bytes are written there.
        Err(e) if e.kind() == io::ErrorKind::CrossesDevices => {
            let bytes = fs::read(part).map_err(|e| Failure::io(part, "read", &e))?;
            put(&Place::File(path.to_owned()), &bytes)?;
            fs::remove_file(part).map_err(|e| Failure::io(part, "removed", &e))
        }
        moved => moved.map_err(|e| fail(&e)),
    }
}

/// What stands, or can stand, at a path.
enum Target {
    /// A file, behind all links; its folder is there.
    File { path: PathBuf, folder: PathBuf },
    /// A device or pipe: it is written as it is.
    Device,
}

fn target(path: &Path) -> io::Result<Target> {
    let path = match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "a folder stands there"));
        }
        Ok(meta) if !meta.is_file() => return Ok(Target::Device),
        Ok(_) if path.is_symlink() => path.canonicalize()?,
        _ => path.to_owned(),
    };
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    if folder.exists() && !folder.is_dir() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "its folder is a file"));
    }
    fs::create_dir_all(&folder)?;
    Ok(Target::File { path, folder })
}

/// Sees to it that a file's name, too, outlives a power failure: for those who keep a record of what is done.
fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    let _ = folder;
    Ok(())
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_by(path, |out| out.write_all(bytes))
}

fn replace_by(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    let Target::File { path, folder } = target(path)? else { return write(&mut File::create(path)?) };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".inkbind-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // The mode that any new file gets: the system takes the umask off.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut part = builder.tempfile_in(&folder)?;
    write(part.as_file_mut())?;
    part.as_file().sync_all()?;
    part.persist(&path).map_err(|e| e.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_else_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/out.txt");
        put(&Place::File(path.clone()), b"one").unwrap();
        put(&Place::File(path.clone()), b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let failure = put(&Place::File(folder.path().to_owned()), b"x").unwrap_err();
        assert!(failure.what.contains("a folder stands there"), "{}", failure.what);
    }

    #[test]
    fn a_finished_part_moves_to_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let (part, path) = (folder.path().join("part"), folder.path().join("deep/er/out.txt"));
        fs::write(&part, b"whole").unwrap();
        adopt(&part, &path).unwrap();
        assert_eq!((fs::read(&path).unwrap().as_slice(), part.exists()), (b"whole".as_slice(), false));
        fs::write(&part, b"whole").unwrap();
        assert!(adopt(&part, folder.path()).unwrap_err().what.contains("a folder stands there"));
        assert!(part.exists());
    }
}
