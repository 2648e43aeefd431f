//! In: any PDF and a way of binding. Out: the PDF of its sheets, ready to be printed, folded and
//! sewn, and the plan of them.
//!
//! The pages themselves are not touched: each becomes a form that is put on its place.

use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};

use crate::typeset::length::Length;

use super::pdf::{self, PdfError};
use super::signature::{self, Cell, Division, Plan, SheetSide};

/// How sheets are laid out.
#[derive(Clone, Debug, PartialEq)]
pub struct Imposition {
    /// Folding and signatures.
    pub division: Division,
    /// The paper; `None`: as large as the pages on it need.
    pub paper: Option<Paper>,
    /// Whether pages are made smaller where the paper is too small for them.
    pub shrink: bool,
    /// Round which edge the printer turns the paper between its two sides.
    pub flip: Flip,
    /// Whether fronts and backs go into two files, for a printer that prints one side.
    pub by_hand: bool,
    /// Thickness of a leaf: inner leaves are moved towards the spine by what the fold costs them.
    pub caliper: Length,
    /// Paper that is cut off at fore-edge, head and foot of each page.
    pub cut: Length,
    /// Marks that help folding, cutting, sewing and gathering.
    pub marks: Marks,
    /// Pages left out at the start and at the end, such as a cover.
    pub skip: (usize, usize),
}

impl Default for Imposition {
    /// Signatures of sixteen pages on sheets as large as the pages, with all marks, for a printer
    /// that turns at the short edge and paper of 80 g/m².
    fn default() -> Self {
        Self {
            division: Division::default(),
            paper: None,
            shrink: false,
            flip: Flip::ShortEdge,
            by_hand: false,
            caliper: Length::mm(0.1),
            cut: Length::ZERO,
            marks: Marks::default(),
            skip: (0, 0),
        }
    }
}

/// A size of paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper {
    /// One edge.
    pub width: Length,
    /// The other; a sheet is turned as the pages need it.
    pub height: Length,
}

/// Round which edge a printer turns the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flip {
    /// The long edge.
    LongEdge,
    /// The short edge.
    ShortEdge,
}

/// Marks on the sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Short lines where the folds are.
    pub folds: bool,
    /// Short lines where the paper is cut.
    pub cuts: bool,
    /// Holes to be pricked in the inmost fold of each signature; 0 for none.
    pub stations: usize,
    /// Steps on the back of the folded signatures that show a wrong order at a glance.
    pub collation: bool,
}

impl Default for Marks {
    fn default() -> Self {
        Self { folds: true, cuts: true, stations: 5, collation: true }
    }
}

/// The sheets.
#[derive(Clone, Debug)]
pub struct Imposed {
    /// One file, or the fronts and the backs.
    pub files: Vec<Vec<u8>>,
    /// Which page stands where.
    pub plan: Plan,
    /// Size of the paper as it is printed.
    pub paper: Paper,
    /// How much smaller the pages are than they were; 1 where they kept their size.
    pub scale: f64,
}

/// Why pages cannot be imposed.
#[derive(Debug, thiserror::Error)]
pub enum ImposeError {
    /// The file cannot be used.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// Nothing is left to impose.
    #[error("the file has {pages} pages and {skipped} are left out: nothing remains to be imposed")]
    Empty {
        /// Pages of the file.
        pages: usize,
        /// Pages that are left out.
        skipped: usize,
    },
    /// The paper is too small.
    #[error(
        "{columns} × {rows} pages need a sheet of {need} mm and the paper has {have} mm: take larger paper, \
         fewer folds, or let the pages be made smaller"
    )]
    Paper {
        /// Pages side by side.
        columns: usize,
        /// Pages above each other.
        rows: usize,
        /// Width × height that they need.
        need: String,
        /// Width × height of the paper.
        have: String,
    },
}

/// The paper sizes that have a name, in millimetres, upright.
pub static PAPERS: &[(&str, f64, f64)] = &[
    ("a5", 148.0, 210.0),
    ("a4", 210.0, 297.0),
    ("a3", 297.0, 420.0),
    ("a2", 420.0, 594.0),
    ("letter", 215.9, 279.4),
    ("legal", 215.9, 355.6),
    ("tabloid", 279.4, 431.8),
];

/// The paper with this name, or of a size written as a trim size is.
pub fn paper(name: &str) -> Option<Paper> {
    let named = PAPERS.iter().find(|(n, ..)| n.eq_ignore_ascii_case(name.trim()));
    match named {
        Some((_, width, height)) => Some(Paper { width: Length::mm(*width), height: Length::mm(*height) }),
        None => super::trim::parse(name).ok().map(|t| Paper { width: t.width, height: t.height }),
    }
}

/// Lays the pages of `file` on sheets.
///
/// # Errors
/// [`ImposeError`] where the file is broken or encrypted, or the paper too small.
pub fn impose(file: &[u8], imposition: &Imposition) -> Result<Imposed, ImposeError> {
    let mut document = pdf::open(file)?;
    let ids: Vec<ObjectId> = document.get_pages().into_values().collect();
    let (first, last) = imposition.skip;
    let chosen = ids.get(first..ids.len().saturating_sub(last)).unwrap_or_default().to_vec();
    if chosen.is_empty() {
        return Err(ImposeError::Empty { pages: ids.len(), skipped: first + last });
    }
    let mut forms = Vec::with_capacity(chosen.len());
    for id in &chosen {
        forms.push(form(&mut document, *id)?);
    }
    let plan = signature::plan(chosen.len(), imposition.division);
    let sheet = Frame::new(&forms, imposition)?;
    let sides = sides(&plan, &forms, &sheet, imposition);
    let files = if imposition.by_hand {
        let fronts: Vec<&String> = sides.iter().step_by(2).collect();
        let backs: Vec<&String> = sides.iter().skip(1).step_by(2).collect();
        let second = document.clone();
        vec![write(document, &fronts, &forms, &sheet)?, write(second, &backs, &forms, &sheet)?]
    } else {
        vec![write(document, &sides.iter().collect::<Vec<_>>(), &forms, &sheet)?]
    };
    let paper = Paper { width: Length::pt(sheet.width), height: Length::pt(sheet.height) };
    Ok(Imposed { files, plan, paper, scale: sheet.scale })
}

/// A page as a form, and its upright size in points.
pub(super) struct Form {
    pub(super) object: ObjectId,
    pub(super) width: f64,
    pub(super) height: f64,
    /// From the page's own frame to one with its lower left corner at zero, upright.
    pub(super) matrix: [f64; 6],
}

/// Makes a form of a page.
///
/// # Errors
/// [`PdfError`] where the page has no size, or its content cannot be unpacked.
pub(super) fn form(document: &mut Document, page: ObjectId) -> Result<Form, PdfError> {
    let [x0, y0, x1, y1] = pdf::trim_box(document, page)?;
    let turn = pdf::rotation(document, page);
    let (matrix, width, height) = match turn {
        90 => ([0.0, -1.0, 1.0, 0.0, -y0, x1], y1 - y0, x1 - x0),
        180 => ([-1.0, 0.0, 0.0, -1.0, x1, y1], x1 - x0, y1 - y0),
        270 => ([0.0, 1.0, -1.0, 0.0, y1, -x0], y1 - y0, x1 - x0),
        _ => ([1.0, 0.0, 0.0, 1.0, -x0, -y0], x1 - x0, y1 - y0),
    };
    let resources = pdf::inherited(document, page, b"Resources").unwrap_or_else(|| Dictionary::new().into());
    let mut stream = pdf::content(document, page)?;
    stream.dict.set("Type", Object::Name(b"XObject".to_vec()));
    stream.dict.set("Subtype", Object::Name(b"Form".to_vec()));
    stream.dict.set("BBox", Object::Array([x0, y0, x1, y1].map(real).to_vec()));
    stream.dict.set("Resources", resources);
    if let Some(group) = document.get_dictionary(page).ok().and_then(|p| p.get(b"Group").ok().cloned()) {
        stream.dict.set("Group", group);
    }
    let object = document.add_object(stream);
    Ok(Form { object, width, height, matrix })
}

fn real(value: f64) -> Object {
    Object::Real(value as f32)
}

/// A sheet: its paper, and the grid of pages on it. Points, from the lower left corner.
struct Frame {
    width: f64,
    height: f64,
    scale: f64,
    /// Size of a page's place, scaled.
    page: (f64, f64),
    cut: f64,
    columns: usize,
    rows: usize,
    /// Where the grid begins.
    origin: (f64, f64),
    flip_back: bool,
}

impl Frame {
    /// Room for marks round the pages where the paper is made to measure.
    const MARK_ROOM: f64 = 24.0;

    fn new(forms: &[Form], imposition: &Imposition) -> Result<Self, ImposeError> {
        let (columns, rows) = imposition.division.scheme.grid();
        let widest = |f: fn(&Form) -> f64| forms.iter().map(f).fold(0.0, f64::max);
        let page = (widest(|f| f.width), widest(|f| f.height));
        let cut = imposition.cut.to_pt();
        let need = grid_size(columns, rows, page, cut);
        let marked = imposition.marks.folds || imposition.marks.cuts;
        let room = if marked { 2.0 * Self::MARK_ROOM } else { 0.0 };
        let (width, height) = match imposition.paper {
            None => (need.0 + room, need.1 + room),
            Some(paper) => {
                let (a, b) = (paper.width.to_pt(), paper.height.to_pt());
                let (short, long) = (a.min(b), a.max(b));
                if need.0 > need.1 { (long, short) } else { (short, long) }
            }
        };
        let fitting = (width / need.0).min(height / need.1);
        // A tenth of a point is below what a cutter can see.
        if !imposition.shrink && (need.0 > width + 0.1 || need.1 > height + 0.1) {
            let mm = |(w, h): (f64, f64)| format!("{:.0} × {:.0}", w * 25.4 / 72.0, h * 25.4 / 72.0);
            return Err(ImposeError::Paper { columns, rows, need: mm(need), have: mm((width, height)) });
        }
        let scale = if imposition.shrink { fitting.min(1.0) } else { 1.0 };
        let size = (need.0 * scale, need.1 * scale);
        // Turning sideways is turning at the short edge of a wide sheet, at the long one of a high.
        let sideways = (imposition.flip == Flip::ShortEdge) == (width > height);
        Ok(Self {
            width,
            height,
            scale,
            page: (page.0 * scale, page.1 * scale),
            cut: cut * scale,
            columns,
            rows,
            origin: ((width - size.0) / 2.0, (height - size.1) / 2.0),
            flip_back: !sideways && !imposition.by_hand,
        })
    }

    /// Lower left corner of a place; rows count from the top.
    fn place(&self, column: usize, row: usize) -> (f64, f64) {
        let pair = (column / 2) as f64;
        let x = self.cut + pair * (2.0 * self.page.0 + 2.0 * self.cut) + (column % 2) as f64 * self.page.0;
        let below = (self.rows - 1 - row) as f64;
        let y = self.cut + below * (self.page.1 + 2.0 * self.cut);
        (self.origin.0 + x, self.origin.1 + y)
    }
}

/// Pages stand spine to spine in pairs; round each pair runs what is cut off.
fn grid_size(columns: usize, rows: usize, page: (f64, f64), cut: f64) -> (f64, f64) {
    let pairs = columns as f64 / 2.0;
    (pairs * (2.0 * page.0 + 2.0 * cut), rows as f64 * (page.1 + 2.0 * cut))
}

/// The streams of all sides: outer, inner, outer…
fn sides(plan: &Plan, forms: &[Form], sheet: &Frame, imposition: &Imposition) -> Vec<String> {
    let mut sides = Vec::with_capacity(2 * plan.sheets());
    for (number, signature) in plan.signatures.iter().enumerate() {
        for (index, held) in signature.iter().enumerate() {
            let mut outer = side(&held.outer, forms, sheet, imposition);
            if index == 0 && imposition.marks.collation && plan.signatures.len() > 1 {
                collation_mark(&mut outer, &held.outer, number, sheet);
            }
            let mut inner = side(&held.inner, forms, sheet, imposition);
            if index + 1 == signature.len() {
                sewing_stations(&mut inner, &held.inner, imposition.marks.stations, sheet);
            }
            sides.push(outer);
            sides.push(if sheet.flip_back {
                format!("q -1 0 0 -1 {:.3} {:.3} cm\n{inner}Q\n", sheet.width, sheet.height)
            } else {
                inner
            });
        }
    }
    sides
}

fn side(cells: &SheetSide, forms: &[Form], sheet: &Frame, imposition: &Imposition) -> String {
    let mut out = String::new();
    let creep = imposition.caliper.to_pt() * sheet.scale;
    for (at, cell) in cells.iter().enumerate() {
        let Some((page, form)) = cell.page.and_then(|p| Some((p, forms.get(p)?))) else { continue };
        let (column, row) = (at % sheet.columns, at / sheet.columns);
        let (x, y) = sheet.place(column, row);
        let inwards = creep * cell.depth as f64;
        let x = if spine_is_left(cell) { x - inwards } else { x + inwards };
        let [a, b, c, d, e, f] = form.matrix;
        let s = if cell.turned { -sheet.scale } else { sheet.scale };
        // A page smaller than its place stays at the spine and at the head.
        let (x, y) = corner(cell, form, sheet, (x, y));
        let _ = writeln!(
            out,
            "q {:.5} {:.5} {:.5} {:.5} {:.3} {:.3} cm /P{page} Do Q",
            a * s,
            b * s,
            c * s,
            d * s,
            e * s + x,
            f * s + y
        );
    }
    line_marks(&mut out, sheet, imposition.marks);
    out
}

/// Whether a page's spine is the left edge of its place on the sheet.
fn spine_is_left(cell: &Cell) -> bool {
    cell.recto != cell.turned
}

/// Where the lower left corner of the upright page comes to stand (the upper right one, where the
/// page is turned).
fn corner(cell: &Cell, form: &Form, sheet: &Frame, (x, y): (f64, f64)) -> (f64, f64) {
    let (width, height) = (form.width * sheet.scale, form.height * sheet.scale);
    let left = if spine_is_left(cell) { x } else { x + sheet.page.0 - width };
    if cell.turned { (left + width, y + height) } else { (left, y + sheet.page.1 - height) }
}

/// Lines outside of the pages, where the paper is folded and cut.
fn line_marks(out: &mut String, sheet: &Frame, marks: Marks) {
    const AWAY: f64 = 4.0;
    const LONG: f64 = 12.0;
    out.push_str("q 0 G 0.25 w\n");
    let (left, bottom) = sheet.place(0, sheet.rows - 1);
    let (last, top) = sheet.place(sheet.columns - 1, 0);
    let (right, top) = (last + sheet.page.0, top + sheet.page.1);
    let vertical = |x: f64, out: &mut String| {
        let _ = writeln!(out, "{x:.3} {:.3} m {x:.3} {:.3} l S", top + AWAY, top + AWAY + LONG);
        let _ = writeln!(out, "{x:.3} {:.3} m {x:.3} {:.3} l S", bottom - AWAY, bottom - AWAY - LONG);
    };
    for column in 0..sheet.columns {
        let (x, _) = sheet.place(column, 0);
        if marks.folds && column % 2 == 1 {
            vertical(x, out);
        }
        if marks.cuts {
            vertical(if column % 2 == 0 { x } else { x + sheet.page.0 }, out);
        }
    }
    for row in 0..sheet.rows {
        let (_, y) = sheet.place(0, row);
        if marks.cuts {
            for y in [y, y + sheet.page.1] {
                let _ = writeln!(out, "{:.3} {y:.3} m {:.3} {y:.3} l S", left - AWAY, left - AWAY - LONG);
                let _ = writeln!(out, "{:.3} {y:.3} m {:.3} {y:.3} l S", right + AWAY, right + AWAY + LONG);
            }
        }
    }
    out.push_str("Q\n");
}

/// The place of a fold at the spine: its x, and the y of the pages' foot.
fn spine(cells: &SheetSide, sheet: &Frame, wanted: impl Fn(&Cell) -> bool) -> Option<(f64, f64)> {
    let at = cells.iter().position(wanted)?;
    let (x, y) = sheet.place(at % sheet.columns, at / sheet.columns);
    Some((if spine_is_left(&cells[at]) { x } else { x + sheet.page.0 }, y))
}

/// A step on the fold, lower for each signature: in a gathered block they make a staircase.
fn collation_mark(out: &mut String, outer: &SheetSide, number: usize, sheet: &Frame) {
    const STEPS: usize = 12;
    let Some((x, y)) = spine(outer, sheet, |c| c.depth == 0) else { return };
    let height = sheet.page.1 * 0.8 / STEPS as f64;
    let y = y + sheet.page.1 * 0.9 - height * (number % STEPS + 1) as f64;
    let _ = writeln!(out, "q 0 g {:.3} {y:.3} 3 {height:.3} re f Q", x - 1.5);
}

/// Ticks across the inmost fold: two kettle stitches near head and tail, the others between.
fn sewing_stations(out: &mut String, inner: &SheetSide, stations: usize, sheet: &Frame) {
    // Half an inch from the ends, where the kettle stitch holds.
    const FROM_END: f64 = 36.0;
    let deepest = inner.iter().map(|c| c.depth).max();
    let Some((x, y)) = spine(inner, sheet, |c| Some(c.depth) == deepest) else { return };
    if stations < 2 {
        return;
    }
    let between = (sheet.page.1 - 2.0 * FROM_END * sheet.scale) / (stations - 1) as f64;
    out.push_str("q 0 G 0.25 w\n");
    for station in 0..stations {
        let y = y + FROM_END * sheet.scale + between * station as f64;
        let _ = writeln!(out, "{:.3} {y:.3} m {:.3} {y:.3} l S", x - 2.0, x + 2.0);
    }
    out.push_str("Q\n");
}

/// Makes `sides` the pages of the document, in the place of its own.
fn write(
    mut document: Document,
    sides: &[&String],
    forms: &[Form],
    sheet: &Frame,
) -> Result<Vec<u8>, PdfError> {
    let xobjects: Dictionary = forms
        .iter()
        .enumerate()
        .map(|(index, form)| (format!("P{index}").into_bytes(), Object::Reference(form.object)))
        .collect();
    let resources = document.add_object(dictionary! { "XObject" => xobjects });
    let tree = document.new_object_id();
    let media = Object::Array([0.0, 0.0, sheet.width, sheet.height].map(real).to_vec());
    let mut kids = Vec::with_capacity(sides.len());
    for side in sides {
        let mut stream = Stream::new(Dictionary::new(), side.as_bytes().to_vec());
        // The few lines of a sheet are no smaller packed with care than as they come.
        let _ = stream.compress();
        let contents = document.add_object(stream);
        let page = document.add_object(dictionary! {
            "Type" => "Page",
            "Parent" => tree,
            "MediaBox" => media.clone(),
            "Resources" => resources,
            "Contents" => contents,
        });
        kids.push(Object::Reference(page));
    }
    let count = kids.len() as i64;
    document.set_object(tree, dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count });
    pdf::replace_pages(&mut document, tree)?;
    pdf::save(&mut document)
}
