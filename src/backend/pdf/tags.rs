//! In: the logical structure, and which of its nodes each marked content and each link belongs
//! to. Out: the structure tree (ISO 32000-1, 14.7 and 14.8) as finished objects, after the rules of
//! PDF/UA-1 (ISO 14289-1, 7).
//!
//! A book has thousands of structure elements: they are written as bytes at once.

use crate::typeset::page::{Owner, Page, Pages, Shape, StructureNode, Tag};

use super::content::{Frame, integer, number, text_string};
use super::objects::Objects;

/// Bytes of an element's object, about.
const ELEMENT_BYTES: usize = 80;

/// The objects of a structure tree.
#[derive(Debug, Default)]
pub(super) struct Tree {
    /// The objects.
    pub(super) objects: Objects,
    /// The number of the `StructTreeRoot`.
    pub(super) root: u32,
}

/// What the tree must know of the file's pages.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    /// By page: its object number.
    pub(super) pages: &'a [u32],
    /// By page, by marked-content number: the structure node.
    pub(super) marks: &'a [Vec<u32>],
    /// By page, by link: the object number of the annotation.
    pub(super) links: &'a [Vec<u32>],
    /// Where things stand in the file.
    pub(super) frame: &'a Frame<'a>,
}

/// The name of each node's tag. Heading levels never jump: a reader who walks by headings would
/// think that one was missing (ISO 14289-1, 7.4.2).
pub(super) fn names(structure: &[StructureNode]) -> Vec<&'static str> {
    const HEADINGS: [&str; 6] = ["H1", "H2", "H3", "H4", "H5", "H6"];
    let mut depth = 0;
    structure
        .iter()
        .map(|node| match node.tag {
            Tag::Document => "Document",
            Tag::Section => "Sect",
            Tag::Heading(level) => {
                depth = usize::from(level).clamp(1, 6).min(depth + 1);
                HEADINGS[depth - 1]
            }
            Tag::Paragraph => "P",
            Tag::BlockQuote => "BlockQuote",
            Tag::List => "L",
            Tag::ListItem => "LI",
            Tag::Contents => "TOC",
            Tag::ContentsEntry => "TOCI",
            Tag::Note => "Note",
            Tag::Reference => "Reference",
            Tag::Link => "Link",
            Tag::Figure => "Figure",
            Tag::Caption => "Caption",
            Tag::Span => "Span",
        })
        .collect()
}

#[derive(Clone, Copy, Debug)]
enum Kid {
    Element(usize),
    Mark { page: usize, number: usize },
    Annotation { page: usize, object: u32 },
}

#[derive(Debug)]
struct Element<'a> {
    name: &'static str,
    parent: usize,
    node: Option<&'a StructureNode>,
    /// The first and the last of its kids: one more than their places among [`Elements::kids`]; 0: none.
    first_kid: u32,
    last_kid: u32,
    /// Whether its parent has it among its kids; elements without content stay out.
    attached: bool,
    object: u32,
    /// The object that holds the kids: the `LBody` of a list item, else the element itself.
    body: u32,
}

/// The elements of the tree and their kids: many thousands, which share two pieces of memory.
#[derive(Debug)]
struct Elements<'a> {
    all: Vec<Element<'a>>,
    /// Each with the next one of its parent, as [`Element::first_kid`].
    kids: Vec<(Kid, u32)>,
}

impl<'a> Elements<'a> {
    /// Gives an element one more kid.
    fn add(&mut self, element: usize, kid: Kid) {
        self.kids.push((kid, 0));
        let new = self.kids.len() as u32;
        let element = &mut self.all[element];
        match element.last_kid {
            0 => element.first_kid = new,
            last => self.kids[last as usize - 1].1 = new,
        }
        element.last_kid = new;
    }

    /// The kids of an element, in order.
    fn kids_of(&self, element: &Element<'a>) -> impl Iterator<Item = Kid> + '_ {
        let kid = |place: u32| self.kids.get((place as usize).checked_sub(1)?);
        std::iter::successors(kid(element.first_kid), move |(_, next)| kid(*next)).map(|(kid, _)| *kid)
    }
}

/// The number in the parent tree of a page's marked contents.
pub(super) fn page_key(page: usize) -> i64 {
    page as i64
}

/// The number in the parent tree of the link that is the `index`th of the whole book.
pub(super) fn link_key(pages: usize, index: usize) -> i64 {
    (pages + index) as i64
}

/// Writes the tree; `next` hands out object numbers.
pub(super) fn write(pages: &Pages, placed: &Placed<'_>, next: &mut dyn FnMut() -> u32) -> Tree {
    let marks: usize = placed.marks.iter().map(Vec::len).sum();
    let all = elements(&pages.structure);
    let kids = Vec::with_capacity(all.len() + marks);
    let mut elements = Elements { all, kids };
    let mut link_owners = Vec::new();
    for (index, page) in pages.pages.iter().enumerate() {
        fill(&mut elements, index, page, placed, &mut link_owners);
    }
    let root = next();
    for element in elements.all.iter_mut().filter(|e| e.attached) {
        element.object = next();
        element.body = if element.name == "LI" { next() } else { element.object };
    }
    let objects = Objects::with_capacity(elements.all.len() + placed.pages.len(), ELEMENT_BYTES);
    let mut tree = Tree { objects, root };
    let boxes = figure_boxes(pages, placed.frame);
    let mut notes = Vec::new();
    for (index, element) in elements.all.iter().enumerate().filter(|(_, e)| e.attached) {
        let parent = if index == 0 { root } else { elements.all[element.parent].body };
        if element.name == "Note" {
            notes.push((index, element.object));
        }
        let figure = boxes.iter().find(|(node, _)| *node == index).map(|(_, b)| *b);
        element_objects(&mut tree, &elements, index, parent, figure, placed);
    }
    root_objects(&mut tree, &elements, &link_owners, &notes, placed, next);
    tree
}

fn elements(structure: &[StructureNode]) -> Vec<Element<'_>> {
    let names = names(structure);
    let mut elements: Vec<Element<'_>> = structure
        .iter()
        .zip(names)
        .enumerate()
        .map(|(index, (node, name))| Element {
            name,
            // A parent stands before its children; what says otherwise hangs under the root.
            parent: if (node.parent as usize) < index { node.parent as usize } else { 0 },
            node: Some(node),
            first_kid: 0,
            last_kid: 0,
            attached: index == 0,
            object: 0,
            body: 0,
        })
        .collect();
    if elements.is_empty() {
        elements.push(new_element("Document", 0));
        elements[0].attached = true;
    }
    elements
}

fn new_element(name: &'static str, parent: usize) -> Element<'static> {
    Element { name, parent, node: None, first_kid: 0, last_kid: 0, attached: false, object: 0, body: 0 }
}

/// Adds a page's marked contents and links to their elements, in the order of reading.
fn fill(
    elements: &mut Elements<'_>,
    index: usize,
    page: &Page,
    placed: &Placed<'_>,
    link_owners: &mut Vec<usize>,
) {
    for (number, node) in placed.marks[index].iter().enumerate() {
        let element = known(&elements.all, *node);
        attach(elements, element);
        elements.add(element, Kid::Mark { page: index, number });
    }
    for (link, object) in page.links.iter().zip(&placed.links[index]) {
        let mut element = known(&elements.all, link.owner);
        if elements.all[element].name != "Link" {
            elements.all.push(new_element("Link", element));
            element = elements.all.len() - 1;
        }
        attach(elements, element);
        elements.add(element, Kid::Annotation { page: index, object: *object });
        link_owners.push(element);
    }
}

fn known(elements: &[Element<'_>], node: u32) -> usize {
    if (node as usize) < elements.len() { node as usize } else { 0 }
}

fn attach(elements: &mut Elements<'_>, mut element: usize) {
    while !elements.all[element].attached {
        elements.all[element].attached = true;
        let parent = elements.all[element].parent;
        elements.add(parent, Kid::Element(element));
        element = parent;
    }
}

/// The area of each figure, in 1/1000 pt of the file's frame: left, bottom, right, top.
fn figure_boxes(pages: &Pages, frame: &Frame<'_>) -> Vec<(usize, [i64; 4])> {
    let mut boxes = Vec::new();
    for page in &pages.pages {
        for item in &page.items {
            let (Shape::Image { x, y, width, height, .. }, Owner::Content(node)) = (&item.shape, item.owner)
            else {
                continue;
            };
            let (left, bottom) = frame.place(page.side, *x, *y + *height);
            let (right, top) = frame.place(page.side, *x + *width, *y);
            boxes.push((node as usize, [left, bottom, right, top]));
        }
    }
    boxes
}

fn element_objects(
    tree: &mut Tree,
    elements: &Elements<'_>,
    index: usize,
    parent: u32,
    figure: Option<[i64; 4]>,
    placed: &Placed<'_>,
) {
    let element = &elements.all[index];
    tree.objects.add(element.object, |out| {
        begin(out, element.name, parent);
        if let Some(language) = element.node.and_then(|n| n.language.as_deref()) {
            out.extend_from_slice(b"/Lang");
            text_string(out, language);
        }
        let alt = element.node.and_then(|n| n.alt.as_deref());
        if let Some(alt) = alt.or((element.name == "Figure").then_some("Picture")) {
            out.extend_from_slice(b"/Alt");
            text_string(out, alt);
        }
        if element.name == "Note" {
            out.extend_from_slice(b"/ID");
            text_string(out, &note_id(index));
        }
        if let (Some(area), "Figure") = (figure, element.name) {
            out.extend_from_slice(b"/A<</O/Layout/Placement/Block/BBox[");
            for value in area {
                number(out, value);
                out.push(b' ');
            }
            out.extend_from_slice(b"]>>");
        }
        if element.body == element.object {
            kids(out, elements, element, placed);
        } else {
            out.extend_from_slice(b"/K ");
            reference(out, element.body);
        }
        out.extend_from_slice(b">>");
    });
    if element.body != element.object {
        tree.objects.add(element.body, |out| {
            begin(out, "LBody", element.object);
            kids(out, elements, element, placed);
            out.extend_from_slice(b">>");
        });
    }
}

fn begin(out: &mut Vec<u8>, name: &str, parent: u32) {
    out.extend_from_slice(b"<</Type/StructElem/S/");
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b"/P ");
    reference(out, parent);
}

fn kids(out: &mut Vec<u8>, elements: &Elements<'_>, element: &Element<'_>, placed: &Placed<'_>) {
    let home = elements.kids_of(element).find_map(|kid| match kid {
        Kid::Mark { page, .. } => Some(page),
        Kid::Element(_) | Kid::Annotation { .. } => None,
    });
    if let Some(home) = home {
        out.extend_from_slice(b"/Pg ");
        reference(out, placed.pages[home]);
    }
    out.extend_from_slice(b"/K[");
    for kid in elements.kids_of(element) {
        match kid {
            Kid::Element(index) => reference(out, elements.all[index].object),
            Kid::Mark { page, number } if Some(page) == home => integer(out, number as i64),
            Kid::Mark { page, number } => {
                out.extend_from_slice(b"<</Type/MCR/Pg ");
                reference(out, placed.pages[page]);
                out.extend_from_slice(b"/MCID ");
                integer(out, number as i64);
                out.extend_from_slice(b">>");
            }
            Kid::Annotation { page, object } => {
                out.extend_from_slice(b"<</Type/OBJR/Pg ");
                reference(out, placed.pages[page]);
                out.extend_from_slice(b"/Obj ");
                reference(out, object);
                out.extend_from_slice(b">>");
            }
        }
        out.push(b' ');
    }
    out.push(b']');
}

fn root_objects(
    tree: &mut Tree,
    elements: &Elements<'_>,
    link_owners: &[usize],
    notes: &[(usize, u32)],
    placed: &Placed<'_>,
    next: &mut dyn FnMut() -> u32,
) {
    let mut numbers = b"<</Nums[".to_vec();
    for (page, marks) in placed.marks.iter().enumerate().filter(|(_, m)| !m.is_empty()) {
        let object = next();
        tree.objects.add(object, |out| {
            out.push(b'[');
            for node in marks {
                reference(out, elements.all[known(&elements.all, *node)].body);
                out.push(b' ');
            }
            out.push(b']');
        });
        integer(&mut numbers, page_key(page));
        numbers.push(b' ');
        reference(&mut numbers, object);
        numbers.push(b' ');
    }
    for (index, element) in link_owners.iter().enumerate() {
        integer(&mut numbers, link_key(placed.pages.len(), index));
        numbers.push(b' ');
        reference(&mut numbers, elements.all[*element].object);
        numbers.push(b' ');
    }
    numbers.extend_from_slice(b"]>>");
    let parent_tree = next();
    tree.objects.add(parent_tree, |out| out.append(&mut numbers));

    let mut root = b"<</Type/StructTreeRoot/K ".to_vec();
    reference(&mut root, elements.all[0].object);
    root.extend_from_slice(b"/ParentTree ");
    reference(&mut root, parent_tree);
    root.extend_from_slice(b"/ParentTreeNextKey ");
    integer(&mut root, link_key(placed.pages.len(), link_owners.len()));
    if !notes.is_empty() {
        root.extend_from_slice(b"/IDTree<</Names[");
        for (index, object) in notes {
            text_string(&mut root, &note_id(*index));
            reference(&mut root, *object);
            root.push(b' ');
        }
        root.extend_from_slice(b"]>>");
    }
    root.extend_from_slice(b">>");
    tree.objects.add(tree.root, |out| out.append(&mut root));
}

/// The identifier that PDF/UA asks of each note (ISO 14289-1, 7.9); of one length, so that their
/// order is that of the tree.
fn note_id(index: usize) -> String {
    format!("note-{index:08}")
}

/// Writes a reference to an object.
pub(super) fn reference(out: &mut Vec<u8>, object: u32) {
    integer(out, i64::from(object));
    out.extend_from_slice(b" 0 R");
}
