//! In: metadata. Out: a front cover as a picture, drawn from the templates in `covers/`.
//!
//! ```text
//! Metadata ─ words ─▶ title, author, series ─┐
//! title, author ─ seed ─▶ palette, numbers ──┼─ art (one file a family) ─▶ Slots ─ template ─▶ SVG ─ raster ─▶ PNG
//! covers.toml ─ family ─▶ type and measures ─┘
//! ```
//!
//! Every cover follows from title, author and series alone: the same book has the same cover
//! on every machine. Type is set as outlines, so that the SVG needs no fonts.

mod art;
mod barcode;
mod colour;
mod drawing;
mod effort;
mod face;
mod family;
mod flat;
mod line;
mod paint;
mod picture;
mod png;
mod raster;
pub mod rules;
mod seed;
mod title;
mod wrap;

pub use barcode::{Isbn, price_code};
pub(crate) use drawing::Segment;
pub use family::{FAMILIES, Family};
pub use rules::RULES;
pub use wrap::{Barcode, WrapArt, WrapPlan, wrap, wrap_own};

use art::{Brief, Reach, Slots, Words};
use colour::{PALETTES, Palette};
use drawing::{Element, TypeLine};
use face::Faces;

use crate::book::{Cover, Metadata};
use crate::env::Env;
use crate::report::Finding;

/// What stops a cover.
#[derive(Debug, thiserror::Error)]
pub enum CoverError {
    /// A face that covers are set in is missing or broken.
    #[error("font {name}: {reason}")]
    Font {
        /// Family, weight and slope.
        name: String,
        /// What is wrong.
        reason: String,
    },
    /// No palette has this name.
    #[error("no palette of covers is called {name}; there are {}", palette_names())]
    Palette {
        /// As asked for.
        name: String,
    },
    /// The user's own picture cannot be used.
    #[error("{reason}")]
    Picture {
        /// What is wrong, and what to do.
        reason: String,
    },
}

fn palette_names() -> String {
    PALETTES.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Shops refuse covers with fewer pixels in width and height.
const LEAST_PIXELS: (u32, u32) = (625, 1000);
/// The height of a cover in widths, from and to.
const USUAL_SHAPE: (f64, f64) = (1.2, 1.8);

/// Makes a cover of the user's own picture: JPEG and PNG as they are, an SVG drawn.
///
/// # Errors
/// [`CoverError::Picture`] for what is no picture, is broken, or is too large for any shop.
pub fn own(bytes: Vec<u8>, meta: &Metadata) -> Result<Drawn, CoverError> {
    let picture = picture::read(bytes).map_err(|reason| CoverError::Picture { reason })?;
    let (width, height) = (picture.width, picture.height);
    let mut findings = Vec::new();
    if width < LEAST_PIXELS.0 || height < LEAST_PIXELS.1 {
        let message = format!(
            "the cover picture has {width} × {height} pixels: shops ask for 1600 × 2560 and refuse less than {} × {}",
            LEAST_PIXELS.0, LEAST_PIXELS.1
        );
        findings.push(Finding::warning(&rules::FEW_PIXELS, None, message));
    }
    let shape = f64::from(height) / f64::from(width);
    if !(USUAL_SHAPE.0..=USUAL_SHAPE.1).contains(&shape) {
        let message = format!("the cover picture is {shape:.2} times as tall as wide: covers are about 1.6");
        findings.push(Finding::warning(&rules::SHAPE, None, message));
    }
    for flaw in &picture.flaws {
        findings.push(match flaw {
            picture::Flaw::Cmyk => Finding::warning(
                &rules::PRINT_COLOURS,
                None,
                "the cover picture is in CMYK, which many readers cannot show: save it as sRGB",
            ),
            picture::Flaw::LiveText => Finding::warning(
                &rules::LIVE_TEXT,
                None,
                "the SVG cover holds live text, which is left out: turn text into paths, or save it as PNG",
            ),
        });
    }
    let Words { title, author, .. } = Work::new(meta, Edition::default()).words;
    let by = if author.is_empty() { String::new() } else { format!(" by {author}") };
    let alt = format!("Cover of {title}{by}");
    let cover = Cover { media_type: picture.media_type, bytes: picture.bytes, width, height, alt, svg: None };
    Ok(Drawn { cover, findings })
}

/// Which drawings the families make: a series that began with older ones may stay with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// The first drawings, those of the golden files.
    First,
    /// `agate` without browns, `bloom` in four arrangements, `compass` with more stars and rays.
    #[default]
    Second,
}

/// How a cover is drawn.
#[derive(Clone, Copy, Debug)]
pub struct CoverChoice<'a> {
    /// The family; `None`: by the subjects of the work, else the first.
    pub family: Option<&'static Family>,
    /// The palette by its name; `None`: by the seed, among those that suit the family.
    pub palette: Option<&'a str>,
    /// Which edition of the drawings.
    pub edition: Edition,
    /// Width of the picture in pixels; its height is 1.6 times that. Shops ask for 1600.
    pub width: u32,
}

impl Default for CoverChoice<'_> {
    fn default() -> Self {
        Self { family: None, palette: None, edition: Edition::default(), width: 1600 }
    }
}

/// A cover and what could not be done as wished.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// The picture.
    pub cover: Cover,
    /// What a person should know.
    pub findings: Vec<Finding>,
}

/// Draws the front cover of a work.
///
/// # Errors
/// [`CoverError`] where a face or the palette asked for is not there.
pub fn draw(meta: &Metadata, choice: &CoverChoice<'_>, env: &dyn Env) -> Result<Drawn, CoverError> {
    let family =
        choice.family.unwrap_or_else(|| Family::for_subjects(meta.subjects.iter().map(String::as_str)));
    let work = Work::new(meta, choice.edition);
    let palette = work.palette(family, choice.palette)?;
    let faces = Faces::new(env);
    let slots = work.slots(family, palette, &faces, Reach::default())?.outlined(&faces)?;
    let svg = fill(family, palette, &work, &slots, &mut |_, _| ());
    let (bytes, height) = raster::render(palette.ground, &slots.layers(), choice.width);
    let alt = work.alt(&slots);
    let findings = work.findings(&slots, &faces);
    let cover = Cover { media_type: "image/png", bytes, width: choice.width, height, alt, svg: Some(svg) };
    Ok(Drawn { cover, findings })
}

/// What is said of a work, as far as its cover needs it.
#[derive(Debug)]
struct Work {
    words: Words,
    /// The title for places where the whole one is too long.
    short: Option<String>,
    edition: Edition,
    seed: u64,
    palette_key: u64,
}

/// A colon parts title and subtitle where no more words than these stand before it.
const MOST_BEFORE_COLON: usize = 6;

impl Work {
    fn new(meta: &Metadata, edition: Edition) -> Self {
        let author = meta.author_line("&").unwrap_or_default();
        let seed = seed::of_work(&meta.title, &author);
        let mut title = meta.title.trim();
        let mut subtitle = meta.subtitle.as_deref().unwrap_or_default().trim();
        if let Some((head, tail)) = title.split_once(": ").filter(|_| subtitle.is_empty())
            && (1..=MOST_BEFORE_COLON).contains(&head.split_whitespace().count())
            && !tail.trim().is_empty()
        {
            (title, subtitle) = (head.trim(), tail.trim());
        }
        let series = meta.series.as_ref().map(|s| line::series(&s.name, s.index.as_deref()));
        // A series shares its palette; the drawing stays the book's own.
        let palette_key = meta.series.as_ref().map_or(seed, |s| seed::fnv1a(&s.name.to_lowercase()));
        let words = Words {
            title: title.to_owned(),
            subtitle: subtitle.to_owned(),
            series: series.unwrap_or_default(),
            author,
        };
        let short = meta.short_title.as_ref().map(|s| s.trim().to_owned()).filter(|s| !s.is_empty());
        Self { words, short, edition, seed, palette_key }
    }

    /// The palette with this name; else that of the seed, among those that suit the family.
    fn palette(&self, family: &Family, name: Option<&str>) -> Result<&'static Palette, CoverError> {
        if let Some(name) = name {
            let found = PALETTES.iter().find(|p| p.name == name);
            return found.ok_or_else(|| CoverError::Palette { name: name.to_owned() });
        }
        let suited: Vec<&Palette> =
            PALETTES.iter().filter(|p| p.suits.iter().any(|s| s == family.name)).collect();
        let chosen = (self.palette_key >> 32) as usize % suited.len().max(1);
        suited.get(chosen).copied().ok_or_else(|| CoverError::Palette { name: family.name.to_owned() })
    }

    fn slots(
        &self,
        family: &Family,
        palette: &Palette,
        faces: &Faces<'_>,
        reach: Reach,
    ) -> Result<Slots, CoverError> {
        let brief =
            Brief { words: &self.words, palette, spec: family.spec(), faces, reach, edition: self.edition };
        (family.art)(&brief, &mut seed::Stream::new(self.seed))
    }

    fn alt(&self, slots: &Slots) -> String {
        let Words { title, author, .. } = &self.words;
        let by = if author.is_empty() { String::new() } else { format!(" by {author}") };
        format!("Cover of {title}{by}: {}.", slots.shows)
    }

    fn findings(&self, slots: &Slots, faces: &Faces<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        let missing = faces.missing();
        if !missing.is_empty() {
            let list: Vec<String> =
                missing.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect();
            let message = format!("no face of the cover has {}: left out of the picture", list.join(", "));
            findings.push(Finding::warning(&rules::LETTERS, None, message));
        }
        if slots.title_size < READABLE {
            let message = format!(
                "the title is set at {} of 2560 units on the cover: too small to read in a list",
                slots.title_size
            );
            findings.push(Finding::warning(&rules::SMALL_TITLE, None, message));
        }
        for (words, set, what) in [
            (&self.words.subtitle, &slots.subtitle, "subtitle"),
            (&self.words.series, &slots.series, "series"),
        ] {
            if !words.is_empty() && set.is_empty() {
                let message =
                    format!("the {what} is too long for a line of the cover: left to the title page");
                findings.push(Finding::note(&rules::LEFT_OUT, None, message));
            }
        }
        findings
    }
}

/// A title under this size (in units of the cover) cannot be read when the cover is 160 pixels high.
const READABLE: f64 = 70.0;

/// Writes elements with `set` writing the lines of type.
type Set<'a> = &'a mut dyn FnMut(&TypeLine, &mut String);

/// The family's template with its slots filled.
fn fill(family: &Family, palette: &Palette, work: &Work, slots: &Slots, set: Set<'_>) -> String {
    let mut out = String::with_capacity(1 << 17);
    let mut rest = family.template;
    while let Some((before, after)) = rest.split_once("{{") {
        out.push_str(before);
        let Some((slot, after)) = after.split_once("}}") else { break };
        rest = after;
        let elements: &[Element] = match slot {
            "art" => &slots.art,
            "frame" => &slots.frame,
            "series" => &slots.series,
            "title" => &slots.title,
            "subtitle" => &slots.subtitle,
            "author" => &slots.author,
            "ground" => {
                out.push_str(&palette.ground.to_string());
                continue;
            }
            "name" => {
                let Words { title, author, .. } = &work.words;
                let name = if author.is_empty() { title.clone() } else { format!("{title} — {author}") };
                out.push_str(&drawing::escape(&name));
                continue;
            }
            _ => continue,
        };
        drawing::write_svg(elements, &mut out, &mut *set);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
