//! In: a number of pages and a way of folding. Out: which page stands where on which sheet.
//!
//! The plan is found by *unfolding*: a folded sheet lies with its first page up and its spine to
//! the left; opened fold by fold, its leaves come to lie beside and above each other, some of them
//! head down. So the plan is right for every number of folds without a table, and the tests fold
//! it up again.

use std::fmt::Write as _;

/// How often a sheet is folded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Once: two leaves, four pages.
    Folio,
    /// Twice: four leaves, eight pages.
    Quarto,
    /// Three times: eight leaves, sixteen pages.
    Octavo,
    /// Four times: sixteen leaves, thirty-two pages.
    Sextodecimo,
}

impl Scheme {
    /// Every scheme with the name that `--scheme` takes.
    pub const ALL: &'static [(Self, &'static str)] = &[
        (Self::Folio, "folio"),
        (Self::Quarto, "quarto"),
        (Self::Octavo, "octavo"),
        (Self::Sextodecimo, "sextodecimo"),
    ];

    /// The scheme with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, n)| n.eq_ignore_ascii_case(name)).map(|(s, _)| *s)
    }

    /// The name that `--scheme` takes.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(s, _)| *s == self).map_or("", |(_, n)| n)
    }

    /// Folds of a sheet.
    pub const fn folds(self) -> u32 {
        match self {
            Self::Folio => 1,
            Self::Quarto => 2,
            Self::Octavo => 3,
            Self::Sextodecimo => 4,
        }
    }

    /// Leaves of a sheet.
    pub const fn leaves(self) -> usize {
        1 << self.folds()
    }

    /// Pages of a sheet, both sides.
    pub const fn pages(self) -> usize {
        2 * self.leaves()
    }

    /// Columns and rows of pages on one side of a sheet.
    pub const fn grid(self) -> (usize, usize) {
        match self {
            Self::Folio => (2, 1),
            Self::Quarto => (2, 2),
            Self::Octavo => (4, 2),
            Self::Sextodecimo => (4, 4),
        }
    }
}

/// How a book is to be divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Division {
    /// How a sheet is folded.
    pub scheme: Scheme,
    /// Sheets of a signature, nested in each other; `None`: all in one (saddle stitch).
    pub sheets: Option<usize>,
    /// Blank leaves put before and behind the pages.
    pub flyleaves: usize,
}

impl Default for Division {
    /// Four sheets folded once: sixteen pages a signature.
    fn default() -> Self {
        Self { scheme: Scheme::Folio, sheets: Some(4), flyleaves: 0 }
    }
}

/// One place on a side of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Index of the page in the book; `None` where the place stays blank.
    pub page: Option<usize>,
    /// Whether the page stands head down.
    pub turned: bool,
    /// Whether the page's spine is its left edge on paper as one looks at it, head up.
    pub recto: bool,
    /// Leaves of the signature that lie between this one and its outside.
    pub depth: usize,
}

/// One side of a sheet, row by row from the top left.
pub type SheetSide = Vec<Cell>;

/// One sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// The side that is outside once the sheet is folded; it has the signature's first page on
    /// the outermost sheet.
    pub outer: SheetSide,
    /// The other side, as one sees it after turning the sheet over like the page of a book.
    pub inner: SheetSide,
}

/// Sheets nested in each other, the outermost first.
pub type Signature = Vec<Sheet>;

/// Which page stands where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How it was divided.
    pub division: Division,
    /// Pages of the book.
    pub pages: usize,
    /// The signatures in the order of binding.
    pub signatures: Vec<Signature>,
}

/// Divides `pages` pages.
pub fn plan(pages: usize, division: Division) -> Plan {
    let scheme = division.scheme;
    let total = pages + 4 * division.flyleaves;
    let sheets = total.div_ceil(scheme.pages()).max(1);
    let each = division.sheets.unwrap_or(sheets).max(1);
    let count = sheets.div_ceil(each);
    let mut first_leaf = 0;
    let signatures = (0..count)
        .map(|index| {
            // What is over goes to the first signatures, one sheet each, so that none is thin.
            let sheets = sheets / count + usize::from(index < sheets % count);
            let signature = signature(scheme, sheets, first_leaf, pages, division.flyleaves);
            first_leaf += sheets * scheme.leaves();
            signature
        })
        .collect();
    Plan { division, pages, signatures }
}

fn signature(scheme: Scheme, sheets: usize, first_leaf: usize, pages: usize, flyleaves: usize) -> Signature {
    let leaves = sheets * scheme.leaves();
    let half = scheme.leaves() / 2;
    let page = |leaf: usize, back: bool| {
        let at = (first_leaf + leaf) * 2 + usize::from(back);
        at.checked_sub(2 * flyleaves).filter(|p| *p < pages)
    };
    (0..sheets)
        .map(|sheet| {
            // A sheet's first half of leaves lies before all sheets inside it, its second behind.
            let leaf = |own: usize| {
                if own < half { sheet * half + own } else { leaves - (sheet + 1) * half + (own - half) }
            };
            let side = |places: Vec<Place>| {
                places
                    .into_iter()
                    .map(|place| {
                        let leaf = leaf(place.leaf);
                        Cell {
                            page: page(leaf, place.back),
                            turned: place.turned,
                            recto: !place.back,
                            depth: leaf.min(leaves - 1 - leaf),
                        }
                    })
                    .collect()
            };
            let inner = unfold(scheme);
            Sheet { outer: side(turn_over(&inner, scheme.grid().0)), inner: side(inner) }
        })
        .collect()
}

/// Where a leaf of an opened sheet lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    leaf: usize,
    /// Whether its back (the verso) is up.
    back: bool,
    turned: bool,
}

/// The side of a sheet that lies up after opening all folds: the inner one.
fn unfold(scheme: Scheme) -> Vec<Place> {
    // A grid of piles, each with its top leaf first.
    let pile = (0..scheme.leaves()).map(|leaf| Place { leaf, back: false, turned: false }).collect();
    let mut rows: Vec<Vec<Vec<Place>>> = vec![vec![pile]];
    for fold in 0..scheme.folds() {
        let half = rows[0][0].len() / 2;
        let flip = |pile: &[Place], over_head: bool| -> Vec<Place> {
            let turn = |p: &Place| Place { back: !p.back, turned: p.turned != over_head, ..*p };
            pile[..half].iter().rev().map(turn).collect()
        };
        let keep = |pile: &[Place]| pile[half..].to_vec();
        if fold % 2 == 0 {
            // The upper half opens to the left, round the spine.
            for row in &mut rows {
                let mut opened: Vec<Vec<Place>> = row.iter().rev().map(|p| flip(p, false)).collect();
                opened.extend(row.iter().map(|p| keep(p)));
                *row = opened;
            }
        } else {
            // The upper half opens upwards, over the head.
            let mut opened: Vec<Vec<Vec<Place>>> =
                rows.iter().rev().map(|row| row.iter().map(|p| flip(p, true)).collect()).collect();
            opened.extend(rows.iter().map(|row| row.iter().map(|p| keep(p)).collect::<Vec<_>>()));
            rows = opened;
        }
    }
    rows.into_iter().flatten().flatten().collect()
}

/// The other side of an opened sheet, turned over sideways.
fn turn_over(side: &[Place], columns: usize) -> Vec<Place> {
    side.chunks(columns)
        .flat_map(|row| row.iter().rev())
        .map(|place| Place { back: !place.back, ..*place })
        .collect()
}

impl Plan {
    /// Sheets of paper in all.
    pub fn sheets(&self) -> usize {
        self.signatures.iter().map(Vec::len).sum()
    }

    /// Places that stay blank.
    pub fn blanks(&self) -> usize {
        self.sheets() * self.division.scheme.pages() - self.pages
    }

    /// The plan in words and a table for the bench: signature, sheet, side, pages from left to
    /// right and from top to bottom; an arrow marks a page that stands head down.
    pub fn describe(&self) -> String {
        let scheme = self.division.scheme;
        let sizes: Vec<String> = self.signatures.iter().map(|s| s.len().to_string()).collect();
        let mut out = format!(
            "{} pages in {} signature{} ({}, {} page{} blank): {} sheets each\n",
            self.pages,
            self.signatures.len(),
            if self.signatures.len() == 1 { "" } else { "s" },
            scheme.name(),
            self.blanks(),
            if self.blanks() == 1 { "" } else { "s" },
            sizes.join(", ")
        );
        let columns = scheme.grid().0;
        for (number, signature) in self.signatures.iter().enumerate() {
            let _ = writeln!(out, "signature {}", number + 1);
            for (index, sheet) in signature.iter().enumerate() {
                for (name, side) in [("outer", &sheet.outer), ("inner", &sheet.inner)] {
                    let rows: Vec<String> = side.chunks(columns).map(row_in_words).collect();
                    let _ = writeln!(out, "  sheet {} {name}: {}", index + 1, rows.join(" / "));
                }
            }
        }
        out
    }
}

fn row_in_words(row: &[Cell]) -> String {
    let cell = |c: &Cell| {
        let page = c.page.map_or_else(|| "–".to_owned(), |p| (p + 1).to_string());
        if c.turned { format!("{page}↓") } else { page }
    };
    row.iter().map(cell).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What lies on one side of one leaf of paper: the page, and whether its head is down.
    type Face = (Option<usize>, bool);

    /// Folds a sheet that lies with its inner side up: the left half over the right one, then the
    /// upper half over the lower one, in the order in which a binder does it, and tells the leaves of
    /// the folded sheet from top to bottom as (upper face, lower face).
    fn fold(sheet: &Sheet, scheme: Scheme) -> Vec<(Face, Face)> {
        let (columns, rows) = scheme.grid();
        let face = |c: &Cell| (c.page, c.turned);
        let mut grid: Vec<Vec<Vec<(Face, Face)>>> = (0..rows)
            .map(|r| {
                (0..columns)
                    .map(|c| {
                        let inner = &sheet.inner[r * columns + c];
                        let outer = &sheet.outer[r * columns + (columns - 1 - c)];
                        vec![(face(inner), face(outer))]
                    })
                    .collect()
            })
            .collect();
        for step in (0..scheme.folds()).rev() {
            if step % 2 == 0 {
                for row in &mut grid {
                    let half = row.len() / 2;
                    let right = row.split_off(half);
                    let left = std::mem::take(row);
                    *row = right
                        .into_iter()
                        .zip(left.into_iter().rev())
                        .map(|(under, over)| {
                            let mut pile: Vec<(Face, Face)> =
                                over.into_iter().rev().map(|(u, l)| (l, u)).collect();
                            pile.extend(under);
                            pile
                        })
                        .collect();
                }
            } else {
                let half = grid.len() / 2;
                let lower = grid.split_off(half);
                let upper = std::mem::take(&mut grid);
                let down = |f: Face| (f.0, !f.1);
                grid = lower
                    .into_iter()
                    .zip(upper.into_iter().rev())
                    .map(|(under, over)| {
                        under
                            .into_iter()
                            .zip(over)
                            .map(|(under, over)| {
                                let mut pile: Vec<(Face, Face)> =
                                    over.into_iter().rev().map(|(u, l)| (down(l), down(u))).collect();
                                pile.extend(under);
                                pile
                            })
                            .collect()
                    })
                    .collect();
            }
        }
        assert_eq!((grid.len(), grid[0].len()), (1, 1));
        grid[0][0].clone()
    }

    /// The faces that a reader turns over, after folding every sheet and nesting them.
    fn read(plan: &Plan) -> Vec<Face> {
        let mut faces = Vec::new();
        for signature in &plan.signatures {
            let mut leaves: Vec<(Face, Face)> = Vec::new();
            for sheet in signature.iter().rev() {
                let mut own = fold(sheet, plan.division.scheme);
                let behind = own.split_off(own.len() / 2);
                own.append(&mut leaves);
                own.extend(behind);
                leaves = own;
            }
            faces.extend(leaves.into_iter().flat_map(|(front, back)| [front, back]));
        }
        faces
    }

    proptest! {
        #[test]
        fn folding_and_nesting_gives_the_reading_order(
            pages in 1_usize..400,
            scheme in 0_usize..4,
            sheets in proptest::option::of(1_usize..7),
            flyleaves in 0_usize..3,
        ) {
            let scheme = Scheme::ALL[scheme].0;
            let plan = plan(pages, Division { scheme, sheets, flyleaves });
            let faces = read(&plan);
            prop_assert!(faces.iter().all(|(_, turned)| !turned), "a page stands head down");
            let order: Vec<usize> = faces.iter().filter_map(|(page, _)| *page).collect();
            prop_assert_eq!(order, (0..pages).collect::<Vec<_>>());
            prop_assert!(faces.iter().take(2 * flyleaves).all(|(page, _)| page.is_none()));
        }

        #[test]
        fn signatures_differ_by_one_sheet_at_most(pages in 1_usize..900, sheets in 1_usize..9) {
            let plan = plan(pages, Division { sheets: Some(sheets), ..Division::default() });
            let sizes: Vec<usize> = plan.signatures.iter().map(Vec::len).collect();
            let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
            prop_assert!(most - least <= 1 && *most <= sheets);
        }
    }

    #[test]
    fn a_folio_sheet_is_the_one_of_the_textbooks() {
        let plan = plan(16, Division::default());
        let pages = |side: &SheetSide| side.iter().map(|c| c.page.unwrap() + 1).collect::<Vec<_>>();
        let signature = &plan.signatures[0];
        assert_eq!((pages(&signature[0].outer), pages(&signature[0].inner)), (vec![16, 1], vec![2, 15]));
        assert_eq!((pages(&signature[3].outer), pages(&signature[3].inner)), (vec![10, 7], vec![8, 9]));
        assert_eq!(signature[3].inner.iter().map(|c| c.depth).collect::<Vec<_>>(), [3, 3]);
    }

    #[test]
    fn what_is_over_is_spread_over_the_signatures() {
        let plan = plan(56, Division::default());
        assert_eq!(plan.signatures.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 3, 3]);
    }

    #[test]
    fn the_plan_is_told_for_the_bench() {
        let told = plan(7, Division { scheme: Scheme::Quarto, sheets: Some(1), flyleaves: 0 }).describe();
        assert_eq!(
            told,
            "7 pages in 1 signature (quarto, 1 page blank): 1 sheets each\nsignature 1\n\
             \x20 sheet 1 outer: 5↓ | 4↓ / – | 1\n  sheet 1 inner: 3↓ | 6↓ / 2 | 7\n"
        );
    }
}
