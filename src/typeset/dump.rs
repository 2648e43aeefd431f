//! In: pages. Out: the same as text, for people and for golden files.

use std::fmt::Write;

use crate::typeset::furniture::folio_text;
use crate::typeset::length::Length;
use crate::typeset::page::{GlyphRun, Ink, Item, Owner, Page, Pages, Segment, Shape, Side};

/// Page by page, what stands on it: a line of text each with its baseline, its left and right
/// edge and its type; rules, drawings and pictures with their boxes.
pub fn dump_pages(pages: &Pages) -> String {
    let mut out = format!("{} x {} pt, {} pages\n", pages.width, pages.height, pages.pages.len());
    for (index, page) in pages.pages.iter().enumerate() {
        heading(&mut out, index, page);
        for group in groups(page) {
            match group {
                Group::Line { y, owner, runs } => {
                    let (from, to) = edges(&runs);
                    let first = runs[0];
                    let face = pages.faces.get(first.face).map_or("?", |f| f.name.as_str());
                    let text = joined(&runs);
                    let _ = writeln!(
                        out,
                        "  {y:>8} {from:>8}..{to:<8} {} {face} {} {text}",
                        kind(owner),
                        first.size
                    );
                }
                Group::Other(item) => {
                    let _ = writeln!(out, "  {}", shape(&item.shape));
                }
            }
        }
        for link in &page.links {
            let (x, y, width, height) = link.area;
            let _ = writeln!(out, "  link {x} {y} {width} x {height} {}", link.alt);
        }
    }
    out
}

/// Line by line, the text of the book: page, number of the line on its page, left and right edge,
/// words; a hyphen that the break made stands behind them.
pub fn dump_lines(pages: &Pages) -> String {
    let mut out = String::new();
    for page in &pages.pages {
        let lines = groups(page).into_iter().filter_map(|group| match group {
            Group::Line { owner: Owner::Content(_), runs, .. } => Some(runs),
            Group::Line { .. } | Group::Other(_) => None,
        });
        for (number, runs) in lines.enumerate() {
            let (from, to) = edges(&runs);
            let hyphen = runs.last().is_some_and(|r| r.ends_in_soft_hyphen());
            let end = if hyphen { "-" } else { "" };
            let folio = folio_text(page.folio);
            let _ = writeln!(out, "{folio:>4} {:>3} {from:>8}..{to:<8} {}{end}", number + 1, joined(&runs));
        }
    }
    out
}

/// What stands on a page, glyphs of one baseline and owner taken together.
enum Group<'p> {
    Line { y: Length, owner: Owner, runs: Vec<&'p GlyphRun> },
    Other(&'p Item),
}

fn groups(page: &Page) -> Vec<Group<'_>> {
    let mut out: Vec<Group<'_>> = Vec::new();
    for item in &page.items {
        let Shape::Glyphs(run) = &item.shape else {
            out.push(Group::Other(item));
            continue;
        };
        match out.last_mut() {
            Some(Group::Line { y, owner, runs })
                if *y == run.y && kind(*owner) == kind(item.owner) && follows(runs, run) =>
            {
                runs.push(run);
            }
            _ => out.push(Group::Line { y: run.y, owner: item.owner, runs: vec![run] }),
        }
    }
    out
}

/// Whether a run stands to the right of the ones before it.
fn follows(runs: &[&GlyphRun], run: &GlyphRun) -> bool {
    runs.last().is_none_or(|last| run.x >= last.x)
}

fn joined(runs: &[&GlyphRun]) -> String {
    runs.iter().map(|r| r.text.as_str()).collect()
}

fn edges(runs: &[&GlyphRun]) -> (Length, Length) {
    let left = runs.iter().map(|r| r.x).min().unwrap_or_default();
    let right = runs.iter().map(|r| r.x + r.width()).max().unwrap_or_default();
    (left, right)
}

const fn kind(owner: Owner) -> &'static str {
    match owner {
        Owner::Content(_) => "text",
        Owner::Furniture => "head",
        Owner::Decoration => "sign",
    }
}

fn heading(out: &mut String, index: usize, page: &Page) {
    let side = match page.side {
        Side::Recto => "recto",
        Side::Verso => "verso",
    };
    let empty = if page.items.is_empty() { " (empty)" } else { "" };
    let _ = writeln!(out, "\n{} {side} {}{empty}", index + 1, folio_text(page.folio));
}

fn shape(shape: &Shape) -> String {
    match shape {
        Shape::Glyphs(_) => String::new(),
        Shape::Rule { x, y, width, height, ink } => {
            format!("rule {x} {y} {width} x {height} {}", colour(*ink))
        }
        Shape::Path { segments, ink } => {
            let (x, y, width, height) = bounds(segments);
            format!("path {x} {y} {width} x {height} {}", colour(*ink))
        }
        Shape::Image { image, x, y, width, height } => format!("image {image} {x} {y} {width} x {height}"),
    }
}

fn colour(ink: Ink) -> String {
    match ink {
        Ink::Black(share) => format!("black {share}"),
        Ink::Second(r, g, b) => format!("#{r:02X}{g:02X}{b:02X}"),
    }
}

/// Left, top, width and height of the points of an outline.
fn bounds(segments: &[Segment]) -> (Length, Length, Length, Length) {
    let mut points: Vec<(Length, Length)> = Vec::new();
    for segment in segments {
        match *segment {
            Segment::Move(x, y) | Segment::Line(x, y) => points.push((x, y)),
            Segment::Curve(a, b, c, d, e, f) => points.extend([(a, b), (c, d), (e, f)]),
            Segment::Close => {}
        }
    }
    let xs = || points.iter().map(|p| p.0);
    let ys = || points.iter().map(|p| p.1);
    let (left, right) = (xs().min().unwrap_or_default(), xs().max().unwrap_or_default());
    let (top, foot) = (ys().min().unwrap_or_default(), ys().max().unwrap_or_default());
    (left, top, right - left, foot - top)
}
