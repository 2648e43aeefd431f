//! Words as glyphs.

use std::cell::{Cell, RefCell};
use std::hash::BuildHasher as _;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use harfrust::{
    Buffer, BufferFlags, Direction, Feature, Language, Script, ShapeOptions, ShapePlan, ShaperFont, Tag,
};

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use crate::typeset::font::{FaceId, FontSet};
use crate::typeset::hyphen::{Hyphenator, WordBreak};
use crate::typeset::page::WordTable;
use crate::typeset::shape::glyphs::{
    Draft, FaceRun, RUN_BYTES, assign_text, clear_f, em, face_run, faces, is_joining,
};
use crate::typeset::shape::part::{Join, seams};
use crate::typeset::shape::space::Space;
use crate::typeset::shape::{Capitals, Figures, LONGEST_SHAPED, Position, Slot, Style, hang};

/// Ems are counted in 1/65536.
pub(in crate::typeset) const EM: i64 = 65_536;

/// [`Rest::size`] of what is as large as its style says.
pub(in crate::typeset) const FULL_SIZE: i16 = 1000;
/// Size of a superior or inferior made from a full-size glyph, in 1/1000 of the text's.
const SMALL_POSITION: i16 = 620;
/// How far such a glyph is raised or lowered, in 1/1000 em of the text.
const SUPERIOR_RISE: i16 = 340;
const INFERIOR_DROP: i16 = 140;

thread_local! {
    /// The shaper's buffer and the glyphs of the last word, for their memory.
    static BUFFER: Cell<Option<Buffer>> = Cell::default();
    static DRAFTS: Cell<Vec<Draft>> = Cell::default();
    /// Words that this thread met last, by their hash: typeface and place. What stands here is found without a look at
    /// what threads share.
    static RECENT: RefCell<Vec<(u32, u32)>> = const { RefCell::new(Vec::new()) };
}

/// Words that a thread keeps at hand: most of what a chapter repeats.
const RECENT_WORDS: usize = 8192;

/// The number of the next typeface of this process; 0 is none.
static TYPEFACES: AtomicU32 = AtomicU32::new(1);

/// Parts of the table of places, each with its own lock: so many that threads seldom wait for each other.
const SHARDS: usize = 128;

/// How a word is shaped, beside its typeface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Form {
    from_right: bool,
    /// Whether it is a part before a line's end, with a hyphen behind it.
    hyphen: bool,
}

impl Form {
    /// A number for a string in this form.
    fn hash(self, string: &str) -> u64 {
        // Any odd number parts what differs in form alone.
        FxBuildHasher.hash_one(string) ^ u64::from(self.hyphen).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// A shaped word, as far as the line breaker asks for it: so little that those of a book stay near the processor.
#[derive(Debug)]
pub(in crate::typeset) struct Word {
    /// The bytes that were shaped, and how.
    string: SmallVec<[u8; 16]>,
    form: Form,
    /// Whether it has characters that no face has.
    pub(in crate::typeset) has_missing: bool,
    /// As [`word_number`].
    pub(in crate::typeset) number: u32,
    /// Width in 1/65536 em.
    pub(in crate::typeset) width: i64,
    /// Gaps between letters where letterspace goes.
    pub(in crate::typeset) gaps: u32,
    /// How far its first sign hangs into the left margin and its last into the right one, in
    /// 1/65536 em.
    pub(in crate::typeset) hang_left: i32,
    pub(in crate::typeset) hang_right: i32,
    /// The place of what else is known of it.
    rest: u32,
}

/// What is asked of a word where it is placed or broken. Every word of a book has one: so it is kept small.
#[derive(Debug)]
pub(in crate::typeset) struct Rest {
    /// Who draws the word, where one face draws all of it, as nearly everywhere.
    pub(super) only: Option<Only>,
    /// Size of its glyphs in 1/1000 of the style's.
    pub(in crate::typeset) size: i16,
    /// How far it stands above the baseline, in 1/1000 em of the style's size.
    pub(in crate::typeset) rise: i16,
    /// The bytes (of the first 64) between which the word falls into parts that look by themselves as they do in it, by
    /// bits; none where it is drawn by several faces, or from the right.
    pub(super) seams: u64,
    /// The bytes where it may be broken by patterns, by bits, and [`BREAKS_FOUND`]; of words of 64 bytes and more never
    /// kept.
    breaks: AtomicU64,
    /// What few words have.
    rare: Option<Box<Rare>>,
}

/// The glyphs of a whole word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Only {
    face: FaceId,
    /// As [`FaceRun::units`] and [`FaceRun::number`].
    pub(super) units: u16,
    pub(super) number: u32,
}

/// What few words have: those of several faces, of missing characters, and the longest.
#[derive(Debug, Default)]
struct Rare {
    /// Of a word that several faces draw, in visual order.
    runs: Box<[FaceRun]>,
    /// Bytes of characters that no face has.
    missing: Box<[u32]>,
    /// Of a word that is longer than any that is read: [`Sums`].
    sums: OnceLock<Sums>,
}

/// Where each cluster begins, and the width and gaps of all glyphs up to its end, in order of the text.
pub(super) type Sums = Box<[(u32, i64, u32)]>;

/// The bit of [`Rest::breaks`] that tells that they were found: nothing is broken before its first byte.
const BREAKS_FOUND: u64 = 1;

impl Rest {
    /// Bytes of characters that no face has.
    pub(in crate::typeset) fn missing(&self) -> &[u32] {
        self.rare.as_ref().map_or(&[], |rare| &rare.missing)
    }

    /// The sums of a word that is longer than [`LONGEST_SHAPED`], found when first asked for.
    pub(super) fn sums(&self, find: impl FnOnce() -> Sums) -> Option<&Sums> {
        self.rare.as_ref().map(|rare| rare.sums.get_or_init(find))
    }
}

impl Word {
    fn is(&self, string: &str, form: Form) -> bool {
        *self.string == *string.as_bytes() && self.form == form
    }
}

/// The glyphs of one style in one language, with every word that was shaped in it.
pub(in crate::typeset) struct Typeface {
    slot: Slot,
    position: Position,
    features: Vec<Feature>,
    language: Option<Language>,
    hyphenator: Arc<Hyphenator>,
    pub(super) word_table: Arc<WordTable>,
    /// Its number in this process.
    id: u32,
    /// How the shaper goes about it, by face, direction and script.
    plans: boxcar::Vec<(FaceId, Box<ShapePlan>)>,
    /// Every word that was shaped, in the order of shaping.
    words: boxcar::Vec<Word>,
    rests: boxcar::Vec<Rest>,
    /// Their places, with their hashes, by string and form.
    places: [Mutex<HashTable<(u32, u32)>>; SHARDS],
    hyphen: OnceLock<i64>,
    /// What a hyphen adds behind each ASCII letter.
    pub(super) joins: [OnceLock<Join>; 128],
    /// The word space.
    pub(in crate::typeset) space: Space,
}

impl std::fmt::Debug for Typeface {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Typeface({:?})", self.slot)
    }
}

impl Typeface {
    pub(super) fn new(
        fonts: &FontSet,
        style: &Style,
        language: &str,
        hyphenator: Arc<Hyphenator>,
        word_table: Arc<WordTable>,
    ) -> Self {
        Self {
            slot: style.slot,
            position: style.position,
            features: features(style),
            language: Language::new(language),
            hyphenator,
            space: Space::new(fonts, style.slot, &word_table),
            word_table,
            id: TYPEFACES.fetch_add(1, Ordering::Relaxed),
            plans: boxcar::Vec::new(),
            words: boxcar::Vec::new(),
            rests: boxcar::Vec::new(),
            places: std::array::from_fn(|_| Mutex::default()),
            hyphen: OnceLock::new(),
            joins: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// The same with another hyphenator. No word of it may have been asked for its breaks.
    pub(super) fn hyphenated_by(self, hyphenator: Arc<Hyphenator>) -> Self {
        Self { hyphenator, ..self }
    }

    /// The place of a word, shaped when first asked for; with `hyphen`, a part of a word before a line's end. At odd
    /// levels (UAX 9) it reads from the right.
    pub(in crate::typeset) fn word(&self, fonts: &FontSet, text: &str, level: u8, hyphen: bool) -> u32 {
        let form = Form { from_right: level % 2 == 1, hyphen };
        let hash = form.hash(text);
        let slot = (hash >> 20) as usize % RECENT_WORDS;
        RECENT.with_borrow_mut(|recent| {
            if recent.is_empty() {
                recent.resize(RECENT_WORDS, (0, 0));
            }
            let (typeface, place) = recent[slot];
            if typeface == self.id && self.at(place).is(text, form) {
                return place;
            }
            let place = self.find_or(text, hash, form, || self.shape(fonts, text, form));
            recent[slot] = (self.id, place);
            place
        })
    }

    /// Shapes `text`, words with a space between them, as one string from the left in its own face.
    pub(super) fn shape_together(&self, fonts: &FontSet, text: &str, glyphs: &mut Vec<Draft>) {
        self.shape_run(fonts, fonts.slot(self.slot), text, 0..text.len(), false, glyphs);
    }

    /// Keeps a word that was shaped from the left in its own face, where it is not known yet.
    pub(super) fn keep(&self, fonts: &FontSet, text: &str, glyphs: &mut [Draft]) {
        let form = Form::default();
        self.find_or(text, form.hash(text), form, || self.compose(fonts, text, form, text, glyphs, &[]));
    }

    /// Whether its own face has every character of a word, and draws each by itself.
    pub(super) fn draws(&self, fonts: &FontSet, text: &str) -> bool {
        let own = fonts.face(fonts.slot(self.slot));
        own.is_some_and(|own| text.chars().all(|c| !is_joining(c) && own.glyph(c).is_some()))
    }

    /// The place of a word; where it is new, of what `make` gives.
    fn find_or(&self, text: &str, hash: u64, form: Form, make: impl FnOnce() -> (Word, Rest)) -> u32 {
        // The upper half is mixed best; the table takes its lower bits for the bucket and its upper ones for the tag.
        let half = (hash >> 32) as u32;
        let hash = spread(half);
        let same = |(known, place): &(u32, u32)| *known == half && self.at(*place).is(text, form);
        // Whoever looks for a word while another thread shapes one of the same part waits, which is seldom and short.
        let mut places = self.places[half as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner);
        match places.entry(hash, same, |(half, _)| spread(*half)) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(free) => {
                let (word, rest) = make();
                let rest = self.rests.push(rest) as u32;
                let place = self.words.push(Word { rest, ..word }) as u32;
                free.insert((half, place));
                place
            }
        }
    }

    /// The word at a place that [`Typeface::word`] gave.
    pub(in crate::typeset) fn at(&self, place: u32) -> &Word {
        &self.words[place as usize]
    }

    /// What else is known of one of its words.
    pub(in crate::typeset) fn rest(&self, word: &Word) -> &Rest {
        &self.rests[word.rest as usize]
    }

    /// Width of a hyphen that stands alone, in 1/65536 em.
    pub(in crate::typeset) fn hyphen(&self, fonts: &FontSet) -> i64 {
        *self.hyphen.get_or_init(|| self.at(self.word(fonts, "-", 0, false)).width)
    }

    /// The glyphs of one of its words, in visual order.
    #[inline]
    pub(in crate::typeset) fn runs(&self, word: &Word) -> SmallVec<[FaceRun; 1]> {
        let rest = self.rest(word);
        if let Some(Only { face, units, number }) = rest.only {
            let text = 0..word.string.len() as u32;
            let run = FaceRun { face, units, text, number, width: word.width, gaps: word.gaps };
            return SmallVec::from_buf([run]);
        }
        rest.rare.iter().flat_map(|rare| rare.runs.iter().cloned()).collect()
    }

    /// Bytes where patterns and exceptions let `text` be broken.
    pub(in crate::typeset) fn breaks(&self, word: &Word, text: &str) -> SmallVec<[WordBreak; 8]> {
        if text.len() >= u64::BITS as usize {
            return self.hyphenate(text);
        }
        let known = &self.rest(word).breaks;
        let mut bits = known.load(Ordering::Relaxed);
        if bits & BREAKS_FOUND == 0 {
            let breaks = self.hyphenate(text);
            bits = breaks.iter().fold(BREAKS_FOUND, |bits, found| bits | 1 << found.at);
            known.store(bits, Ordering::Relaxed);
            return breaks;
        }
        let mut out = SmallVec::new();
        bits &= !BREAKS_FOUND;
        while bits != 0 {
            out.push(WordBreak::inside(text, bits.trailing_zeros()));
            bits &= bits - 1;
        }
        out
    }

    /// The same for a string that is no shaped word by itself.
    pub(in crate::typeset) fn hyphenate(&self, text: &str) -> SmallVec<[WordBreak; 8]> {
        self.hyphenator.breaks(text)
    }

    fn shape(&self, fonts: &FontSet, body: &str, form: Form) -> (Word, Rest) {
        let Form { from_right, hyphen } = form;
        let mut missing = Vec::new();
        let mut glyphs = DRAFTS.take();
        glyphs.clear();
        let shown: String;
        let string = if hyphen {
            shown = [body, "-"].concat();
            shown.as_str()
        } else {
            body
        };
        if self.draws(fonts, string) {
            let own = fonts.slot(self.slot);
            self.shape_run(fonts, own, string, 0..string.len(), from_right, &mut glyphs);
        } else {
            let runs = faces(fonts, self.slot, string, &mut missing);
            let in_order = |n: usize| if from_right { runs.len() - 1 - n } else { n };
            for (face, range) in (0..runs.len()).map(|n| &runs[in_order(n)]) {
                self.shape_run(fonts, *face, string, range.clone(), from_right, &mut glyphs);
            }
        }
        if hyphen {
            for draft in glyphs.iter_mut().rev().take_while(|g| g.cluster as usize >= body.len()) {
                draft.soft_hyphen = true;
            }
        }
        let made = self.compose(fonts, body, form, string, &mut glyphs, &missing);
        DRAFTS.set(glyphs);
        made
    }

    /// A word from the glyphs of `string`, its `body` and maybe a hyphen behind it. `missing` are the bytes of characters
    /// that no face has.
    fn compose(
        &self,
        fonts: &FontSet,
        body: &str,
        form: Form,
        string: &str,
        glyphs: &mut [Draft],
        missing: &[u32],
    ) -> (Word, Rest) {
        clear_f(fonts, string, glyphs);
        assign_text(body.len() as u32, glyphs);
        let (mut size, mut rise) = (FULL_SIZE, 0);
        if self.position != Position::Normal && !Self::substituted(fonts, string, glyphs) {
            size = SMALL_POSITION;
            rise = if self.position == Position::Superior { SUPERIOR_RISE } else { -INFERIOR_DROP };
        }
        let whole = !form.from_right && !form.hyphen && self.position == Position::Normal;
        let seams = if whole { seams(glyphs) } else { 0 };
        for draft in glyphs.iter_mut() {
            draft.gap = draft.step > 0;
        }
        if let Some(last) = glyphs.iter_mut().rev().find(|g| g.gap) {
            last.gap = false;
        }
        let runs: SmallVec<[FaceRun; 1]> = glyphs
            .chunk_by(|a, b| a.face == b.face && a.cluster / RUN_BYTES == b.cluster / RUN_BYTES)
            .map(|group| face_run(fonts, body, group, size.into(), &self.word_table))
            .collect();
        let step = |draft: Option<&Draft>, run: &FaceRun| draft.map_or(0, |d| em(d.step, run.units));
        let first = runs.first().map_or(0, |r| step(glyphs.first(), r));
        let last = runs.last().map_or(0, |r| step(glyphs.last(), r));
        let hang = |step: i64, amount: i64| i32::try_from(step * amount / 1000).unwrap_or(0);
        let word = Word {
            string: SmallVec::from_slice(body.as_bytes()),
            form,
            has_missing: !missing.is_empty(),
            number: word_number(body),
            width: runs.iter().map(|r| r.width).sum(),
            gaps: runs.iter().map(|r| r.gaps).sum(),
            hang_left: hang(first, body.chars().next().map_or(0, hang::left)),
            hang_right: hang(last, body.chars().next_back().map_or(0, hang::right)),
            rest: 0,
        };
        let only = match runs.as_slice() {
            [FaceRun { face, units, number, .. }] => {
                Some(Only { face: *face, units: *units, number: *number })
            }
            _ => None,
        };
        let is_rare = only.is_none() || !missing.is_empty() || body.len() > LONGEST_SHAPED;
        let runs = if only.is_none() { runs.into_boxed_slice() } else { Box::default() };
        let rare = is_rare.then(|| Box::new(Rare { runs, missing: missing.into(), sums: OnceLock::new() }));
        (word, Rest { only, size, rise, seams, breaks: AtomicU64::new(0), rare })
    }

    /// Whether the feature for superiors or inferiors changed every character that shows.
    fn substituted(fonts: &FontSet, string: &str, glyphs: &[Draft]) -> bool {
        glyphs.iter().all(|g| {
            let c = string.get(g.cluster as usize..).and_then(|s| s.chars().next());
            let nominal = c.and_then(|c| fonts.face(g.face)?.glyph(c));
            nominal != Some(g.id)
        })
    }

    fn shape_run(
        &self,
        fonts: &FontSet,
        id: FaceId,
        string: &str,
        range: Range<usize>,
        from_right: bool,
        out: &mut Vec<Draft>,
    ) {
        let Some(face) = fonts.face(id) else { return };
        let text = &string[range.clone()];
        let mut buffer = BUFFER.take().unwrap_or_default();
        buffer.reset();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(if from_right { Direction::RightToLeft } else { Direction::LeftToRight });
        if buffer.script().is_none() {
            buffer.set_script(Some(Script::LATIN));
        }
        buffer.set_language(self.language.clone());
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        let plan = self.plan(id, &face.font, buffer.direction(), buffer.script());
        let font = ShaperFont::new(&face.font);
        let options = ShapeOptions::new().plan(Some(plan)).features(&self.features);
        if harfrust::shape(&font, &mut buffer, options).is_err() {
            return;
        }
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            let glyph = info.glyph_id as u16;
            out.push(Draft {
                face: id,
                id: glyph,
                step: position.x_advance,
                advance: face.advance(glyph),
                dx: position.x_offset,
                dy: position.y_offset,
                gap: false,
                soft_hyphen: false,
                text: (0, 0),
                cluster: info.cluster + range.start as u32,
                bound: info.unsafe_to_break(),
            });
        }
        BUFFER.set(Some(buffer));
    }

    fn plan(
        &self,
        id: FaceId,
        font: &harfrust::Font,
        direction: Direction,
        script: Option<Script>,
    ) -> &ShapePlan {
        let known = self.plans.iter().find(|(_, (face, plan))| {
            *face == id && plan.direction() == direction && plan.script() == script
        });
        // Where two threads come here at once there are two of the same; the first is taken from then on.
        let new = || {
            let plan = ShapePlan::new(font, direction, script, self.language.as_ref(), &self.features);
            self.plans.push((id, Box::new(plan)))
        };
        let place = known.map_or_else(new, |(place, _)| place);
        &self.plans[place].1
    }
}

/// A hash of 64 bits from the half that a table keeps of it: a product with an odd number near 2⁶⁴ over the golden ratio
/// (Knuth, *The Art of Computer Programming* 3, 6.4) moves every bit upwards, and its upper half comes down.
fn spread(half: u32) -> u64 {
    let product = u64::from(half).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    product ^ product >> 32
}

fn features(style: &Style) -> Vec<Feature> {
    let mut out = Vec::new();
    let mut on = |tag: &[u8; 4], value: u32| out.push(Feature::new(Tag::new(tag), value, ..));
    match style.capitals {
        Capitals::AsWritten => {}
        Capitals::Small => on(b"smcp", 1),
        Capitals::AllSmall => {
            on(b"smcp", 1);
            on(b"c2sc", 1);
        }
        Capitals::Full => on(b"case", 1),
    }
    let (shape, width) = match style.figures {
        Figures::OldStyle => (b"onum", b"pnum"),
        Figures::Lining => (b"lnum", b"pnum"),
        Figures::OldStyleTabular => (b"onum", b"tnum"),
        Figures::LiningTabular => (b"lnum", b"tnum"),
    };
    on(shape, 1);
    on(width, 1);
    match style.position {
        Position::Normal => {}
        Position::Superior => on(b"sups", 1),
        Position::Inferior => on(b"subs", 1),
    }
    if style.tracking != 0 {
        // A ligature inside spaced letters would stand out as a clot.
        for tag in [b"liga", b"clig"] {
            on(tag, 0);
        }
    }
    out
}

/// A number for a word, without case and punctuation; 0 for words under three letters.
pub(in crate::typeset) fn word_number(text: &str) -> u32 {
    let mut letters = 0;
    let mut hash = 0x811c_9dc5_u32;
    for c in text.chars().filter(|c| c.is_alphanumeric()) {
        letters += 1;
        let c = if c.is_ascii() { c.to_ascii_lowercase() } else { c };
        hash = (hash ^ c as u32).wrapping_mul(0x0100_0193);
    }
    if letters < 3 { 0 } else { hash | 1 }
}
