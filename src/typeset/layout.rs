//! In: the settings of a job. Out: a [`Layout`]: a design with its trim, margins, grid and sizes.

use std::sync::Arc;

use crate::env::Env;
use crate::options::OutputOptions;
use crate::press::profile::{self, Medium};
use crate::press::{Profile, trim};
use crate::typeset::TypesetError;
use crate::typeset::design::{self, Caps, Design, Dimension, Face, Figures, Line, Tone, Type};
use crate::typeset::length::Length;
use crate::typeset::page::{Ink, Side};
use crate::typeset::shape::{self, Capitals, Slot, Style};

/// Least share of the trim's width that the measure must keep.
const LEAST_MEASURE: f64 = 0.35;
/// Least number of lines on a page; under that, no rule of good pages can be held.
const LEAST_LINES: u32 = 12;
/// What may hang out of the measure, in em of the text: most is the quotation mark before an
/// initial; those of verse, hyphens and round initials hang less.
const HANG_EM: f64 = 0.8;
/// How far type reaches over its baseline and under it, in em: ascenders and capitals, descenders
/// and old-style figures.
const REACH_EM: (f64, f64) = (0.75, 0.25);

/// A design with every length settled.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The design.
    pub design: Arc<Design>,
    /// Family of the text, or several with commas between.
    pub family: String,
    /// Width of the trimmed page.
    pub width: Length,
    /// Height of the trimmed page.
    pub height: Length,
    /// Margin at the spine.
    pub inside: Length,
    /// Margin at the fore edge.
    pub outside: Length,
    /// From the head of the page to the first baseline.
    pub first_line: Length,
    /// Lines of a full page.
    pub lines: u32,
    /// Size of the text.
    pub size: f64,
    /// From baseline to baseline.
    pub leading: Length,
    /// Sizes over those of the design.
    pub scale: f64,
    /// What the printer asks for.
    pub profile: Arc<Profile>,
    /// Words with their breaks marked by hyphens.
    pub hyphenation: Vec<String>,
}

impl Layout {
    /// Settles the design, trim, size and margins of a job.
    ///
    /// # Errors
    /// [`TypesetError`] where a design, trim, profile or size is unknown or cannot be.
    pub fn resolve(options: &OutputOptions, env: &dyn Env) -> Result<Self, TypesetError> {
        let design = find_design(options.design.as_deref().unwrap_or("classic"), env)?;
        let profile_name = options.profile.as_deref().unwrap_or("screen");
        let profile = profile::load(profile_name, env).map_err(|e| TypesetError::Setting(e.to_string()))?;
        let own = design.formats[0].trim.clone();
        let asked = options.trim.as_deref().unwrap_or(&own);
        let trim::Trim { width, height } = read_trim(asked)?;
        let format = Margins::of(&design, width, height)?;
        let (size, leading) = options.size.unwrap_or((format.size, format.leading));
        if !(4.0..=72.0).contains(&size) || !(size * 0.8..=size * 4.0).contains(&leading) {
            return Err(TypesetError::Setting(format!(
                "{size}/{leading} cannot be set: a size is 4 to 72 points, its leading 0.8 to 4 times the size"
            )));
        }
        let edge = profile.outside();
        let scale = size / design.text.size;
        let grid = format.grid(height, leading);
        let (first_line, lines) =
            clear_of_edges(&design, (size, leading, scale), grid, edge.to_pt(), height.to_pt());
        let hang = Length::pt(size * HANG_EM);
        let layout = Self {
            family: options.font.clone().unwrap_or_else(|| design.text.family.clone()),
            width,
            height,
            inside: Length::pt(format.inside).max(edge + hang),
            outside: Length::pt(format.outside).max(edge + hang),
            first_line: Length::pt(first_line),
            lines,
            size,
            leading: Length::pt(leading),
            scale,
            profile: Arc::new(profile),
            hyphenation: options.hyphenation.clone(),
            design,
        };
        layout.check(asked)?;
        Ok(layout)
    }

    fn check(&self, asked: &str) -> Result<(), TypesetError> {
        let narrow = self.measure().to_pt() < self.width.to_pt() * LEAST_MEASURE;
        if narrow || self.lines < LEAST_LINES {
            return Err(TypesetError::Setting(format!(
                "a page of {asked} is too small for {}/{}: choose a larger trim or a smaller size",
                self.size, self.leading
            )));
        }
        Ok(())
    }

    /// The same with the inside margin that the printer asks for a book of `pages` pages; `None`
    /// where it is wide enough.
    #[must_use]
    pub fn with_gutter(&self, pages: usize) -> Option<Self> {
        let least = self.profile.gutter(pages as u32) + Length::pt(self.size * HANG_EM);
        (self.inside < least).then(|| Self { inside: least, ..self.clone() })
    }

    /// Width of the text.
    pub fn measure(&self) -> Length {
        self.width - self.inside - self.outside
    }

    /// Left edge of the text.
    pub fn left(&self, side: Side) -> Length {
        match side {
            Side::Recto => self.inside,
            Side::Verso => self.outside,
        }
    }

    /// Baseline of a line, from the head of the page; line 1 is the first of the text.
    pub fn baseline(&self, line: i32) -> Length {
        self.first_line + self.leading * i64::from(line - 1)
    }

    /// The same for a place between lines.
    pub fn at_line(&self, line: f64) -> Length {
        self.first_line + Length::pt((line - 1.0) * self.leading.to_pt())
    }

    /// A length of the design.
    pub fn dimension(&self, dimension: Dimension) -> Length {
        Length::pt(dimension.points(self.size, self.scale))
    }

    /// Points of the design at this layout's size.
    pub fn points(&self, points: f64) -> Length {
        Length::pt(points * self.scale)
    }

    /// The style of running text.
    pub fn text_style(&self) -> Style {
        Style::new(Length::pt(self.size)).figures(figures(self.design.text.figures))
    }

    /// The style of display type.
    pub fn style(&self, letter: &Type) -> Style {
        Style::new(self.points(letter.size).max(self.least_type()))
            .slot(slot(letter.face))
            .capitals(match letter.caps {
                Caps::None => Capitals::AsWritten,
                Caps::Small => Capitals::AllSmall,
                Caps::CapSmall => Capitals::Small,
                Caps::All => Capitals::Full,
            })
            .figures(figures(letter.figures))
            .tracking((letter.tracking * 1000.0).round() as i16)
            .ink(self.ink(letter.ink))
    }

    /// The smallest type that the printer takes.
    fn least_type(&self) -> Length {
        self.profile
            .checks
            .as_ref()
            .filter(|_| self.is_print())
            .map_or(Length::ZERO, |c| Length::pt(c.text_pt))
    }

    /// Whether the pages go to a press: no links, no outline.
    pub fn is_print(&self) -> bool {
        self.profile.medium == Medium::Print
    }

    /// A colour of the design.
    pub fn ink(&self, tone: Tone) -> Ink {
        match (tone, self.design.second) {
            (Tone::Grey, _) => Ink::Black(35),
            (Tone::Second, Some(design::Colour(r, g, b))) => Ink::Second(r, g, b),
            (Tone::Black | Tone::Second, _) => Ink::Black(100),
        }
    }
}

/// Moves the grid, and takes lines from it, until text, heads and folios keep the printer's margin
/// at head and foot.
fn clear_of_edges(
    design: &Design,
    (size, leading, scale): (f64, f64, f64),
    (first_line, mut lines): (f64, u32),
    edge: f64,
    height: f64,
) -> (f64, u32) {
    let (over, under) = REACH_EM;
    let furniture = &design.furniture;
    let furnished = [
        (furniture.head_line, furniture.head.size * scale),
        (furniture.folio_line, furniture.folio.size * scale),
        (furniture.opening_folio_line, furniture.folio.size * scale),
    ];
    let text = [(Line::Head(1), size), (Line::Foot(0), size)];
    let (mut highest, mut lowest_after) = (0.0_f64, f64::INFINITY);
    for (line, size) in furnished.into_iter().chain(text) {
        match line {
            Line::Head(line) => highest = highest.max(edge + size * over - f64::from(line - 1) * leading),
            Line::Foot(line) => {
                lowest_after = lowest_after.min(height - edge - size * under - f64::from(line - 1) * leading);
            }
        }
    }
    while lines > 0 && highest > lowest_after - f64::from(lines) * leading {
        lines -= 1;
    }
    (first_line.min(lowest_after - f64::from(lines) * leading).max(highest), lines)
}

fn read_trim(text: &str) -> Result<trim::Trim, TypesetError> {
    trim::parse(text).map_err(|e| TypesetError::Setting(e.to_string()))
}

/// The slot of a face.
pub(super) const fn slot(face: Face) -> Slot {
    match face {
        Face::Roman => Slot::Roman,
        Face::Italic => Slot::Italic,
        Face::Bold => Slot::Bold,
        Face::BoldItalic => Slot::BoldItalic,
    }
}

const fn figures(figures: Figures) -> shape::Figures {
    match figures {
        Figures::OldStyle => shape::Figures::OldStyle,
        Figures::Lining => shape::Figures::Lining,
        Figures::TabularOldStyle => shape::Figures::OldStyleTabular,
        Figures::TabularLining => shape::Figures::LiningTabular,
    }
}

fn find_design(name: &str, env: &dyn Env) -> Result<Arc<Design>, TypesetError> {
    if let Some(design) = design::built_in(name) {
        return Ok(Arc::new(design.clone()));
    }
    let is_path = name.contains(['/', '\\', '.']);
    if !is_path {
        let known: Vec<&str> = design::BUILT_IN.iter().map(|b| b.name).collect();
        return Err(TypesetError::Setting(format!(
            "there is no design {name:?}; there are {}, or name a TOML file by its path",
            known.join(", ")
        )));
    }
    let wrong = |reason: String| TypesetError::Design { path: name.to_owned(), reason };
    let bytes = env.read(name).map_err(|e| wrong(e.to_string()))?;
    let toml = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8 text".to_owned()))?;
    design::parse(toml).map(Arc::new).map_err(wrong)
}

/// Margins of a trim, in points.
struct Margins {
    inside: f64,
    outside: f64,
    head: f64,
    foot: f64,
    size: f64,
    leading: f64,
}

impl Margins {
    /// The design's own margins for this trim; for a trim that it does not know, those of its
    /// nearest format in proportion.
    fn of(design: &Design, width: Length, height: Length) -> Result<Self, TypesetError> {
        let mut nearest: Option<(f64, Self)> = None;
        for format in &design.formats {
            let trim::Trim { width: w, height: h } = read_trim(&format.trim)?;
            let size = format.size.unwrap_or(design.text.size);
            let leading = format.leading.unwrap_or(design.text.leading);
            let text = f64::from(format.lines - 1) * leading;
            let (across, down) = (width.to_pt() / w.to_pt(), height.to_pt() / h.to_pt());
            let distance = across.ln().abs() + down.ln().abs();
            // A trim in millimetres and its twin in inches differ by a hair.
            let same = distance < 0.004;
            let (across, down) = if same { (1.0, 1.0) } else { (across, down) };
            let margins = Self {
                inside: format.inside * across,
                outside: format.outside * across,
                head: format.first_line * down,
                foot: (h.to_pt() - format.first_line - text) * down,
                size,
                leading,
            };
            if nearest.as_ref().is_none_or(|(d, _)| distance < *d) {
                nearest = Some((distance, margins));
            }
        }
        nearest.map(|(_, m)| m).ok_or_else(|| TypesetError::Setting("the design has no format".to_owned()))
    }

    /// First baseline and number of lines for this leading: as many lines as the margins of head
    /// and foot leave; what is over goes to both in their proportion.
    fn grid(&self, height: Length, leading: f64) -> (f64, u32) {
        let room = height.to_pt() - self.head - self.foot;
        // A third of a line may be taken from the margins before a line is lost.
        let lines = ((room / leading + 0.35).floor() + 1.0).max(1.0);
        let over = room - (lines - 1.0) * leading;
        let first = self.head + over * self.head / (self.head + self.foot);
        (first, lines as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::env::FixedEnv;

    fn layout(options: &OutputOptions) -> Layout {
        Layout::resolve(options, &FixedEnv::default()).expect("a layout")
    }

    #[test]
    fn the_classic_design_stands_on_its_own_grid() {
        let layout = layout(&OutputOptions::default());
        assert_eq!(layout.measure(), Length::pt(292.0));
        assert_eq!(layout.lines, 35);
        assert_eq!(layout.baseline(35), Length::pt(544.0));
        assert_eq!(layout.left(Side::Recto), Length::pt(58.0));
    }

    #[test]
    fn six_by_nine_at_eleven_on_fourteen_and_a_half_has_35_lines_of_324_points() {
        let options =
            OutputOptions { trim: Some("6x9".into()), size: Some((11.0, 14.5)), ..OutputOptions::default() };
        let layout = layout(&options);
        assert_eq!((layout.measure(), layout.lines), (Length::pt(324.0), 35));
    }

    #[test]
    fn a_trim_that_the_design_does_not_know_takes_its_proportions() {
        let options = OutputOptions { trim: Some("6.14x9.21".into()), ..OutputOptions::default() };
        let layout = layout(&options);
        assert!(layout.lines >= 35 && layout.lines <= 38, "{}", layout.lines);
        assert!(layout.measure() > Length::pt(300.0));
    }

    #[test]
    fn every_design_resolves_in_every_of_its_formats() {
        for built in design::BUILT_IN {
            let design = design::built_in(built.name).expect("built in");
            for format in &design.formats {
                let options = OutputOptions {
                    design: Some(built.name.into()),
                    trim: Some(format.trim.clone()),
                    ..OutputOptions::default()
                };
                let layout = layout(&options);
                assert_eq!(layout.lines, format.lines, "{} {}", built.name, format.trim);
                assert_eq!(layout.first_line, Length::pt(format.first_line), "{}", built.name);
            }
        }
    }

    #[test]
    fn the_gutter_follows_the_page_count() {
        let options = OutputOptions { profile: Some("kdp".into()), ..OutputOptions::default() };
        let layout = layout(&options);
        assert!(layout.with_gutter(400).is_none());
        let wide = layout.with_gutter(900).expect("a wider gutter");
        assert_eq!(wide.inside, Length::pt(63.0) + Length::pt(11.5 * HANG_EM));
        assert!(wide.with_gutter(900).is_none());
    }

    #[test]
    fn heads_and_folios_keep_the_printers_margin_in_every_design_and_format() {
        for built in design::BUILT_IN {
            let design = design::built_in(built.name).expect("built in");
            for format in &design.formats {
                for profile in ["screen", "home", "kdp", "ingram", "lulu"] {
                    let layout = layout(&OutputOptions {
                        design: Some(built.name.into()),
                        trim: Some(format.trim.clone()),
                        profile: Some(profile.into()),
                        ..OutputOptions::default()
                    });
                    let edge = layout.profile.outside().to_pt();
                    let furniture = &layout.design.furniture;
                    for (line, size) in [
                        (furniture.head_line, furniture.head.size),
                        (furniture.folio_line, furniture.folio.size),
                        (furniture.opening_folio_line, furniture.folio.size),
                    ] {
                        let baseline = layout.baseline(line.number(layout.lines)).to_pt();
                        let size = layout.points(size).to_pt();
                        let about = format!("{} {} {profile}", built.name, format.trim);
                        assert!(baseline - 0.75 * size >= edge - 0.01, "{about}: {baseline}");
                        assert!(
                            baseline + 0.25 * size <= layout.height.to_pt() - edge + 0.01,
                            "{about}: {baseline}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn settings_that_cannot_be_say_what_to_do() {
        let refused = |options: OutputOptions| {
            Layout::resolve(&options, &FixedEnv::default()).expect_err("refused").to_string()
        };
        let base = OutputOptions::default;
        assert!(refused(OutputOptions { design: Some("gothic".into()), ..base() }).contains("classic"));
        assert!(refused(OutputOptions { trim: Some("6by9".into()), ..base() }).contains("6x9"));
        assert!(refused(OutputOptions { profile: Some("blurb".into()), ..base() }).contains("kdp"));
        assert!(refused(OutputOptions { size: Some((60.0, 70.0)), ..base() }).contains("larger trim"));
        assert!(refused(OutputOptions { size: Some((11.0, 2.0)), ..base() }).contains("leading"));
    }
}
