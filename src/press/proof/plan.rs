//! In: how many pages of what size, and the measures of the wrap. Out: what stands where on the proof.

use crate::press::wrap::{Area, Wrap};

use super::{SHEET, Sheet, Source, Subject, Thing};

/// Paper round everything.
const EDGE: f64 = 36.0;
/// Grey of the table that things lie on.
const TABLE: f64 = 0.86;
/// Grey of the edge of a page.
const LINE: f64 = 0.6;
/// Grey of the cut paper of a block, and of its sheets.
const PAPER: (f64, f64) = (0.97, 0.82);
/// How many spreads are shown large.
const SPREADS: usize = 4;
/// Small spreads in a row, and rows on a sheet.
const SMALL: (usize, usize) = (8, 5);

/// Plans all sheets.
pub(super) fn plan(subject: &Subject<'_>) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    if let Some(wrap) = subject.wrap.map(|w| &w.wrap) {
        sheets.push(lying(wrap));
        sheets.push(flat(wrap));
    }
    let spreads = spreads(subject.pages);
    for index in chosen(spreads.len()) {
        let mut sheet = table();
        spread(spreads[index], subject.trim, frame(), &mut sheet);
        sheets.push(sheet);
    }
    for group in spreads.chunks(SMALL.0 * SMALL.1) {
        let mut sheet = table();
        let (room, gap) = (frame(), 14.0);
        let width = (room[2] - room[0] - gap * (SMALL.0 - 1) as f64) / SMALL.0 as f64;
        let height = (room[3] - room[1] - gap * (SMALL.1 - 1) as f64) / SMALL.1 as f64;
        for (at, pair) in group.iter().enumerate() {
            let (column, row) = ((at % SMALL.0) as f64, (at / SMALL.0) as f64);
            let (x, y) = (room[0] + column * (width + gap), room[1] + row * (height + gap));
            spread(*pair, subject.trim, [x, y, x + width, y + height], &mut sheet);
        }
        sheets.push(sheet);
    }
    sheets
}

fn frame() -> [f64; 4] {
    [EDGE, EDGE, SHEET.0 - EDGE, SHEET.1 - EDGE]
}

fn table() -> Sheet {
    vec![patch([0.0, 0.0, SHEET.0, SHEET.1], TABLE)]
}

fn patch([left, top, right, bottom]: [f64; 4], grey: f64) -> Thing {
    Thing::Patch(vec![(left, top), (right, top), (right, bottom), (left, bottom)], grey)
}

/// Left and right page of each opening; the first page stands alone on the right.
type Pair = (Option<usize>, Option<usize>);

fn spreads(pages: usize) -> Vec<Pair> {
    let right = |left: usize| (left < pages).then_some(left);
    let rest = (1..pages).step_by(2).map(|left| (Some(left), right(left + 1)));
    std::iter::once((None, right(0))).chain(rest).collect()
}

/// The openings shown large: the first whole one, and others spread over the book.
fn chosen(count: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..SPREADS).map(|i| 1 + i * count.saturating_sub(1) / SPREADS).collect();
    chosen.retain(|i| *i < count);
    chosen.dedup();
    if chosen.is_empty() { vec![0] } else { chosen }
}

/// An opening in the middle of `room`, as large as it fits.
fn spread((left, right): Pair, trim: (f64, f64), room: [f64; 4], sheet: &mut Sheet) {
    let scale = ((room[2] - room[0]) / (2.0 * trim.0)).min((room[3] - room[1]) / trim.1);
    let (width, height) = (trim.0 * scale, trim.1 * scale);
    let fold = f64::midpoint(room[0], room[2]);
    let top = f64::midpoint(room[1], room[3]) - height / 2.0;
    for (page, x) in [(left, fold - width), (right, fold)] {
        let Some(page) = page else { continue };
        sheet.push(patch([x - 0.5, top - 0.5, x + width + 0.5, top + height + 0.5], LINE));
        sheet.push(patch([x, top, x + width, top + height], 1.0));
        let map = [scale, 0.0, 0.0, scale, x, top];
        sheet.push(Thing::Cut(Source::Page(page), [0.0, 0.0, trim.0, trim.1], map));
    }
    if left.is_some() && right.is_some() {
        sheet.push(patch([fold - 0.25, top, fold + 0.25, top + height], LINE));
    }
}

/// An area of the wrap in points from its trimmed corner.
fn part(area: Area, wrap: &Wrap) -> [f64; 4] {
    let (x, y) = ((area.x - wrap.bleed).to_pt(), (area.y - wrap.bleed).to_pt());
    [x, y, x + area.width.to_pt(), y + area.height.to_pt()]
}

/// The wrap laid flat, trimmed, with ticks where it folds.
fn flat(wrap: &Wrap) -> Sheet {
    let mut sheet = table();
    let room = frame();
    let (width, height) = ((wrap.width - wrap.bleed * 2).to_pt(), (wrap.height - wrap.bleed * 2).to_pt());
    let scale = ((room[2] - room[0]) / width).min((room[3] - room[1]) / height);
    let (x, y) = ((SHEET.0 - width * scale) / 2.0, (SHEET.1 - height * scale) / 2.0);
    sheet.push(Thing::Cut(Source::Wrap, [0.0, 0.0, width, height], [scale, 0.0, 0.0, scale, x, y]));
    let spine = part(wrap.spine, wrap);
    for fold in [spine[0], spine[2]] {
        let fold = x + fold * scale;
        for (from, to) in [(y - 16.0, y - 4.0), (y + height * scale + 4.0, y + height * scale + 16.0)] {
            sheet.push(patch([fold - 0.4, from, fold + 0.4, to], 0.2));
        }
    }
    sheet
}

/// A view from the front and one from behind: parallel lines stay parallel, so that every face is an
/// affine map of its panel.
fn lying(wrap: &Wrap) -> Sheet {
    let mut sheet = table();
    let (width, height) = (wrap.front.width.to_pt(), wrap.front.height.to_pt());
    let depth = wrap.spine_width.to_pt();
    let view = View::new(width, height, depth);
    let half = SHEET.0 / 2.0;
    for (behind, left) in [(false, 0.0), (true, half)] {
        let (scale, corner) =
            view.fit([left + EDGE / 2.0, EDGE, left + half - EDGE / 2.0, SHEET.1 - EDGE], behind);
        let at = |x: f64, y: f64, z: f64| {
            let (u, v) = view.seen(x, y, z, behind);
            (corner.0 + u * scale, corner.1 + v * scale)
        };
        // From a panel's own corner, its two edges as seen.
        let face = |from: [f64; 4], o: (f64, f64), along: (f64, f64), down: (f64, f64)| {
            let (w, h) = (from[2] - from[0], from[3] - from[1]);
            let (a, b) = ((along.0 - o.0) / w, (along.1 - o.1) / w);
            let (c, d) = ((down.0 - o.0) / h, (down.1 - o.1) / h);
            let map = [a, b, c, d, o.0 - a * from[0] - c * from[1], o.1 - b * from[0] - d * from[1]];
            Thing::Cut(Source::Wrap, from, map)
        };
        shadow(&mut sheet, &at, width, height, depth, behind);
        block(&mut sheet, &at, width, depth);
        let spine = part(wrap.spine, wrap);
        let (front, near, far) = if behind {
            (part(wrap.back, wrap), at(width, 0.0, 0.0), at(width, 0.0, depth))
        } else {
            (part(wrap.front, wrap), at(0.0, 0.0, depth), at(0.0, 0.0, 0.0))
        };
        let foot = if behind { at(width, height, 0.0) } else { at(0.0, height, depth) };
        sheet.push(face(spine, near, far, foot));
        sheet.push(face(front, at(0.0, 0.0, 0.0), at(width, 0.0, 0.0), at(0.0, height, 0.0)));
    }
    sheet
}

/// The paper at the head of the block, with a few of its sheets.
fn block(sheet: &mut Sheet, at: &dyn Fn(f64, f64, f64) -> (f64, f64), width: f64, depth: f64) {
    sheet.push(Thing::Patch(
        vec![at(0.0, 0.0, 0.0), at(width, 0.0, 0.0), at(width, 0.0, depth), at(0.0, 0.0, depth)],
        PAPER.0,
    ));
    let leaves = (depth / 3.0).clamp(2.0, 24.0) as u32;
    for leaf in 1..leaves {
        let z = depth * f64::from(leaf) / f64::from(leaves);
        let line = [(0.0, z), (width, z), (width, z + 0.35), (0.0, z + 0.35)];
        sheet.push(Thing::Patch(line.map(|(x, z)| at(x, 0.0, z)).to_vec(), PAPER.1));
    }
}

/// What the book keeps the light from, on the table behind it.
fn shadow(
    sheet: &mut Sheet,
    at: &dyn Fn(f64, f64, f64) -> (f64, f64),
    width: f64,
    height: f64,
    depth: f64,
    behind: bool,
) {
    let (from, to) = if behind { (0.0, -0.18 * width) } else { (width, 1.18 * width) };
    sheet.push(Thing::Patch(
        vec![
            at(from, height, 0.0),
            at(to, height, depth * 0.5),
            at(to, height, depth * 1.6),
            at(from, height, depth),
        ],
        TABLE - 0.1,
    ));
}

/// A parallel projection: the book turned about its height, and seen a little from above.
struct View {
    turn: (f64, f64),
    tilt: (f64, f64),
    size: (f64, f64, f64),
}

impl View {
    /// How far the book is turned, and how far one looks down on it, in degrees.
    const TURN: f64 = 32.0;
    const TILT: f64 = 14.0;

    fn new(width: f64, height: f64, depth: f64) -> Self {
        let (turn, tilt) = (Self::TURN.to_radians(), Self::TILT.to_radians());
        Self { turn: turn.sin_cos(), tilt: tilt.sin_cos(), size: (width, height, depth) }
    }

    /// Where a point is seen: x to the right on the near board, y down, z away; from `behind`, the spine
    /// is on the right.
    fn seen(&self, x: f64, y: f64, z: f64, behind: bool) -> (f64, f64) {
        let (s, c) = self.turn;
        let (u, away) = if behind {
            let x = x - self.size.0;
            (x * c + z * s, -x * s + z * c)
        } else {
            (x * c - z * s, x * s + z * c)
        };
        (u, y * self.tilt.1 - away * self.tilt.0)
    }

    /// The scale at which the book fits a room, and where its origin comes to stand there.
    fn fit(&self, room: [f64; 4], behind: bool) -> (f64, (f64, f64)) {
        let (w, h, d) = self.size;
        let mut low = (f64::MAX, f64::MAX);
        let mut high = (f64::MIN, f64::MIN);
        for x in [0.0, w] {
            for (y, z) in [(0.0, 0.0), (0.0, d), (h, 0.0), (h, d)] {
                let (u, v) = self.seen(x, y, z, behind);
                low = (low.0.min(u), low.1.min(v));
                high = (high.0.max(u), high.1.max(v));
            }
        }
        let scale =
            ((room[2] - room[0]) / (high.0 - low.0)).min((room[3] - room[1]) / (high.1 - low.1)) * 0.9;
        let middle = (f64::midpoint(room[0], room[2]), f64::midpoint(room[1], room[3]));
        let x = middle.0 - f64::midpoint(low.0, high.0) * scale;
        (scale, (x, middle.1 - f64::midpoint(low.1, high.1) * scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages_of(sheets: &[Sheet]) -> Vec<usize> {
        let cut = |t: &Thing| match t {
            Thing::Cut(Source::Page(page), ..) => Some(*page),
            Thing::Cut(Source::Wrap, ..) | Thing::Patch(..) => None,
        };
        sheets.iter().flatten().filter_map(cut).collect()
    }

    #[test]
    fn every_page_is_among_the_small_ones_and_inside_of_its_sheet() {
        for pages in [1, 2, 3, 80, 81, 300] {
            let subject = Subject { pages, trim: (432.0, 648.0), wrap: None };
            let sheets = plan(&subject);
            let large = chosen(spreads(pages).len()).len();
            assert_eq!(pages_of(&sheets[large..]), (0..pages).collect::<Vec<_>>(), "{pages}");
            for thing in sheets.iter().flatten() {
                let Thing::Cut(_, [.., right, bottom], [a, _, _, d, e, f]) = thing else { continue };
                assert!(*e >= 0.0 && e + a * right <= SHEET.0 && *f >= 0.0 && f + d * bottom <= SHEET.1);
            }
        }
    }

    #[test]
    fn panels_meet_at_the_folds_of_the_lying_book() {
        let profile = crate::press::profile::find("kdp").unwrap();
        let trim = crate::press::trim::parse("6x9").unwrap();
        let wrap = crate::press::wrap::wrap(&profile, &profile.paper[0], trim, 300).unwrap();
        let sheet = lying(&wrap);
        let cuts: Vec<(&[f64; 4], &[f64; 6])> = sheet
            .iter()
            .filter_map(|t| match t {
                Thing::Cut(_, from, map) => Some((from, map)),
                Thing::Patch(..) => None,
            })
            .collect();
        let to = |m: &[f64; 6], x: f64, y: f64| (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]);
        let near = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1) < 1e-6;
        let [(spine, s), (front, f), (back_spine, bs), (back, b)] = cuts[..] else { panic!("{cuts:?}") };
        for y in [0.0, 648.0] {
            assert!(near(to(s, spine[2], y), to(f, front[0], y)));
            assert!(near(to(bs, back_spine[0], y), to(b, back[2], y)));
        }
    }
}
