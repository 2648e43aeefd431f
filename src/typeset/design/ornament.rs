//! In: the drawings of `ornaments/` (SVG). Out: outlines of any height at any place on a page.

use std::sync::OnceLock;

use resvg::tiny_skia::{Path, PathSegment, Stroke};
use resvg::usvg;

use crate::typeset::length::Length;
use crate::typeset::page::{Ink, Segment, Shape};

/// A drawing in one colour and white.
#[derive(Debug)]
pub struct Ornament {
    /// Width over height of its optical box.
    aspect: f64,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    /// Whether it is left white on what lies below.
    white: bool,
    /// Segments in a box that is 1 high, with its middle at (0, 0).
    outline: Vec<Stretch>,
}

#[derive(Clone, Copy, Debug)]
enum Stretch {
    Move(f64, f64),
    Line(f64, f64),
    Curve([f64; 6]),
    Close,
}

static FILES: [(&str, &str); 8] = [
    ("swell", include_str!("ornaments/swell.svg")),
    ("triad", include_str!("ornaments/triad.svg")),
    ("rosette", include_str!("ornaments/rosette.svg")),
    ("sprig", include_str!("ornaments/sprig.svg")),
    ("fleuron", include_str!("ornaments/fleuron.svg")),
    ("knot", include_str!("ornaments/knot.svg")),
    ("headpiece", include_str!("ornaments/headpiece.svg")),
    ("initial-ground", include_str!("ornaments/initial-ground.svg")),
];

/// The drawings, each read when it is first asked for: a design has two or three of them.
static ORNAMENTS: [OnceLock<Option<Ornament>>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

/// The ornament with this name.
pub fn find(name: &str) -> Option<&'static Ornament> {
    let at = FILES.iter().position(|(known, _)| *known == name)?;
    ORNAMENTS[at].get_or_init(|| read(FILES[at].1)).as_ref()
}

/// The names of all ornaments.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

fn read(svg: &str) -> Option<Ornament> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default()).ok()?;
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let mut parts = Vec::new();
    gather(tree.root(), &mut |path| {
        if let Some(fill) = path.fill()
            && let Some(data) = path.data().clone().transform(path.abs_transform())
        {
            parts.push(Part { white: is_white(fill.paint()), outline: outline(&data, width, height) });
        }
        if let Some(stroke) = path.stroke() {
            let pen = Stroke { width: stroke.width().get(), ..Stroke::default() };
            let drawn = path.data().stroke(&pen, 1.0).and_then(|p| p.transform(path.abs_transform()));
            if let Some(data) = drawn {
                parts.push(Part { white: is_white(stroke.paint()), outline: outline(&data, width, height) });
            }
        }
    });
    Some(Ornament { aspect: width / height, parts })
}

fn gather(group: &usvg::Group, visit: &mut dyn FnMut(&usvg::Path)) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => gather(group, visit),
            usvg::Node::Path(path) => visit(path),
            usvg::Node::Image(_) | usvg::Node::Text(_) => {}
        }
    }
}

fn is_white(paint: &usvg::Paint) -> bool {
    matches!(paint, usvg::Paint::Color(c) if c.red > 127)
}

/// The segments of `path` in a box that is 1 high with its middle at (0, 0).
fn outline(path: &Path, width: f64, height: f64) -> Vec<Stretch> {
    let at = |p: resvg::tiny_skia::Point| {
        ((f64::from(p.x) - width / 2.0) / height, (f64::from(p.y) - height / 2.0) / height)
    };
    let mut here = (0.0, 0.0);
    path.segments()
        .map(|segment| match segment {
            PathSegment::MoveTo(p) => {
                here = at(p);
                Stretch::Move(here.0, here.1)
            }
            PathSegment::LineTo(p) => {
                here = at(p);
                Stretch::Line(here.0, here.1)
            }
            PathSegment::QuadTo(c, p) => {
                let ((cx, cy), (x, y)) = (at(c), at(p));
                let (hx, hy) = std::mem::replace(&mut here, (x, y));
                // A cubic's handles lie two thirds of the way to the quadratic's one.
                let third = |from: f64, to: f64| from + (to - from) * 2.0 / 3.0;
                Stretch::Curve([third(hx, cx), third(hy, cy), third(x, cx), third(y, cy), x, y])
            }
            PathSegment::CubicTo(a, b, p) => {
                let ((ax, ay), (bx, by)) = (at(a), at(b));
                here = at(p);
                Stretch::Curve([ax, ay, bx, by, here.0, here.1])
            }
            PathSegment::Close => Stretch::Close,
        })
        .collect()
}

impl Ornament {
    /// How wide it is at this height.
    pub fn width(&self, height: f64) -> f64 {
        self.aspect * height
    }

    /// How high it is at this width.
    pub fn height(&self, width: f64) -> f64 {
        width / self.aspect
    }

    /// Its outlines, `height` points high, with the middle of its box at (`x`, `y`).
    pub fn shapes(&self, x: Length, y: Length, height: f64, ink: Ink) -> impl Iterator<Item = Shape> + '_ {
        self.parts.iter().map(move |part| {
            let px = |v: f64| x + Length::pt(v * height);
            let py = |v: f64| y + Length::pt(v * height);
            let segments = part
                .outline
                .iter()
                .map(|s| match *s {
                    Stretch::Move(a, b) => Segment::Move(px(a), py(b)),
                    Stretch::Line(a, b) => Segment::Line(px(a), py(b)),
                    Stretch::Curve([a, b, c, d, e, f]) => {
                        Segment::Curve(px(a), py(b), px(c), py(d), px(e), py(f))
                    }
                    Stretch::Close => Segment::Close,
                })
                .collect();
            Shape::Path { segments, ink: if part.white { Ink::Black(0) } else { ink } }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_drawing_is_read_and_stays_inside_its_box() {
        for (name, _) in FILES {
            let ornament = find(name).unwrap_or_else(|| panic!("{name} cannot be read"));
            assert!(!ornament.parts.is_empty(), "{name}");
            let (width, height) = (ornament.width(1.0) / 2.0, 0.5);
            for stretch in ornament.parts.iter().flat_map(|p| &p.outline) {
                let (x, y) = match *stretch {
                    Stretch::Move(x, y) | Stretch::Line(x, y) | Stretch::Curve([.., x, y]) => (x, y),
                    Stretch::Close => continue,
                };
                assert!(x.abs() <= width + 0.02 && y.abs() <= height + 0.02, "{name}: {x}, {y}");
            }
        }
    }

    #[test]
    fn the_swelled_rule_is_as_wide_as_drawn() {
        let swell = find("swell").expect("swell");
        assert!((swell.width(6.2) - 6.2 * 7.41).abs() < 0.1);
        assert!((swell.height(swell.width(5.0)) - 5.0).abs() < 1e-9);
    }
}
