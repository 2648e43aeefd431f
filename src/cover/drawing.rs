//! In: shapes in the units of the cover. Out: SVG elements, numbers with one decimal.
//!
//! Angles are radians, y points down.

use std::f64::consts::PI;
use std::fmt::Write as _;

use super::colour::Rgb;
use super::face::Face;

/// A point in the units of the cover.
pub(crate) type Point = (f64, f64);

/// The point at distance `r` and angle `t` from `(x, y)`.
pub(super) fn polar((x, y): Point, r: f64, t: f64) -> Point {
    (x + r * t.cos(), y + r * t.sin())
}

/// A part of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Segment {
    /// Begin here.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A cubic: two handles, then the end.
    Curve(Point, Point, Point),
    /// A quadratic: the handle, then the end.
    Quad(Point, Point),
    /// A part of an ellipse, never the greater one.
    Arc {
        /// Both radii.
        radii: Point,
        /// Rotation of the ellipse in degrees.
        turn: f64,
        /// Whether it runs clockwise as seen.
        sweep: bool,
        /// Its end.
        end: Point,
    },
    /// A half circle over the point so far right of the pen, at the pen's height, and back to the start.
    HalfDisc(f64),
    /// Back to the beginning.
    Close,
}

impl Segment {
    /// An arc that begins `at` as cubics, each at most a quarter of an ellipse (SVG 2, appendix B.2.4);
    /// nothing for other segments.
    pub(super) fn as_curves(&self, at: Point) -> Vec<[Point; 3]> {
        let (radii, turn, sweep, end) = match *self {
            Self::Arc { radii, turn, sweep, end } => (radii, turn.to_radians(), sweep, end),
            Self::HalfDisc(width) => ((width / 2.0, width / 2.0), 0.0, true, (at.0 + width, at.1)),
            _ => return Vec::new(),
        };
        let (s, c) = turn.sin_cos();
        let (dx, dy) = ((at.0 - end.0) / 2.0, (at.1 - end.1) / 2.0);
        // The chord's half on the unit circle; an ellipse too small for it is widened.
        let (mut rx, mut ry) = radii;
        let (x, y) = (c * dx + s * dy, -s * dx + c * dy);
        let stretch = (x / rx).hypot(y / ry);
        if stretch > 1.0 {
            (rx, ry) = (rx * stretch, ry * stretch);
        }
        let (x, y) = (x / rx, y / ry);
        let off = ((1.0 - x * x - y * y).max(0.0) / (x * x + y * y).max(f64::MIN_POSITIVE)).sqrt();
        let off = if sweep { off } else { -off };
        let (cx, cy) = (off * y, -off * x);
        let first = (y - cy).atan2(x - cx);
        let mut sweep_by = (-y - cy).atan2(-x - cx) - first;
        if sweep && sweep_by < 0.0 {
            sweep_by += 2.0 * PI;
        } else if !sweep && sweep_by > 0.0 {
            sweep_by -= 2.0 * PI;
        }
        let middle = (f64::midpoint(at.0, end.0), f64::midpoint(at.1, end.1));
        let to = |u: f64, v: f64| {
            let (u, v) = ((u + cx) * rx, (v + cy) * ry);
            (middle.0 + c * u - s * v, middle.1 + s * u + c * v)
        };
        let parts = (sweep_by.abs() / (PI / 2.0) - 1e-9).ceil().max(1.0);
        let step = sweep_by / parts;
        let handle = 4.0 / 3.0 * (step / 4.0).tan();
        (0..parts as u32)
            .map(|i| {
                let (a, b) = (first + step * f64::from(i), first + step * f64::from(i + 1));
                let ((sa, ca), (sb, cb)) = (a.sin_cos(), b.sin_cos());
                [to(ca - handle * sa, sa + handle * ca), to(cb + handle * sb, sb - handle * cb), to(cb, sb)]
            })
            .collect()
    }
}

/// An outline.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Path(pub Vec<Segment>);

impl Path {
    /// Begins at `p`.
    pub(super) fn from(p: Point) -> Self {
        Self(vec![Segment::Move(p)])
    }

    /// Goes straight to `p`.
    pub(super) fn line(mut self, p: Point) -> Self {
        self.0.push(Segment::Line(p));
        self
    }

    /// Curves to `p` by two handles.
    pub(super) fn curve(mut self, h: Point, k: Point, p: Point) -> Self {
        self.0.push(Segment::Curve(h, k, p));
        self
    }

    /// Curves to `p` by one handle.
    pub(super) fn quad(mut self, h: Point, p: Point) -> Self {
        self.0.push(Segment::Quad(h, p));
        self
    }

    /// Goes to `p` on a circle of radius `r`.
    pub(super) fn arc(mut self, r: f64, sweep: bool, p: Point) -> Self {
        self.0.push(Segment::Arc { radii: (r, r), turn: 0.0, sweep, end: p });
        self
    }

    /// Goes back to the beginning.
    pub(super) fn close(mut self) -> Self {
        self.0.push(Segment::Close);
        self
    }

    /// Straight lines round the points.
    pub(super) fn polygon(points: &[Point]) -> Self {
        let mut path = Self::default();
        for (i, p) in points.iter().enumerate() {
            path.0.push(if i == 0 { Segment::Move(*p) } else { Segment::Line(*p) });
        }
        path.close()
    }

    /// A closed curve through the points (Catmull–Rom, as cubics).
    pub(super) fn through(points: &[Point]) -> Self {
        let n = points.len();
        let mut path = Self::default();
        for i in 0..n {
            let [p0, p1, p2, p3] = [i + n - 1, i, i + 1, i + 2].map(|j| points[j % n]);
            if i == 0 {
                path.0.push(Segment::Move(p1));
            }
            path.0.push(Segment::Curve(
                (p1.0 + (p2.0 - p0.0) / 6.0, p1.1 + (p2.1 - p0.1) / 6.0),
                (p2.0 - (p3.0 - p1.0) / 6.0, p2.1 - (p3.1 - p1.1) / 6.0),
                p2,
            ));
        }
        path.close()
    }

    /// A pointed petal with round shoulders: base, direction, length, half width.
    pub(super) fn petal(base: Point, t: f64, l: f64, w: f64) -> Self {
        Self::leaf(base, t, l, [(0.2 * l, 0.95 * w), (0.62 * l, 1.5 * w)])
    }

    /// A leaf pointed at both ends: base, direction, length, half width.
    pub(super) fn vesica(base: Point, t: f64, l: f64, w: f64) -> Self {
        Self::leaf(base, t, l, [(0.3 * l, 1.33 * w), (0.7 * l, 1.33 * w)])
    }

    fn leaf((x, y): Point, t: f64, l: f64, [h, k]: [Point; 2]) -> Self {
        let (s, c) = t.sin_cos();
        let at = |u: f64, v: f64| (x + u * c - v * s, y + u * s + v * c);
        Self::from(at(0.0, 0.0))
            .curve(at(h.0, -h.1), at(k.0, -k.1), at(l, 0.0))
            .curve(at(k.0, k.1), at(h.0, h.1), at(0.0, 0.0))
            .close()
    }

    fn write(&self, out: &mut String) {
        for segment in &self.0 {
            match segment {
                Segment::Move(p) => pair(out, "M", *p),
                Segment::Line(p) => pair(out, "L", *p),
                Segment::Curve(h, k, p) => {
                    pair(out, "C", *h);
                    pair(out, " ", *k);
                    pair(out, " ", *p);
                }
                Segment::Quad(h, p) => {
                    pair(out, "Q", *h);
                    pair(out, " ", *p);
                }
                Segment::Arc { radii, turn, sweep, end } => {
                    pair(out, "A", *radii);
                    out.push(' ');
                    number(out, *turn);
                    out.push_str(if *sweep { " 0 1" } else { " 0 0" });
                    pair(out, " ", *end);
                }
                Segment::HalfDisc(width) => {
                    pair(out, "a", (width / 2.0, width / 2.0));
                    out.push_str(" 0 0 1");
                    pair(out, " ", (*width, 0.0));
                    out.push('Z');
                }
                Segment::Close => out.push('Z'),
            }
        }
    }
}

fn pair(out: &mut String, before: &str, (x, y): Point) {
    out.push_str(before);
    number(out, x);
    out.push(' ');
    number(out, y);
}

/// A number with one decimal, `.0` and the sign of zero cut.
pub(super) fn number(out: &mut String, value: f64) {
    let tenths = value * 10.0;
    let nearest = tenths.round();
    // At the half, the exact binary value decides, as it does for `{:.1}`.
    if (tenths - nearest).abs() > 0.499_999 || nearest.abs() > 1e9 {
        let text = format!("{value:.1}");
        let text = text.strip_suffix(".0").unwrap_or(&text);
        out.push_str(if text == "-0" { "0" } else { text });
        return;
    }
    let tenths = nearest as i64;
    if tenths < 0 {
        out.push('-');
    }
    let size = tenths.unsigned_abs();
    let _ = write!(out, "{}", size / 10);
    if !size.is_multiple_of(10) {
        out.push('.');
        out.push(char::from(b'0' + (size % 10) as u8));
    }
}

/// How a line ends or turns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Round {
    /// Cut square.
    #[default]
    No,
    /// Round ends.
    Ends,
    /// Round corners.
    Corners,
}

/// A line along an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    /// Its colour.
    pub colour: Rgb,
    /// Its width.
    pub width: f64,
    /// What is round about it.
    pub round: Round,
}

/// What an outline looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Paint {
    /// The inside.
    pub fill: Option<Rgb>,
    /// The line.
    pub stroke: Option<Stroke>,
}

impl Paint {
    fn write(&self, out: &mut String) {
        match self.fill {
            Some(colour) => _ = write!(out, " fill=\"{colour}\""),
            None => out.push_str(" fill=\"none\""),
        }
        let Some(stroke) = self.stroke else { return };
        let _ = write!(out, " stroke=\"{}\" stroke-width=\"", stroke.colour);
        number(out, stroke.width);
        out.push_str(match stroke.round {
            Round::No => "\"",
            Round::Ends => "\" stroke-linecap=\"round\"",
            Round::Corners => "\" stroke-linejoin=\"round\"",
        });
    }
}

/// Where a line of type stands to its x.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Anchor {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A line of type.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct TypeLine {
    /// Where it stands, by [`TypeLine::anchor`].
    pub x: f64,
    /// Its baseline.
    pub y: f64,
    /// Its words, in the case in which they are set.
    pub text: String,
    /// Its face.
    pub face: &'static Face,
    /// Size of the em.
    pub size: f64,
    /// Its colour.
    pub fill: Rgb,
    /// Letterspacing in ems.
    pub track: f64,
    /// How it stands to x.
    pub anchor: Anchor,
}

/// Something on a cover.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Element {
    /// An outline.
    Path(Path, Paint),
    /// A circle: centre, radius.
    Circle(Point, f64, Paint),
    /// A rectangle: left top corner, size.
    Rect(Point, Point, Paint),
    /// A line of type.
    Type(TypeLine),
    /// Elements under an affine map `[a b c d e f]` (SVG's `matrix`).
    Mapped([f64; 6], Vec<Element>),
    /// Elements that show only inside a rectangle: left top corner, size.
    Clipped(Point, Point, Vec<Element>),
}

/// A filled outline.
pub(super) fn path(path: Path, fill: Rgb) -> Element {
    Element::Path(path, Paint { fill: Some(fill), stroke: None })
}

/// A filled outline with a line round it.
pub(super) fn edged(path: Path, fill: Rgb, colour: Rgb, width: f64, round: Round) -> Element {
    Element::Path(path, Paint { fill: Some(fill), stroke: Some(Stroke { colour, width, round }) })
}

/// A line along an outline.
pub(super) fn line(path: Path, colour: Rgb, width: f64, round: Round) -> Element {
    Element::Path(path, Paint { fill: None, stroke: Some(Stroke { colour, width, round }) })
}

/// A disc.
pub(super) fn circle(centre: Point, r: f64, fill: Rgb) -> Element {
    Element::Circle(centre, r, Paint { fill: Some(fill), stroke: None })
}

/// A circle's line.
pub(super) fn ring(centre: Point, r: f64, width: f64, colour: Rgb) -> Element {
    let stroke = Some(Stroke { colour, width, round: Round::No });
    Element::Circle(centre, r, Paint { fill: None, stroke })
}

/// A filled rectangle.
pub(super) fn rect(x: f64, y: f64, w: f64, h: f64, fill: Rgb) -> Element {
    Element::Rect((x, y), (w, h), Paint { fill: Some(fill), stroke: None })
}

/// A rectangle's line.
pub(super) fn frame(x: f64, y: f64, w: f64, h: f64, width: f64, colour: Rgb) -> Element {
    let stroke = Some(Stroke { colour, width, round: Round::No });
    Element::Rect((x, y), (w, h), Paint { fill: None, stroke })
}

/// A polygon.
pub(super) fn polygon(points: &[Point], fill: Rgb) -> Element {
    path(Path::polygon(points), fill)
}

/// Degrees of an angle.
pub(super) fn degrees(t: f64) -> f64 {
    t * 180.0 / PI
}

/// Writes elements as SVG; `set` writes lines of type.
pub(super) fn write_svg(elements: &[Element], out: &mut String, set: &mut dyn FnMut(&TypeLine, &mut String)) {
    for element in elements {
        match element {
            Element::Path(path, paint) => {
                out.push_str("<path d=\"");
                path.write(out);
                out.push('"');
                paint.write(out);
                out.push_str("/>");
            }
            Element::Circle(centre, r, paint) => {
                attributes(out, "<circle", &[("cx", centre.0), ("cy", centre.1), ("r", *r)]);
                paint.write(out);
                out.push_str("/>");
            }
            Element::Rect(at, size, paint) => {
                let place = [("x", at.0), ("y", at.1), ("width", size.0), ("height", size.1)];
                attributes(out, "<rect", &place);
                paint.write(out);
                out.push_str("/>");
            }
            Element::Type(line) => set(line, out),
            Element::Mapped(map, inner) => {
                out.push_str("<g transform=\"matrix(");
                for (i, v) in map.iter().enumerate() {
                    if i > 0 {
                        out.push(' ');
                    }
                    number(out, *v);
                }
                out.push_str(")\">");
                write_svg(inner, out, set);
                out.push_str("</g>");
            }
            Element::Clipped(at, size, inner) => {
                // A nested viewport clips without needing a name of its own.
                let place = [("x", at.0), ("y", at.1), ("width", size.0), ("height", size.1)];
                attributes(out, "<svg", &place);
                out.push_str(" viewBox=\"");
                pair(out, "", *at);
                pair(out, " ", *size);
                out.push_str("\">");
                write_svg(inner, out, set);
                out.push_str("</svg>");
            }
        }
    }
}

fn attributes(out: &mut String, begin: &str, values: &[(&str, f64)]) {
    out.push_str(begin);
    for (name, value) in values {
        let _ = write!(out, " {name}=\"");
        number(out, *value);
        out.push('"');
    }
}

/// Text for use in XML.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(value: f64) -> String {
        let mut out = String::new();
        number(&mut out, value);
        out
    }

    #[test]
    fn numbers_have_one_decimal_at_most() {
        for (value, text) in
            [(1.0, "1"), (-0.04, "0"), (0.25, "0.2"), (0.35, "0.3"), (-12.34, "-12.3"), (99.96, "100")]
        {
            assert_eq!(printed(value), text, "{value}");
        }
    }

    #[test]
    fn arcs_end_where_they_should_and_keep_their_radius() {
        let arc = Segment::Arc { radii: (10.0, 10.0), turn: 0.0, sweep: true, end: (0.0, 10.0) };
        // Clockwise as seen, from the right of the circle round (0, 0) to its foot.
        let curves = arc.as_curves((10.0, 0.0));
        assert_eq!(curves.len(), 1);
        let [h, _, end] = curves[0];
        assert!((h.0 - 10.0).abs() < 1e-9 && h.1 > 5.0, "{h:?}");
        assert!((end.0).abs() < 1e-9 && (end.1 - 10.0).abs() < 1e-9, "{end:?}");
        assert_eq!(Segment::HalfDisc(8.0).as_curves((0.0, 0.0)).len(), 2);
    }

    #[test]
    fn fast_numbers_are_those_of_the_formatter() {
        for i in -20_000..20_000 {
            let value = f64::from(i) * 0.0173 + f64::from(i % 7) * 0.05;
            let slow = format!("{value:.1}");
            let slow = slow.strip_suffix(".0").unwrap_or(&slow);
            assert_eq!(printed(value), if slow == "-0" { "0" } else { slow }, "{value}");
        }
    }
}
