//! In: a theme, its options and the user's own rules. Out: the style sheet of an edition.

use crate::backend::BackendError;
use crate::env::Env;
use crate::options::OutputOptions;

/// What every theme has in common; the first of them as it is.
const BASE: &str = include_str!("style.css");
/// Chapters open with a drop cap.
const DROP_CAPS: &str = include_str!("drop-caps.css");

/// Name and rules of every theme, and whether it has drop caps anyway.
const THEMES: [(&str, &str, bool); 3] = [
    ("classic", "", false),
    ("modern", include_str!("modern.css"), false),
    ("fable", include_str!("fable.css"), true),
];

/// The style sheet, without embedded fonts.
///
/// # Errors
/// A theme that is not known, and a style sheet of the user's that cannot be read.
pub(super) fn sheet(options: &OutputOptions, env: &dyn Env) -> Result<String, BackendError> {
    let mut style = BASE.to_owned();
    let name = options.theme.as_deref().unwrap_or(THEMES[0].0);
    let Some((_, theme, drop_caps)) = THEMES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name))
    else {
        let known: Vec<&str> = THEMES.iter().map(|(known, ..)| *known).collect();
        let known = known.join(", ");
        return Err(BackendError::Setting(format!("no theme is called {name:?}; there are {known}")));
    };
    style.push_str(theme);
    if options.drop_caps || *drop_caps {
        style.push_str(DROP_CAPS);
    }
    if let Some(path) = &options.css {
        let asset = |reason: String| BackendError::Asset { path: path.clone(), reason };
        let bytes = env.read(path).map_err(|e| asset(format!("the style sheet cannot be read: {e}")))?;
        let own = String::from_utf8(bytes)
            .map_err(|_| asset("the style sheet is not UTF-8: save it as UTF-8".to_owned()))?;
        style.push('\n');
        style.push_str(own.trim_start_matches('\u{FEFF}'));
    }
    Ok(style)
}

/// Where rules can stand: behind the namespaces, which CSS wants before everything else.
pub(super) fn after_namespaces(style: &str) -> usize {
    let end = style.rfind("@namespace").unwrap_or_default();
    style[end..].find('\n').map_or(style.len(), |line| end + line + 1)
}
