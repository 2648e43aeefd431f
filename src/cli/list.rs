//! `inkbind list`: what can be chosen.

use inkbind::options::Shape;
use inkbind::press::{profile, trim};
use inkbind::typeset::design;
use inkbind::{backend, cover, fonts};
use serde_json::{Value, json};

use super::args::{ListArgs, Listing};
use super::explain::{family, rule_json};
use super::failure::Exit;
use super::show;

/// Runs `inkbind list`.
pub(crate) fn run(args: &ListArgs) -> Exit {
    let rows = rows(args.what);
    if args.json {
        let list: Value = match args.what {
            Listing::Rules => inkbind::rules().map(rule_json).collect(),
            _ => rows.iter().map(|(name, about)| json!({ "name": name, "about": about })).collect(),
        };
        show::json(&list);
    } else {
        let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
        let lines: Vec<String> =
            rows.iter().map(|(name, about)| format!("{name:width$}  {about}\n")).collect();
        show::result(&lines.concat());
    }
    Exit::Done
}

fn rows(what: Listing) -> Vec<(String, String)> {
    match what {
        Listing::Covers => cover::FAMILIES.iter().map(|f| (f.name.to_owned(), f.about.to_owned())).collect(),
        Listing::Designs => {
            design::BUILT_IN.iter().map(|d| (d.name.to_owned(), about_design(d.name))).collect()
        }
        Listing::Trims => {
            trim::NAMES.iter().map(|t| (t.name.to_owned(), format!("{}: {}", t.size, t.about))).collect()
        }
        Listing::Profiles => profile::names()
            .map(|name| (name.to_owned(), profile::find(name).map(|p| p.about).unwrap_or_default()))
            .collect(),
        Listing::Fonts => fonts::FAMILIES.iter().map(|f| (f.name.to_owned(), f.role.to_owned())).collect(),
        Listing::Rules => {
            inkbind::rules().map(|r| (format!("{}  {}", r.code, r.name), family(r.code).to_owned())).collect()
        }
        Listing::Backends => backend::REGISTRY
            .iter()
            .map(|e| (e.name.to_owned(), format!("{} ({})", e.about, e.extension)))
            .collect(),
        Listing::Shapes => Shape::ALL.iter().map(|(s, n)| ((*n).to_owned(), about(*s).to_owned())).collect(),
    }
}

fn about_design(name: &str) -> String {
    design::built_in(name).map(|d| d.about.clone()).unwrap_or_default()
}

fn about(shape: Shape) -> &'static str {
    match shape {
        Shape::Serial => "copied from a serial's page: one line a paragraph, bare chapter markers",
        Shape::Archive => "an archive page with tags, summaries and notes",
        Shape::Gutenberg => "a Project Gutenberg plain text",
        Shape::Manuscript => "a typescript: first-line indents, no blank lines",
        Shape::Forum => "a forum post with BBCode",
        Shape::Scan => "a scan: running heads, page numbers, hyphens at line ends",
        Shape::Markdown => "text with Markdown marks",
        Shape::Plain => "none of these",
    }
}
