//! In: a design's TOML, one of the five that are built in or the user's own. Out: a [`Design`]:
//! where everything stands on the grid, in which type, with which ornaments.
//!
//! A design speaks in lines of its baseline grid, counted from the first line of text (`1`), or
//! from the last (`"N"`, `"N+2"`, `"N-4"`). Sizes are points at the design's own text size and
//! grow with it where the user asks for another.

mod model;
pub mod ornament;
mod units;

use std::sync::OnceLock;

use crate::settings;

pub use model::*;
pub use units::*;

/// A built-in design.
#[derive(Debug)]
pub struct BuiltIn {
    /// The name that `--design` takes.
    pub name: &'static str,
    /// Its TOML.
    pub toml: &'static str,
}

/// The built-in designs, the default first.
pub const BUILT_IN: &[BuiltIn] = &[
    BuiltIn { name: "classic", toml: include_str!("designs/classic.toml") },
    BuiltIn { name: "modern", toml: include_str!("designs/modern.toml") },
    BuiltIn { name: "pocket", toml: include_str!("designs/pocket.toml") },
    BuiltIn { name: "large", toml: include_str!("designs/large.toml") },
    BuiltIn { name: "hand", toml: include_str!("designs/hand.toml") },
];

/// The built-in design with this name; read when it is first asked for.
pub fn built_in(name: &str) -> Option<&'static Design> {
    static READ: [OnceLock<Option<Design>>; BUILT_IN.len()] = [const { OnceLock::new() }; BUILT_IN.len()];
    let at = BUILT_IN.iter().position(|b| b.name == name)?;
    READ[at].get_or_init(|| parse(BUILT_IN[at].toml).ok()).as_ref()
}

/// Reads a design.
///
/// # Errors
/// What is wrong with the TOML, with its line.
pub fn parse(toml: &str) -> Result<Design, String> {
    let design: Design = settings::read(toml).map_err(|e| e.in_text(toml))?;
    if design.formats.is_empty() {
        return Err("a design needs at least one [[formats]] entry with its trim and margins".to_owned());
    }
    for (name, at) in design.ornament_names() {
        if !ornament::names().any(|known| known == name) {
            let known = ornament::names().collect::<Vec<_>>().join(", ");
            return Err(format!("{at}: there is no ornament {name:?}; there are {known}"));
        }
    }
    Ok(design)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_design_can_be_read_and_bears_its_name() {
        for built in BUILT_IN {
            let design = parse(built.toml).unwrap_or_else(|e| panic!("{}: {e}", built.name));
            assert_eq!(design.name, built.name);
            assert!(!design.about.is_empty());
            for format in &design.formats {
                crate::press::trim::parse(&format.trim).unwrap_or_else(|e| panic!("{}: {e}", built.name));
                assert!(format.lines >= 20);
            }
        }
    }

    #[test]
    fn a_design_with_an_unknown_ornament_says_which_there_are() {
        let toml = BUILT_IN[0].toml.replace("\"triad\"", "\"tulip\"");
        let error = parse(&toml).expect_err("no tulip");
        assert!(error.contains("tulip") && error.contains("rosette"), "{error}");
    }

    #[test]
    fn a_misspelt_key_is_an_error_that_names_it() {
        let toml = BUILT_IN[0].toml.replace("indent =", "indnet =");
        assert!(parse(&toml).expect_err("misspelt").contains("indnet"));
    }
}
