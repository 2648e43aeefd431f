//! In: typeset pages. Out: the same with the pages that only this edition has: a cover before
//! them, or the blanks that a printer wants behind them.

use std::sync::Arc;

use crate::book::Cover;
use crate::press::Profile;
use crate::typeset::length::Length;
use crate::typeset::page::{
    Folio, Item, Owner, Page, PageImage, Pages, Shape, Side, StructureNode, Tag, Target,
};

/// Appends blank pages until the count is one that the printer takes.
pub(super) fn pad(pages: &mut Pages, profile: &Profile) {
    let Some(last) = pages.pages.last() else { return };
    let (mut folio, mut side) = (last.folio, last.side);
    let blank = last.items.is_empty();
    let wanted = profile.padded(pages.pages.len() as u32, blank) as usize;
    while pages.pages.len() < wanted {
        folio = match folio {
            Folio::Roman(value) => Folio::Roman(value + 1),
            Folio::Arabic(value) => Folio::Arabic(value + 1),
        };
        side = opposite(side);
        pages.pages.push(Page { side, folio, items: Vec::new(), links: Vec::new() });
    }
}

/// Puts the cover before the first page, as a page of the book's width and the picture's shape;
/// tells its height. `None` where the picture has no size.
pub(super) fn prepend_cover(pages: &mut Pages, cover: &Cover) -> Option<Length> {
    if cover.width == 0 || cover.height == 0 {
        return None;
    }
    let height = pages.width.scaled(i64::from(cover.height), i64::from(cover.width));
    let image = pages.images.len();
    pages
        .images
        .push(PageImage { media_type: cover.media_type.to_owned(), bytes: Arc::new(cover.bytes.clone()) });
    let alt = Some(cover.alt.clone()).filter(|a| !a.is_empty());
    let figure = pages.structure.len() as u32;
    pages.structure.push(StructureNode { tag: Tag::Figure, parent: 0, alt, language: None });
    // The cover's page is as high as the picture, while places count from the top of a page of
    // the book: what the picture is longer, it stands above that.
    let y = pages.height - height;
    let shape = Shape::Image { image, x: Length::ZERO, y, width: pages.width, height };
    let side = pages.pages.first().map_or(Side::Verso, |p| opposite(p.side));
    let items = vec![Item { shape, owner: Owner::Content(figure) }];
    pages.pages.insert(0, Page { side, folio: Folio::Roman(1), items, links: Vec::new() });
    for entry in &mut pages.outline {
        entry.page += 1;
    }
    for link in pages.pages.iter_mut().flat_map(|p| &mut p.links) {
        if let Target::Place { page, .. } = &mut link.target {
            *page += 1;
        }
    }
    Some(height)
}

const fn opposite(side: Side) -> Side {
    match side {
        Side::Recto => Side::Verso,
        Side::Verso => Side::Recto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend::pdf::sample::Builder;
    use crate::press::profile;

    #[test]
    fn blanks_follow_the_printer() {
        let mut pages = Builder::book(1, 10);
        let before = pages.pages.len();
        pad(&mut pages, &profile::find("ingram").unwrap());
        assert!(pages.pages.len().is_multiple_of(2));
        assert!(pages.pages.len() > before && pages.pages.last().unwrap().items.is_empty());
        let sides: Vec<Side> = pages.pages.iter().map(|p| p.side).collect();
        assert!(sides.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_cover_moves_every_target() {
        let mut pages = Builder::book(2, 3);
        let first = pages.outline[0].page;
        let cover = Cover {
            media_type: "image/png",
            bytes: Vec::new(),
            width: 1600,
            height: 2560,
            alt: "A ferry".into(),
            svg: None,
        };
        let height = prepend_cover(&mut pages, &cover).unwrap();
        assert_eq!(height, pages.width.scaled(8, 5));
        assert_eq!(pages.outline[0].page, first + 1);
        assert!(matches!(pages.pages[1].links[0].target, Target::Place { page: 3, .. }));
    }
}
