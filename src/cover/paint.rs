//! In: shapes in flat colours. Out: rows of pixels.
//!
//! Flat covers are mostly runs of one colour, so a painter that works on edges and runs is
//! several times as fast as one that blends every pixel of every shape. Coverage is exact
//! area (the cells of Raph Levien's and David Turner's rasterizers), summed over windings and
//! cut at one, then taken in sixteen steps: finer ones are not seen and do not pack.

use resvg::tiny_skia::{self as skia, PathSegment};

use super::colour::Rgb;
use super::drawing::{Element, Paint, Path, Point, Round, Segment, Stroke};

/// A pixel: red in the low byte, then green, then blue, then 255.
pub(super) type Pixel = u32;

/// Rows that are painted and packed together: few enough to stay in a processor's cache, and at the
/// width of a cover in a packer's window of 64 KB.
pub(super) const BAND: usize = 38;

/// How far a curve may run from the straight lines that stand for it, in pixels.
const FLATNESS: f32 = 0.08;

/// Steps of coverage.
const STEPS: f32 = 16.0;

/// A shape as straight edges in pixels, in one colour.
#[derive(Debug)]
struct Flat {
    edges: Vec<Edge>,
    colour: Pixel,
    top: f32,
    foot: f32,
}

#[derive(Clone, Copy, Debug)]
struct Edge {
    from: (f32, f32),
    to: (f32, f32),
}

/// A picture, ready to be painted band by band.
#[derive(Debug)]
pub(super) struct Canvas {
    width: usize,
    height: usize,
    ground: Pixel,
    shapes: Vec<Flat>,
}

fn pixel(colour: Rgb) -> Pixel {
    let [r, g, b] = colour.0;
    u32::from_le_bytes([r, g, b, 255])
}

impl Canvas {
    /// An empty picture.
    pub(super) fn new(width: usize, height: usize, ground: Rgb) -> Self {
        Self { width, height, ground: pixel(ground), shapes: Vec::new() }
    }

    /// Lays elements over what is there, `scale` pixels a unit. Lines of type must be outlines by now.
    pub(super) fn lay(&mut self, elements: &[Element], scale: f32) {
        for element in elements {
            let (path, paint) = match element {
                Element::Path(path, paint) => (skia_path(path), paint),
                Element::Circle((x, y), r, paint) => {
                    (skia::PathBuilder::from_circle(*x as f32, *y as f32, *r as f32), paint)
                }
                Element::Rect((x, y), (w, h), paint) => {
                    let rect = skia::Rect::from_xywh(*x as f32, *y as f32, *w as f32, *h as f32);
                    (rect.map(skia::PathBuilder::from_rect), paint)
                }
                // Front covers are drawn without maps and clips, and with type as outlines.
                Element::Type(_) | Element::Mapped(..) | Element::Clipped(..) => continue,
            };
            if let Some(path) = path.and_then(|p| p.transform(skia::Transform::from_scale(scale, scale))) {
                self.paint(&path, paint, scale);
            }
        }
    }

    fn paint(&mut self, path: &skia::Path, paint: &Paint, scale: f32) {
        if let Some(fill) = paint.fill {
            self.shapes.extend(flat(path, fill, self.width as f32));
        }
        if let Some(line) = paint.stroke
            && let Some(outline) = path.stroke(&stroke_of(&line, scale), 1.0)
        {
            self.shapes.extend(flat(&outline, line.colour, self.width as f32));
        }
    }

    /// How many bands the picture has.
    pub(super) fn bands(&self) -> usize {
        self.height.div_ceil(BAND)
    }

    /// Paints the rows of one band into `pixels`, which takes their size.
    pub(super) fn band(&self, index: usize, pixels: &mut Vec<Pixel>) {
        let top = index * BAND;
        let rows = BAND.min(self.height - top);
        pixels.resize(rows * self.width, self.ground);
        flood(pixels, self.ground);
        let (top, foot) = (top as f32, (top + rows) as f32);
        let mut cells = Vec::new();
        for shape in self.shapes.iter().filter(|s| s.foot > top && s.top < foot) {
            cells.clear();
            for edge in &shape.edges {
                add_edge(&mut cells, *edge, top, foot);
            }
            cells.sort_unstable_by_key(|c: &Cell| c.at);
            sweep(&cells, shape.colour, pixels, self.width);
        }
    }
}

/// What edges do to one pixel.
#[derive(Clone, Copy, Debug)]
struct Cell {
    /// Row in the band and column: `row << 16 | column`.
    at: u32,
    /// Height of the edges in this pixel, signed by direction.
    height: f32,
    /// How much of the pixel lies right of them.
    area: f32,
}

/// The part of an edge that lies between `top` and `foot`, cut at every pixel.
fn add_edge(cells: &mut Vec<Cell>, edge: Edge, top: f32, foot: f32) {
    let (up, from, to) =
        if edge.from.1 < edge.to.1 { (1.0, edge.from, edge.to) } else { (-1.0, edge.to, edge.from) };
    let (y0, y1) = (from.1.max(top), to.1.min(foot));
    if y0 >= y1 {
        return;
    }
    let slope = (to.0 - from.0) / (to.1 - from.1);
    let (low, high) = (from.0.min(to.0), from.0.max(to.0));
    let x_at = |y: f32| (from.0 + (y - from.1) * slope).clamp(low, high);
    let mut y = y0;
    let mut x = x_at(y0);
    while y < y1 {
        let row = y.floor();
        let next = (row + 1.0).min(y1);
        let end = x_at(next);
        add_row(cells, ((row - top) as u32) << 16, (x, end), (next - y) * up);
        (y, x) = (next, end);
    }
}

/// An edge inside of one row, from `x` to `end`, cut at every column.
fn add_row(cells: &mut Vec<Cell>, row: u32, (x, end): (f32, f32), height: f32) {
    let (left, right) = (x.min(end), x.max(end));
    let first = left.floor();
    if right <= first + 1.0 {
        let middle = f32::midpoint(left, right) - first;
        cells.push(Cell { at: row | first as u32, height, area: height * (1.0 - middle) });
        return;
    }
    let rate = height / (right - left);
    let mut at = left;
    while at < right {
        let column = at.floor();
        let next = (column + 1.0).min(right);
        let part = (next - at) * rate;
        let middle = f32::midpoint(at, next) - column;
        cells.push(Cell { at: row | column as u32, height: part, area: part * (1.0 - middle) });
        at = next;
    }
}

/// Walks the cells of a shape row by row and fills what lies between.
fn sweep(cells: &[Cell], colour: Pixel, pixels: &mut [Pixel], width: usize) {
    let mut i = 0;
    while i < cells.len() {
        let row = cells[i].at >> 16;
        let Some(line) = pixels.get_mut(row as usize * width..(row as usize + 1) * width) else { return };
        let mut wound = 0.0;
        let mut x = 0;
        while i < cells.len() && cells[i].at >> 16 == row {
            let at = cells[i].at;
            let column = (at & 0xffff) as usize;
            fill(line, x, column, wound, colour);
            let mut area = 0.0;
            let mut height = 0.0;
            while i < cells.len() && cells[i].at == at {
                area += cells[i].area;
                height += cells[i].height;
                i += 1;
            }
            fill(line, column, column + 1, wound + area, colour);
            wound += height;
            x = column + 1;
        }
        fill(line, x, width, wound, colour);
    }
}

/// Lays a colour over the pixels from `from` to `to`.
fn fill(line: &mut [Pixel], from: usize, to: usize, coverage: f32, colour: Pixel) {
    let step = (coverage.abs().min(1.0) * STEPS + 0.5) as u32;
    if step == 0 {
        return;
    }
    let to = to.min(line.len());
    let Some(run) = line.get_mut(from..to) else { return };
    if step as f32 >= STEPS {
        flood(run, colour);
        return;
    }
    for under in run {
        *under = blend(*under, colour, step);
    }
}

/// Makes all pixels of one colour, by copying what is done already: twice as much each time, as
/// fast as memory goes.
fn flood(run: &mut [Pixel], colour: Pixel) {
    let mut done = run.len().min(16);
    run[..done].iter_mut().for_each(|pixel| *pixel = colour);
    while done < run.len() {
        let next = done.min(run.len() - done);
        run.copy_within(..next, done);
        done += next;
    }
}

/// `over` laid over `under`, `step` sixteenths of it.
fn blend(under: Pixel, over: Pixel, step: u32) -> Pixel {
    // Two channels at a time, each with eight bits of room above it.
    let mix = |a: u32, b: u32| (a * (16 - step) + b * step + 0x0008_0008) >> 4;
    let low = mix(under & 0x00ff_00ff, over & 0x00ff_00ff) & 0x00ff_00ff;
    let high = mix((under >> 8) & 0x00ff_00ff, (over >> 8) & 0x00ff_00ff) & 0x00ff_00ff;
    low | high << 8
}

/// A path as straight edges, cut at the sides of the picture.
fn flat(path: &skia::Path, colour: Rgb, width: f32) -> Option<Flat> {
    let bounds = path.bounds();
    if bounds.left() >= width || bounds.right() <= 0.0 {
        return None;
    }
    let mut edges = Edges { cut: Vec::new(), width, at: (0.0, 0.0) };
    let mut start = (0.0, 0.0);
    for segment in path.segments() {
        match segment {
            PathSegment::MoveTo(p) => {
                edges.line(start);
                start = (p.x, p.y);
                edges.at = start;
            }
            PathSegment::LineTo(p) => edges.line((p.x, p.y)),
            PathSegment::QuadTo(h, p) => edges.quad((h.x, h.y), (p.x, p.y)),
            PathSegment::CubicTo(h, k, p) => edges.cubic((h.x, h.y), (k.x, k.y), (p.x, p.y)),
            PathSegment::Close => edges.line(start),
        }
    }
    edges.line(start);
    Some(Flat { edges: edges.cut, colour: pixel(colour), top: bounds.top(), foot: bounds.bottom() })
}

struct Edges {
    cut: Vec<Edge>,
    width: f32,
    at: (f32, f32),
}

impl Edges {
    /// Goes straight to a point. What lies left of the picture is moved to its edge, so that
    /// what it winds round stays wound; what lies right of it is of no effect.
    fn line(&mut self, to: (f32, f32)) {
        let from = std::mem::replace(&mut self.at, to);
        // A level edge winds round nothing.
        if (from.1 - to.1).abs() <= 0.0 {
            return;
        }
        let inside = |x: f32| (0.0..=self.width).contains(&x);
        if inside(from.0) && inside(to.0) {
            self.cut.push(Edge { from, to });
            return;
        }
        let mut cuts = [0.0, 1.0, 1.0, 1.0];
        let mut count = 1;
        for side in [0.0, self.width] {
            let t = (side - from.0) / (to.0 - from.0);
            if t > 0.0 && t < 1.0 {
                cuts[count] = t;
                count += 1;
            }
        }
        if count == 3 && cuts[1] > cuts[2] {
            cuts.swap(1, 2);
        }
        let on = |t: f32| (from.0 + (to.0 - from.0) * t, from.1 + (to.1 - from.1) * t);
        for pair in cuts.windows(2).take(count) {
            let (a, b) = (on(pair[0]), if pair[1] < 1.0 { on(pair[1]) } else { to });
            if f32::midpoint(a.0, b.0) < self.width {
                let cut = |(x, y): (f32, f32)| (x.clamp(0.0, self.width), y);
                self.cut.push(Edge { from: cut(a), to: cut(b) });
            }
        }
    }

    fn quad(&mut self, h: (f32, f32), p: (f32, f32)) {
        let from = self.at;
        let bend = (from.0 - 2.0 * h.0 + p.0).hypot(from.1 - 2.0 * h.1 + p.1);
        let parts = (bend / (4.0 * FLATNESS)).sqrt().ceil().max(1.0);
        for i in 1..parts as u32 {
            let t = i as f32 / parts;
            let u = 1.0 - t;
            let on = |a: f32, b: f32, c: f32| u * u * a + 2.0 * u * t * b + t * t * c;
            self.line((on(from.0, h.0, p.0), on(from.1, h.1, p.1)));
        }
        self.line(p);
    }

    fn cubic(&mut self, h: (f32, f32), k: (f32, f32), p: (f32, f32)) {
        let from = self.at;
        let bend = |a: (f32, f32), b: (f32, f32), c: (f32, f32)| {
            (a.0 - 2.0 * b.0 + c.0).hypot(a.1 - 2.0 * b.1 + c.1)
        };
        let most = bend(from, h, k).max(bend(h, k, p));
        let parts = (0.75 * most / FLATNESS).sqrt().ceil().max(1.0);
        for i in 1..parts as u32 {
            let t = i as f32 / parts;
            let u = 1.0 - t;
            let on = |a: f32, b: f32, c: f32, d: f32| {
                u * u * u * a + 3.0 * u * t * (u * b + t * c) + t * t * t * d
            };
            self.line((on(from.0, h.0, k.0, p.0), on(from.1, h.1, k.1, p.1)));
        }
        self.line(p);
    }
}

/// A line of ours as one of the renderer's, `scale` pixels a unit.
pub(super) fn stroke_of(line: &Stroke, scale: f32) -> skia::Stroke {
    skia::Stroke {
        width: line.width as f32 * scale,
        line_cap: if line.round == Round::Ends { skia::LineCap::Round } else { skia::LineCap::Butt },
        line_join: if line.round == Round::Corners { skia::LineJoin::Round } else { skia::LineJoin::Miter },
        ..skia::Stroke::default()
    }
}

/// A path of ours as one of the renderer's; arcs become cubics.
pub(super) fn skia_path(path: &Path) -> Option<skia::Path> {
    let mut out = skia::PathBuilder::new();
    let mut at: Point = (0.0, 0.0);
    for segment in &path.0 {
        match *segment {
            Segment::Move(p) => {
                out.move_to(p.0 as f32, p.1 as f32);
                at = p;
            }
            Segment::Line(p) => {
                out.line_to(p.0 as f32, p.1 as f32);
                at = p;
            }
            Segment::Quad(h, p) => {
                out.quad_to(h.0 as f32, h.1 as f32, p.0 as f32, p.1 as f32);
                at = p;
            }
            Segment::Curve(h, k, p) => {
                out.cubic_to(h.0 as f32, h.1 as f32, k.0 as f32, k.1 as f32, p.0 as f32, p.1 as f32);
                at = p;
            }
            Segment::Arc { .. } | Segment::HalfDisc(_) => {
                for [h, k, p] in segment.as_curves(at) {
                    out.cubic_to(h.0 as f32, h.1 as f32, k.0 as f32, k.1 as f32, p.0 as f32, p.1 as f32);
                    at = p;
                }
                if matches!(segment, Segment::HalfDisc(_)) {
                    out.close();
                }
            }
            Segment::Close => out.close(),
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cover::drawing::{circle, path, rect};

    const WHITE: Rgb = Rgb([255; 3]);
    const BLACK: Rgb = Rgb([0; 3]);

    fn painted(elements: &[Element], width: usize, height: usize) -> Vec<u8> {
        let mut canvas = Canvas::new(width, height, WHITE);
        canvas.lay(elements, 1.0);
        let mut all = Vec::new();
        let mut pixels = Vec::new();
        for band in 0..canvas.bands() {
            canvas.band(band, &mut pixels);
            all.extend(pixels.iter().map(|p| 255 - p.to_le_bytes()[0]));
        }
        all
    }

    fn full(pixels: &[u8]) -> u32 {
        pixels.iter().map(|v| u32::from(*v == 255)).sum()
    }

    #[test]
    fn coverage_is_area() {
        let half = painted(&[rect(1.5, 1.0, 1.0, 1.5, BLACK)], 4, 4);
        assert_eq!(half, [0, 0, 0, 0, 0, 127, 127, 0, 0, 64, 64, 0, 0, 0, 0, 0]);
        let area: f64 =
            painted(&[circle((50.0, 80.0), 30.3, BLACK)], 100, 160).iter().map(|v| f64::from(*v)).sum();
        let exact = std::f64::consts::PI * 30.3 * 30.3 * 255.0;
        assert!((area / exact - 1.0).abs() < 0.004, "{area} {exact}");
    }

    #[test]
    fn what_leaves_the_picture_is_cut_at_its_edges() {
        for (x, y) in [(0.0, 0.0), (10.0, 0.0), (0.0, 10.0), (10.0, 10.0)] {
            let quarter = painted(&[rect(x - 5.0, y - 5.0, 10.0, 10.0, BLACK)], 10, 10);
            assert_eq!(full(&quarter), 25, "{x} {y}");
        }
        let slanted = Path::polygon(&[(-300.0, 5.0), (300.0, -295.0), (300.0, 305.0)]);
        let all = painted(&[path(slanted, BLACK)], 20, 10);
        assert!(all.iter().all(|v| *v == 255), "{all:?}");
    }

    #[test]
    fn a_ring_of_two_windings_keeps_its_hole() {
        let outer = Path::polygon(&[(0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0)]);
        let inner = Path::polygon(&[(2.0, 2.0), (2.0, 6.0), (6.0, 6.0), (6.0, 2.0)]);
        let both = Path([outer.0, inner.0].concat());
        let ring = painted(&[path(both, BLACK)], 8, 8);
        assert_eq!(full(&ring), 64 - 16);
    }
}
