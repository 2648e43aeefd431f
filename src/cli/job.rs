//! In: flags and `book.toml`. Out: the [`Job`]: every setting resolved, and where it came from.
//!
//! All that can be wrong with the settings is found here, before any work begins.

use std::path::{Path, PathBuf};

use inkbind::backend::{self, Entry};
use inkbind::book::{Contributor, Metadata, Origin, Series};
use inkbind::cover::Family;
use inkbind::options::{OutputOptions, Shape, TextOptions};
use inkbind::pass::{Override, Overrides};

use super::args::SettingArgs;
use super::config::{self, Config, Lookup};
use super::cover::{self, CoverJob};
use super::failure::{Failure, nearest};
use super::wishes::{BookWishes, CoverWishes, Wishes};

/// What is made where nothing is said.
const DEFAULT_FORMATS: [&str; 2] = ["epub", "pdf"];

/// One work to be done, with every setting resolved.
#[derive(Clone, Debug)]
pub(crate) struct Job {
    /// How the text is read.
    pub(crate) text: TextOptions,
    /// How the outputs are made.
    pub(crate) output: OutputOptions,
    /// What is made.
    pub(crate) formats: Vec<&'static Entry>,
    /// Where outputs go, where it was said.
    pub(crate) out: Option<PathBuf>,
    /// What stands on the front.
    pub(crate) cover: CoverJob,
    /// Font files and folders of them.
    pub(crate) fonts: Vec<PathBuf>,
    /// Whether a decision that is not certain stops the build.
    pub(crate) strict: bool,
    /// Each setting, its value, and who said it.
    pub(crate) settings: Vec<Setting>,
    /// The settings file.
    pub(crate) config: Config,
}

/// A setting, its value, and who said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name as in `book.toml`: `layout.trim`.
    pub(crate) name: &'static str,
    /// Its value.
    pub(crate) value: String,
    /// Who said it.
    pub(crate) origin: Origin,
}

/// What only the command line says of a build.
#[derive(Clone, Debug, Default)]
pub(crate) struct Order {
    /// `-o`
    pub(crate) out: Option<PathBuf>,
    /// `--to`
    pub(crate) to: Option<Vec<String>>,
    /// `--strict`
    pub(crate) strict: bool,
}

/// Where the settings of `input` are looked for.
pub(crate) fn lookup(args: &SettingArgs, input: &Path) -> Lookup {
    match &args.config {
        Some(path) => Lookup::File(path.clone()),
        None if args.no_config || input.as_os_str() == "-" => Lookup::Nowhere,
        None => Lookup::Beside(input.to_owned()),
    }
}

impl Job {
    /// Resolves the settings of one work.
    ///
    /// # Errors
    /// A settings file that cannot be used, and a setting that cannot be met.
    pub(crate) fn new(args: &SettingArgs, input: &Path, order: &Order) -> Result<Self, Failure> {
        let config = config::load(&lookup(args, input))?;
        Self::resolve(&args.wishes, config, order)
    }

    /// Lays `flags` over `config`.
    ///
    /// # Errors
    /// A setting that cannot be met.
    pub(crate) fn resolve(flags: &Wishes, config: Config, order: &Order) -> Result<Self, Failure> {
        let mut layers = Layers { settings: Vec::new(), folder: config.folder.clone() };
        let file = config.wishes.clone();
        let meta = metadata(&flags.book, &file.book, &mut layers);
        let overrides = overrides(flags, &config)?;
        let text = TextOptions {
            shape: layers
                .pick("text.shape", flags.text.shape.clone(), file.text.shape)
                .map(|s| shape(&s))
                .transpose()?,
            language: (!meta.language.is_empty()).then(|| meta.language.clone()),
            notes: layers
                .pick_enum("text.notes", flags.text.notes, file.text.notes)
                .map(Into::into)
                .unwrap_or_default(),
            quotes: layers
                .pick_enum("text.quotes", flags.text.quotes, file.text.quotes)
                .map(Into::into)
                .unwrap_or_default(),
            overrides,
            meta,
            file_stem: None,
        };
        let (l, c) = (&flags.layout, file.layout);
        let output = OutputOptions {
            trim: layers.pick("layout.trim", l.trim.clone(), c.trim),
            design: layers.pick("layout.design", l.design.clone(), c.design),
            font: layers.pick("layout.font", l.font.clone(), c.font),
            size: layers.pick("layout.size", l.size.clone(), c.size).map(|s| size(&s)).transpose()?,
            profile: layers.pick("layout.profile", l.profile.clone(), c.profile),
            paper: layers.pick("layout.paper", l.paper.clone(), c.paper),
            pdfx: layers.pick("layout.pdfx", l.pdfx.clone(), c.pdfx),
            icc: layers.pick_path("layout.icc", l.icc.clone(), c.icc),
            cover_page: layers.switch("layout.cover_page", l.cover_page, c.cover_page),
            hyphenation: layers.pick_list("layout.hyphenation", &[], &c.hyphenation),
            css: layers.pick_path("epub.css", flags.epub.css.clone(), file.epub.css),
            theme: layers.pick("epub.theme", flags.epub.theme.clone(), file.epub.theme),
            drop_caps: layers.switch("epub.drop_caps", flags.epub.drop_caps, file.epub.drop_caps),
            obfuscate_fonts: layers.switch(
                "epub.obfuscate_fonts",
                flags.epub.obfuscate_fonts,
                file.epub.obfuscate_fonts,
            ),
            certified_by: layers.pick(
                "epub.certified_by",
                flags.epub.certified_by.clone(),
                file.epub.certified_by,
            ),
            embed_fonts: layers.switch("epub.embed_fonts", flags.epub.embed_fonts, file.epub.embed_fonts),
            max_compression: layers.switch(
                "epub.max_compression",
                flags.epub.max_compression,
                file.epub.max_compression,
            ),
        };
        let cover = cover_job(&flags.cover, file.cover, &mut layers)?;
        let mut fonts: Vec<PathBuf> = l.fonts.iter().map(PathBuf::from).collect();
        fonts.extend(c.fonts.iter().map(|f| config.folder.join(f)));
        let out = order.out.clone().or_else(|| file.build.output.as_ref().map(|o| config.folder.join(o)));
        let formats = formats(order, &file.build.to, out.as_deref())?;
        layers.fill_in();
        Ok(Self {
            text,
            output,
            formats,
            out,
            cover,
            fonts,
            strict: order.strict || file.build.strict.unwrap_or_default(),
            settings: layers.settings,
            config,
        })
    }
}

/// What holds for the settings of which nobody says anything. Title, author, language, shape
/// and cover are not here: they come from the text.
const DEFAULTS: [(&str, &str); 8] = [
    ("text.notes", "keep"),
    ("text.quotes", "smart"),
    ("layout.design", "classic"),
    ("layout.profile", "screen"),
    ("layout.trim", "the design's"),
    ("layout.font", "the design's"),
    ("layout.size", "the design's"),
    ("layout.paper", "the profile's"),
];

/// Lays one value over another, and keeps who won.
struct Layers {
    settings: Vec<Setting>,
    folder: PathBuf,
}

impl Layers {
    /// Adds the settings that were left to their defaults.
    fn fill_in(&mut self) {
        for (name, value) in DEFAULTS {
            if !self.settings.iter().any(|s| s.name == name) {
                self.settings.push(Setting { name, value: value.to_owned(), origin: Origin::Default });
            }
        }
    }

    fn keep(&mut self, name: &'static str, value: String, flag: bool) {
        let origin = if flag { Origin::Flag } else { Origin::Config };
        self.settings.push(Setting { name, value, origin });
    }

    fn pick(&mut self, name: &'static str, flag: Option<String>, config: Option<String>) -> Option<String> {
        let said = flag.is_some();
        let value = flag.or(config)?;
        self.keep(name, value.clone(), said);
        Some(value)
    }

    /// A path; in `book.toml` it counts from the file's own folder.
    fn pick_path(
        &mut self,
        name: &'static str,
        flag: Option<String>,
        config: Option<String>,
    ) -> Option<String> {
        let config = config.map(|c| self.folder.join(c).to_string_lossy().into_owned());
        self.pick(name, flag, config)
    }

    fn pick_enum<T: clap::ValueEnum>(
        &mut self,
        name: &'static str,
        flag: Option<T>,
        config: Option<T>,
    ) -> Option<T> {
        let said = flag.is_some();
        let value = flag.or(config)?;
        let word = value.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
        self.keep(name, word, said);
        Some(value)
    }

    fn switch(&mut self, name: &'static str, flag: Option<bool>, config: Option<bool>) -> bool {
        let said = flag.is_some();
        let Some(value) = flag.or(config) else { return false };
        self.keep(name, value.to_string(), said);
        value
    }

    fn pick_list(&mut self, name: &'static str, flags: &[String], config: &[String]) -> Vec<String> {
        let value = if flags.is_empty() { config } else { flags };
        if !value.is_empty() {
            self.keep(name, value.join(", "), !flags.is_empty());
        }
        value.to_vec()
    }
}

/// What the user says about the work; `origins` names the fields that were said.
fn metadata(flags: &BookWishes, config: &BookWishes, layers: &mut Layers) -> Metadata {
    let before = layers.settings.len();
    let pick = |layers: &mut Layers, name, flag: &Option<String>, config: &Option<String>| {
        layers.pick(name, flag.clone(), config.clone()).filter(|v| !v.trim().is_empty())
    };
    let mut meta = Metadata {
        title: pick(layers, "title", &flags.title, &config.title).unwrap_or_default(),
        subtitle: pick(layers, "subtitle", &flags.subtitle, &config.subtitle),
        short_title: pick(layers, "short_title", &flags.short_title, &config.short_title),
        language: pick(layers, "language", &flags.language, &config.language).unwrap_or_default(),
        publisher: pick(layers, "publisher", &flags.publisher, &config.publisher),
        date: pick(layers, "date", &flags.date, &config.date),
        description: pick(layers, "description", &flags.description, &config.description),
        rights: pick(layers, "rights", &flags.rights, &config.rights),
        identifiers: layers.pick_list("identifiers", &flags.identifiers, &config.identifiers),
        subjects: layers.pick_list("subjects", &flags.subjects, &config.subjects),
        also_by: layers.pick_list("also_by", &flags.also_by, &config.also_by),
        ..Metadata::default()
    };
    let authors = layers.pick_list("authors", &flags.authors, &config.authors);
    meta.contributors =
        authors.into_iter().map(|name| Contributor { name, role: "aut".to_owned(), file_as: None }).collect();
    meta.contributors.extend(config.contributors.iter().map(|c| Contributor {
        name: c.name.clone(),
        role: c.role.clone(),
        file_as: c.file_as.clone(),
    }));
    let index = pick(layers, "series_index", &flags.series_index, &config.series_index);
    meta.series = pick(layers, "series", &flags.series, &config.series).map(|name| Series { name, index });
    meta.origins = layers.settings[before..].iter().map(|s| (s.name, s.origin)).collect();
    meta
}

/// The word for no cover at all, as a flag or as the family in `book.toml`.
const NO_COVER: &str = "none";

/// The cover: a flag names a picture or a family, `book.toml` has a key for each.
fn cover_job(flags: &CoverWishes, config: CoverWishes, layers: &mut Layers) -> Result<CoverJob, Failure> {
    let palette = layers.pick("cover.palette", flags.palette.clone(), config.palette);
    if flags.file.as_deref().or(config.family.as_deref()) == Some(NO_COVER) {
        layers.keep("cover.family", NO_COVER.to_owned(), flags.file.is_some());
        return Ok(CoverJob { none: true, ..CoverJob::default() });
    }
    let named = flags.file.as_deref().filter(|f| !Path::new(f).exists()).and_then(Family::named);
    if let Some(family) = named {
        layers.keep("cover.family", family.name.to_owned(), true);
        return Ok(CoverJob { family: Some(family), palette, ..CoverJob::default() });
    }
    let file = layers.pick_path("cover.file", flags.file.clone(), config.file);
    let family = match file {
        Some(_) => None,
        None => {
            layers.pick("cover.family", None, config.family).map(|name| cover::family(&name)).transpose()?
        }
    };
    Ok(CoverJob { none: false, file, family, palette })
}

fn shape(name: &str) -> Result<Shape, Failure> {
    Shape::from_name(name).ok_or_else(|| {
        unknown("shape", name, Shape::ALL.iter().map(|(_, n)| *n), "`inkbind list shapes` lists them")
    })
}

/// An error for a name that is not known.
fn unknown<'a>(what: &str, given: &str, known: impl Iterator<Item = &'a str>, listing: &str) -> Failure {
    let help = match nearest(given, known) {
        Some(name) => format!("did you mean `{name}`? {listing}"),
        None => listing.to_owned(),
    };
    Failure::usage(format!("there is no {what} called `{given}`")).help(help)
}

/// Reads `11/14.5`: size and leading in points.
fn size(text: &str) -> Result<(f64, f64), Failure> {
    let wrong = || {
        Failure::usage(format!("`{text}` is no size and leading"))
            .help("write both in points, such as 11/14.5; sizes from 6 to 36, leading not below the size")
    };
    let (size, leading) = text.split_once('/').ok_or_else(wrong)?;
    let number = |s: &str| s.trim().trim_end_matches("pt").trim().parse::<f64>().ok();
    match (number(size), number(leading)) {
        (Some(size), Some(leading)) if (6.0..=36.0).contains(&size) && (size..=72.0).contains(&leading) => {
            Ok((size, leading))
        }
        _ => Err(wrong()),
    }
}

/// What the user settled of rules and single findings.
///
/// # Errors
/// Rules that are not known, and a finding that is turned round without a reason.
fn overrides(flags: &Wishes, config: &Config) -> Result<Overrides, Failure> {
    let file = &config.wishes.rules;
    let off: Vec<String> = flags.rules.off.iter().chain(&file.off).cloned().collect();
    for (code, index) in off
        .iter()
        .map(|c| (c, None))
        .chain(file.overrides.iter().enumerate().map(|(i, o)| (&o.rule, Some(i))))
    {
        if !inkbind::rules().any(|r| r.code == code) {
            let known = inkbind::rules().map(|r| r.code);
            let failure = unknown("rule", code, known, "`inkbind list rules` lists them");
            return Err(config.at_override(index, failure));
        }
    }
    for (index, wish) in file.overrides.iter().enumerate() {
        if !wish.right && wish.reason.trim().is_empty() {
            let failure =
                Failure::usage(format!("a finding of {} is turned round without a reason", wish.rule))
                    .help("say why in `reason`; or confirm the finding with `right = true`");
            return Err(config.at_override(Some(index), failure));
        }
    }
    let single = file.overrides.iter().map(|o| Override {
        rule: o.rule.clone(),
        anchor: o.anchor.clone(),
        right: o.right,
        reason: o.reason.clone(),
    });
    Ok(Overrides { off, single: single.collect() })
}

/// The formats to make: what `--to` says, what the name of the one output says, what
/// `book.toml` says, else EPUB and PDF.
fn formats(order: &Order, config: &[String], out: Option<&Path>) -> Result<Vec<&'static Entry>, Failure> {
    let by_name = out.filter(|o| !o.is_dir()).and_then(by_extension);
    let names: Vec<&str> = match (&order.to, by_name) {
        (Some(to), _) => to.iter().map(String::as_str).collect(),
        (None, Some(entry)) => vec![entry.name],
        (None, None) if !config.is_empty() => config.iter().map(String::as_str).collect(),
        (None, None) => DEFAULT_FORMATS.to_vec(),
    };
    let mut formats: Vec<&'static Entry> = Vec::new();
    for name in names {
        let name = name.trim();
        let entry = backend::find(name).ok_or_else(|| {
            let known = backend::REGISTRY.iter().map(|e| e.name);
            unknown("format", name, known, "`inkbind list backends` lists them")
        })?;
        if !formats.iter().any(|f| f.name == entry.name) {
            formats.push(entry);
        }
    }
    if formats.is_empty() {
        return Err(Failure::usage("--to names no format").help("`inkbind list backends` lists them"));
    }
    Ok(formats)
}

/// The format whose files end as this path does.
pub(crate) fn by_extension(path: &Path) -> Option<&'static Entry> {
    let name = path.file_name()?.to_string_lossy().to_lowercase();
    backend::REGISTRY.iter().find(|e| name.len() > e.extension.len() && name.ends_with(e.extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_the_file_and_the_winner_is_known() {
        let mut flags = Wishes::default();
        flags.book.title = Some("Flag".into());
        let mut config = Config::default();
        config.wishes.book.title = Some("File".into());
        config.wishes.layout.trim = Some("a5".into());
        let order = Order { to: Some(vec!["dump".into()]), ..Order::default() };
        let job = Job::resolve(&flags, config, &order).unwrap();
        assert_eq!(job.text.meta.title, "Flag");
        assert_eq!(job.text.meta.origins["title"], Origin::Flag);
        let trim = Setting { name: "layout.trim", value: "a5".into(), origin: Origin::Config };
        assert!(job.settings.contains(&trim));
    }

    #[test]
    fn sizes_are_read_and_nonsense_refused() {
        assert_eq!(size("11/14.5").unwrap(), (11.0, 14.5));
        assert_eq!(size("10.5pt / 13pt").unwrap(), (10.5, 13.0));
        for wrong in ["11", "0/0", "14/11", "a/b", "nan/nan"] {
            assert_eq!(size(wrong).unwrap_err().exit, super::super::failure::Exit::Usage);
        }
    }
}
