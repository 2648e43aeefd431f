//! In: what the user wants as cover. Out: the picture: drawn, or the user's own.

use std::path::Path;

use inkbind::book::Metadata;
use inkbind::cover::{self, CoverChoice, CoverError, Drawn, FAMILIES, Family};
use inkbind::env::Env;

use super::failure::{Failure, nearest, shown};

/// What stands on the front.
#[derive(Clone, Debug, Default)]
pub(crate) struct CoverJob {
    /// No cover at all.
    pub(crate) none: bool,
    /// The user's own picture.
    pub(crate) file: Option<String>,
    /// The family to draw; `None`: by the work's subjects.
    pub(crate) family: Option<&'static Family>,
    /// The palette; `None`: by title and author.
    pub(crate) palette: Option<String>,
}

/// The family with this name.
///
/// # Errors
/// A family that is not known.
pub(crate) fn family(name: &str) -> Result<&'static Family, Failure> {
    Family::named(name).ok_or_else(|| {
        let hint = nearest(name, FAMILIES.iter().map(|f| f.name)).map(|n| format!("did you mean `{n}`? "));
        Failure::usage(format!("there is no cover family called `{name}`"))
            .help(format!("{}`inkbind list covers` lists them", hint.unwrap_or_default()))
    })
}

/// The cover of a work, and what could not be done as wished; `None` where none is wanted.
///
/// # Errors
/// A file that is no picture, a palette that is not known, a face that is missing.
pub(crate) fn make(job: &CoverJob, meta: &Metadata, env: &dyn Env) -> Result<Option<Drawn>, Failure> {
    if job.none {
        return Ok(None);
    }
    if let Some(file) = &job.file {
        let path = Path::new(file);
        let bytes = env.read(file).map_err(|e| Failure::io(path, "read", &e))?;
        let own = cover::own(bytes, meta).map_err(|error| {
            Failure::failed(format!("{} cannot be the cover: {error}", shown(path)))
                .help("a JPEG or PNG file of 1600 × 2560 pixels is best; without --cover one is drawn")
        })?;
        return Ok(Some(own));
    }
    let choice =
        CoverChoice { family: job.family, palette: job.palette.as_deref(), ..CoverChoice::default() };
    let drawn = cover::draw(meta, &choice, env).map_err(|error| match error {
        CoverError::Palette { .. } => Failure::usage(error.to_string()),
        CoverError::Font { .. } | CoverError::Picture { .. } => {
            Failure::failed(format!("no cover was made: {error}"))
        }
    })?;
    Ok(Some(drawn))
}
