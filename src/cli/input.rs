//! In: what the user named. Out: the bytes of a work, and which file each byte came from.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use inkbind::report::Places;
use inkbind::text::Span;

use super::failure::{Excerpt, Failure, shown};

/// The most bytes that are taken for one work: spans count bytes in 32 bits, and no book is
/// near this long (the longest novels have about 12 million letters).
const MOST_BYTES: u64 = 256 << 20;

/// What the blank lines between two files of a folder are: more than any gap inside a text.
const BETWEEN_FILES: &str = "\n\n\n\n\n\n";

/// A work as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Input {
    /// What the user named, for people.
    pub(crate) name: String,
    /// The file's or folder's name without its end; `None` for standard input.
    pub(crate) stem: Option<String>,
    /// The folder that outputs stand in by default.
    pub(crate) folder: PathBuf,
    /// The text, of all files.
    pub(crate) bytes: Vec<u8>,
    /// The files, and where each begins in `bytes`.
    pub(crate) files: Vec<(PathBuf, usize)>,
    /// When the newest of the files was changed; `None` for standard input.
    pub(crate) changed: Option<SystemTime>,
}

impl Input {
    /// Reads a file, a folder of chapter files, or (`-`) standard input.
    ///
    /// # Errors
    /// What is not there, cannot be read, is empty, or is no text.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let input = if path.as_os_str() == "-" {
            Self::stdin()?
        } else if path.is_dir() {
            Self::folder(path)?
        } else {
            Self::file(path)?
        };
        input.refuse_what_is_no_text()?;
        Ok(input)
    }

    fn stdin() -> Result<Self, Failure> {
        let name = "standard input".to_owned();
        let mut bytes = Vec::new();
        io::stdin()
            .lock()
            .take(MOST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| Failure::io(Path::new(&name), "read", &e))?;
        refuse_huge(&name, bytes.len() as u64)?;
        Ok(Self { name, stem: None, folder: PathBuf::new(), bytes, files: Vec::new(), changed: None })
    }

    fn file(path: &Path) -> Result<Self, Failure> {
        let (bytes, changed) = read_file(path)?;
        Ok(Self {
            name: shown(path),
            stem: path.file_stem().map(|s| s.to_string_lossy().into_owned()),
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            bytes,
            files: vec![(path.to_owned(), 0)],
            changed,
        })
    }

    fn folder(path: &Path) -> Result<Self, Failure> {
        let mut paths = chapter_files(path)?;
        paths.sort_by(|a, b| natural(&a.to_string_lossy(), &b.to_string_lossy()));
        if paths.is_empty() {
            return Err(Failure::failed(format!("{} holds no text files", shown(path)))
                .help("a work's chapters are files that end in .txt, .text or .md"));
        }
        let mut bytes = Vec::new();
        let mut files = Vec::new();
        let mut newest = None;
        for file in paths {
            let (part, changed) = read_file(&file)?;
            refuse_binary(&shown(&file), &part)?;
            if !bytes.is_empty() {
                bytes.extend_from_slice(BETWEEN_FILES.as_bytes());
            }
            files.push((file, bytes.len()));
            bytes.extend_from_slice(inkbind::source::read(&part).decoded.as_bytes());
            refuse_huge(&shown(path), bytes.len() as u64)?;
            newest = newest.max(changed);
        }
        let whole = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Ok(Self {
            name: shown(path),
            stem: whole.file_name().map(|s| s.to_string_lossy().into_owned()),
            folder: path.parent().unwrap_or(Path::new("")).to_owned(),
            bytes,
            files,
            changed: newest,
        })
    }

    fn refuse_what_is_no_text(&self) -> Result<(), Failure> {
        if self.bytes.iter().all(u8::is_ascii_whitespace) {
            let what = if self.bytes.is_empty() { "is empty" } else { "holds only white space" };
            return Err(
                Failure::failed(format!("{} {what}", self.name)).help("give a text with at least one word")
            );
        }
        refuse_binary(&self.name, &self.bytes)
    }

    /// The file and place of `span` in the decoded text.
    pub(crate) fn excerpt(&self, decoded: &str, span: Span) -> Excerpt {
        let (file, from) = self.file_of(span.start as usize);
        let text = decoded.get(from..).unwrap_or(decoded);
        let from = if text.len() == decoded.len() { 0 } else { from };
        Excerpt::new(
            &file,
            text,
            span.start as usize - from..(span.end as usize).max(span.start as usize) - from,
        )
    }

    /// `file:line:column` of a byte of the decoded text; `places` are those of the whole.
    pub(crate) fn place(&self, places: &Places<'_>, at: usize) -> String {
        let (file, from) = self.file_of(at);
        let (here, first) = (places.place(at), places.place(from));
        format!("{file}:{}:{}", here.line - (first.line - 1), here.column)
    }

    fn file_of(&self, at: usize) -> (String, usize) {
        let behind = self.files.partition_point(|(_, start)| *start <= at);
        match behind.checked_sub(1).and_then(|i| self.files.get(i)) {
            Some((path, start)) => (shown(path), *start),
            None => (self.name.clone(), 0),
        }
    }
}

/// Reads a file of any kind that a user may have got from somebody else.
///
/// # Errors
/// What the file system says, and a file of more than `most` bytes: it is not read to its end,
/// which devices do not have.
pub(crate) fn read_at_most(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        let size = if most >> 20 > 0 { format!("{} MB", most >> 20) } else { format!("{} KB", most >> 10) };
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {size}")));
    }
    Ok(bytes)
}

/// Whether a file begins with these bytes; no more of it is read.
pub(crate) fn begins_with(path: &Path, head: &[u8]) -> bool {
    let mut bytes = vec![0; head.len()];
    path.is_file()
        && std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut bytes)).is_ok()
        && bytes == head
}

fn read_file(path: &Path) -> Result<(Vec<u8>, Option<SystemTime>), Failure> {
    let fail = |e: io::Error| Failure::io(path, "read", &e);
    let mut file = std::fs::File::open(path).map_err(fail)?;
    let meta = file.metadata().map_err(fail)?;
    refuse_huge(&shown(path), meta.len())?;
    let mut bytes = Vec::with_capacity(meta.len() as usize);
    Read::by_ref(&mut file).take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(fail)?;
    refuse_huge(&shown(path), bytes.len() as u64)?;
    Ok((bytes, meta.modified().ok()))
}

fn refuse_huge(name: &str, bytes: u64) -> Result<(), Failure> {
    if bytes <= MOST_BYTES {
        return Ok(());
    }
    Err(Failure::failed(format!("{name} is larger than {} MB", MOST_BYTES >> 20))
        .help("one work is one book: split the file into volumes"))
}

/// The text files right inside a folder; hidden ones are passed over.
///
/// # Errors
/// What the file system says.
pub(crate) fn chapter_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail = |e: io::Error| Failure::io(folder, "read", &e);
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if !hidden && is_text_name(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

/// Whether a file's name says that it is a text.
pub(crate) fn is_text_name(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| ["txt", "text", "md", "markdown"].iter().any(|known| e.eq_ignore_ascii_case(known)))
}

/// Compares names so that `2` stands before `10`.
pub(crate) fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (mut a_rest, mut b_rest) = (a, b);
    while let (Some(ca), Some(cb)) = (a_rest.chars().next(), b_rest.chars().next()) {
        let (digits_a, digits_b) = (leading_digits(a_rest), leading_digits(b_rest));
        let order = if digits_a > 0 && digits_b > 0 {
            let (na, nb) = (&a_rest[..digits_a], &b_rest[..digits_b]);
            let (za, zb) = (na.trim_start_matches('0'), nb.trim_start_matches('0'));
            (a_rest, b_rest) = (&a_rest[digits_a..], &b_rest[digits_b..]);
            za.len().cmp(&zb.len()).then_with(|| za.cmp(zb))
        } else {
            (a_rest, b_rest) = (&a_rest[ca.len_utf8()..], &b_rest[cb.len_utf8()..]);
            ca.to_lowercase().cmp(cb.to_lowercase())
        };
        if order.is_ne() {
            return order;
        }
    }
    a_rest.len().cmp(&b_rest.len()).then_with(|| a.cmp(b))
}

fn leading_digits(s: &str) -> usize {
    s.bytes().take_while(u8::is_ascii_digit).count()
}

/// Formats that people mistake for texts: first bytes, name, what to do.
const OTHER_FORMATS: &[(&[u8], &str, &str)] = &[
    (b"%PDF-", "a PDF", "take the text out of it first, for example with pdftotext"),
    (b"PK\x03\x04", "a zip container (an EPUB, a DOCX, an ODT…)", "save its text as plain text first"),
    (b"\xD0\xCF\x11\xE0", "an old Word document", "save it as plain text first"),
    (b"{\\rtf", "an RTF document", "save it as plain text first"),
    (b"\x89PNG", "a PNG picture", "give the text of the work"),
    (b"\xFF\xD8\xFF", "a JPEG picture", "give the text of the work"),
    (b"GIF8", "a GIF picture", "give the text of the work"),
    (b"\x1F\x8B", "compressed with gzip", "unpack it first, with gunzip"),
    (b"BZh", "compressed with bzip2", "unpack it first, with bunzip2"),
    (b"\xFD7zXZ", "compressed with xz", "unpack it first, with unxz"),
    (b"\x28\xB5\x2F\xFD", "compressed with zstd", "unpack it first, with unzstd"),
    (b"7z\xBC\xAF", "a 7-Zip archive", "unpack it first"),
    (b"\x7FELF", "a program", "give the text of the work"),
    (b"BOOKMOBI", "a Kindle book", "save its text as plain text first"),
];

/// How much of a file is looked at to tell text from data.
const SAMPLE_BYTES: usize = 1 << 16;

/// Refuses bytes that cannot be a text in any encoding.
fn refuse_binary(name: &str, bytes: &[u8]) -> Result<(), Failure> {
    for (magic, what, help) in OTHER_FORMATS {
        if bytes.starts_with(magic) {
            return Err(Failure::failed(format!("{name} is {what}, not plain text")).help(*help));
        }
    }
    // A text has hardly any control characters; UTF-16 and UTF-32 are full of zero bytes, so
    // the decoded text is judged.
    let sample = &bytes[..bytes.len().min(SAMPLE_BYTES)];
    let odd = |b: &u8| matches!(b, 0..=8 | 14..=26 | 28..=31 | 127);
    if sample.iter().filter(|b| odd(b)).count() * 50 < sample.len() {
        return Ok(());
    }
    let decoded = inkbind::source::read(sample).decoded;
    let strange =
        decoded.chars().filter(|c| (c.is_control() && !c.is_whitespace()) || *c == '\u{FFFD}').count();
    // One in twenty: random bytes give about one in eight, damaged texts one in some hundreds.
    if strange * 20 > decoded.chars().count() {
        return Err(Failure::failed(format!("{name} is binary data, not text"))
            .help("give the text of the work; any encoding will do"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_ordered_as_people_count() {
        let mut names = vec!["ch10.txt", "ch2.txt", "Ch1.txt", "ch02b.txt"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["Ch1.txt", "ch2.txt", "ch02b.txt", "ch10.txt"]);
    }

    #[test]
    fn random_bytes_are_refused_and_odd_texts_are_not() {
        let mut seed = 7_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8
        })
        .take(4000)
        .collect();
        assert!(refuse_binary("x", &noise).is_err());
        assert!(refuse_binary("x", b"caf\xE9 cr\xE8me \x0C and a form feed").is_ok());
    }
}
