//! In: the elements of a drawing. Out: filled outlines in their places, the lowest first: maps are
//! carried out, lines have become the outlines of their width, and what a panel cuts off is gone.
//!
//! This is what can be printed as it is: one colour and one outline at a time, nothing above it.

use resvg::tiny_skia::{self as skia, PathSegment};

use super::CoverError;
use super::colour::Rgb;
use super::drawing::{Element, Paint, Path, Point, Segment};
use super::face::Faces;
use super::paint::{skia_path, stroke_of};

/// A filled outline, of curves and lines alone; what is wound round is inside.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Flat {
    /// Its outline.
    pub path: Path,
    /// Its colour.
    pub fill: Rgb,
}

/// How far a curve may run from the straight lines that stand for it where a panel cuts it, in units:
/// a thousandth of an inch is four of them.
const FLATNESS: f64 = 0.25;

/// A rectangle: left, top, right, bottom.
pub(super) type Bounds = [f64; 4];

/// Lays the elements flat.
///
/// # Errors
/// [`CoverError`] where the face of a line of type is not there.
pub(super) fn flatten(elements: &[Element], faces: &Faces<'_>) -> Result<Vec<Flat>, CoverError> {
    let mut out = Vec::new();
    for element in elements {
        lay(element, faces, &mut out)?;
    }
    Ok(out)
}

fn lay(element: &Element, faces: &Faces<'_>, out: &mut Vec<Flat>) -> Result<(), CoverError> {
    match element {
        Element::Path(path, paint) => painted(skia_path(path), paint, out),
        Element::Circle((x, y), r, paint) => {
            painted(skia::PathBuilder::from_circle(*x as f32, *y as f32, *r as f32), paint, out);
        }
        Element::Rect((x, y), (w, h), paint) => {
            let rect = skia::Rect::from_xywh(*x as f32, *y as f32, *w as f32, *h as f32);
            painted(rect.map(skia::PathBuilder::from_rect), paint, out);
        }
        Element::Type(line) => {
            painted(skia_path(&faces.outline(line)?), &Paint { fill: Some(line.fill), stroke: None }, out);
        }
        Element::Mapped(map, inner) => {
            for flat in flatten(inner, faces)? {
                out.push(Flat { path: mapped(&flat.path, map), ..flat });
            }
        }
        Element::Clipped((x, y), (w, h), inner) => {
            let panel = [*x, *y, x + w, y + h];
            out.extend(flatten(inner, faces)?.into_iter().filter_map(|flat| clipped(flat, &panel)));
        }
    }
    Ok(())
}

fn painted(path: Option<skia::Path>, paint: &Paint, out: &mut Vec<Flat>) {
    let Some(path) = path else { return };
    if let Some(fill) = paint.fill {
        out.push(Flat { path: ours(&path), fill });
    }
    if let Some(line) = paint.stroke
        && let Some(outline) = path.stroke(&stroke_of(&line, 1.0), 4.0)
    {
        out.push(Flat { path: ours(&outline), fill: line.colour });
    }
}

/// A path of the renderer's as one of ours, quadratics as cubics.
fn ours(path: &skia::Path) -> Path {
    let point = |p: skia::Point| (f64::from(p.x), f64::from(p.y));
    let mut at = (0.0, 0.0);
    let mut out = Vec::with_capacity(path.len());
    for segment in path.segments() {
        let next = match segment {
            PathSegment::MoveTo(p) => Segment::Move(point(p)),
            PathSegment::LineTo(p) => Segment::Line(point(p)),
            PathSegment::QuadTo(h, p) => {
                let (h, p) = (point(h), point(p));
                let third =
                    |end: Point| (end.0 + (h.0 - end.0) * 2.0 / 3.0, end.1 + (h.1 - end.1) * 2.0 / 3.0);
                Segment::Curve(third(at), third(p), p)
            }
            PathSegment::CubicTo(h, k, p) => Segment::Curve(point(h), point(k), point(p)),
            PathSegment::Close => Segment::Close,
        };
        if let Some(end) = end(&next) {
            at = end;
        }
        out.push(next);
    }
    Path(out)
}

fn end(segment: &Segment) -> Option<Point> {
    match *segment {
        Segment::Move(p) | Segment::Line(p) | Segment::Curve(.., p) | Segment::Quad(_, p) => Some(p),
        Segment::Arc { end, .. } => Some(end),
        Segment::HalfDisc(_) | Segment::Close => None,
    }
}

/// The path under an affine map.
pub(super) fn mapped(path: &Path, [a, b, c, d, e, f]: &[f64; 6]) -> Path {
    let to = |(x, y): Point| (a * x + c * y + e, b * x + d * y + f);
    let segment = |s: &Segment| match *s {
        Segment::Move(p) => Segment::Move(to(p)),
        Segment::Line(p) => Segment::Line(to(p)),
        Segment::Curve(h, k, p) => Segment::Curve(to(h), to(k), to(p)),
        Segment::Quad(h, p) => Segment::Quad(to(h), to(p)),
        // Flat outlines have none of these.
        Segment::Arc { .. } | Segment::HalfDisc(_) => *s,
        Segment::Close => Segment::Close,
    };
    Path(path.0.iter().map(segment).collect())
}

/// The rectangle round outlines and their handles; `None` where there are none.
pub(super) fn bounds(shapes: &[Flat]) -> Option<Bounds> {
    let mut bounds: Option<Bounds> = None;
    let mut hold = |(x, y): Point| {
        let b = bounds.get_or_insert([x, y, x, y]);
        *b = [b[0].min(x), b[1].min(y), b[2].max(x), b[3].max(y)];
    };
    for segment in shapes.iter().flat_map(|s| &s.path.0) {
        if let Segment::Curve(h, k, _) = *segment {
            hold(h);
            hold(k);
        }
        if let Some(p) = end(segment) {
            hold(p);
        }
    }
    bounds
}

/// What a panel leaves of an outline: all of it, nothing, or what is inside, in straight lines.
fn clipped(flat: Flat, panel: &Bounds) -> Option<Flat> {
    let [left, top, right, bottom] = *panel;
    let bounds = bounds(std::slice::from_ref(&flat))?;
    if bounds[0] >= right || bounds[2] <= left || bounds[1] >= bottom || bounds[3] <= top {
        return None;
    }
    if bounds[0] >= left && bounds[2] <= right && bounds[1] >= top && bounds[3] <= bottom {
        return Some(flat);
    }
    let mut path = Vec::new();
    for ring in rings(&flat.path) {
        let sides = [(0, left, 1.0), (0, right, -1.0), (1, top, 1.0), (1, bottom, -1.0)];
        let ring = sides.into_iter().fold(ring, |ring, (axis, edge, sign)| cut(&ring, axis, edge, sign));
        for (i, p) in ring.iter().enumerate() {
            path.push(if i == 0 { Segment::Move(*p) } else { Segment::Line(*p) });
        }
        if !ring.is_empty() {
            path.push(Segment::Close);
        }
    }
    (!path.is_empty()).then_some(Flat { path: Path(path), ..flat })
}

/// The closed lines of an outline, curves as straight pieces.
fn rings(path: &Path) -> Vec<Vec<Point>> {
    let mut rings: Vec<Vec<Point>> = Vec::new();
    let mut ring: Vec<Point> = Vec::new();
    for segment in &path.0 {
        match *segment {
            Segment::Move(p) => {
                rings.push(std::mem::replace(&mut ring, vec![p]));
            }
            Segment::Curve(h, k, p) => {
                let from = ring.last().copied().unwrap_or(p);
                let bend =
                    |a: Point, b: Point, c: Point| (a.0 - 2.0 * b.0 + c.0).hypot(a.1 - 2.0 * b.1 + c.1);
                let parts = (0.75 * bend(from, h, k).max(bend(h, k, p)) / FLATNESS).sqrt().ceil().max(1.0);
                for i in 1..=parts as u32 {
                    let t = f64::from(i) / parts;
                    let u = 1.0 - t;
                    let on = |a: f64, b: f64, c: f64, d: f64| {
                        u * u * u * a + 3.0 * u * t * (u * b + t * c) + t * t * t * d
                    };
                    ring.push((on(from.0, h.0, k.0, p.0), on(from.1, h.1, k.1, p.1)));
                }
            }
            _ => ring.extend(end(segment)),
        }
    }
    rings.push(ring);
    rings.retain(|r| r.len() > 2);
    rings
}

/// What lies on one side of a line (Sutherland & Hodgman, 1974): `sign` 1 keeps what is beyond `edge`.
///
/// Where an outline is cut in two, its parts stay joined along the edge, which encloses nothing.
fn cut(ring: &[Point], axis: usize, edge: f64, sign: f64) -> Vec<Point> {
    let depth = |p: Point| (if axis == 0 { p.0 } else { p.1 } - edge) * sign;
    let mut out = Vec::with_capacity(ring.len() + 4);
    for (i, p) in ring.iter().enumerate() {
        let before = ring[(i + ring.len() - 1) % ring.len()];
        let (was, is) = (depth(before), depth(*p));
        if (was < 0.0) != (is < 0.0) {
            let t = was / (was - is);
            out.push((before.0 + (p.0 - before.0) * t, before.1 + (p.1 - before.1) * t));
        }
        if is >= 0.0 {
            out.push(*p);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover::drawing::{circle, frame, rect};
    use crate::env::FixedEnv;

    const BLACK: Rgb = Rgb([0; 3]);

    /// The area that an outline encloses, by its rings.
    fn area(flat: &Flat) -> f64 {
        let ring = |r: &Vec<Point>| {
            let next = |i: usize| r[(i + 1) % r.len()];
            r.iter().enumerate().map(|(i, p)| (p.0 * next(i).1 - next(i).0 * p.1) / 2.0).sum::<f64>()
        };
        rings(&flat.path).iter().map(ring).sum::<f64>().abs()
    }

    fn laid(elements: &[Element]) -> Vec<Flat> {
        let env = FixedEnv::default();
        flatten(elements, &Faces::new(&env)).unwrap()
    }

    #[test]
    fn a_panel_cuts_off_what_leaves_it() {
        let disc = || circle((0.0, 0.0), 100.0, BLACK);
        let whole = laid(&[Element::Clipped((-200.0, -200.0), (400.0, 400.0), vec![disc()])]);
        let full = std::f64::consts::PI * 10_000.0;
        assert!((area(&whole[0]) / full - 1.0).abs() < 0.003);
        let quarter = laid(&[Element::Clipped((0.0, 0.0), (400.0, 400.0), vec![disc()])]);
        assert!((area(&quarter[0]) / (full / 4.0) - 1.0).abs() < 0.01, "{}", area(&quarter[0]));
        assert!(laid(&[Element::Clipped((100.0, 0.0), (9.0, 9.0), vec![disc()])]).is_empty());
    }

    #[test]
    fn maps_and_lines_become_outlines() {
        let turned =
            Element::Mapped([0.0, 2.0, -1.0, 0.0, 50.0, 0.0], vec![rect(0.0, 0.0, 10.0, 5.0, BLACK)]);
        let flat = laid(&[turned]);
        assert!((area(&flat[0]) - 100.0).abs() < 1e-6);
        assert!(flat[0].path.0.contains(&Segment::Move((50.0, 0.0))));
        let line = laid(&[frame(0.0, 0.0, 100.0, 50.0, 2.0, BLACK)]);
        assert_eq!(line.len(), 1, "a frame is its line alone");
    }
}
