//! Every constant of line breaking, with its unit and its reason.

/// What makes one setting of a paragraph better than another.
///
/// The defaults were tuned on one long novel and held on seven others, at 6 × 9 in with
/// EB Garamond 11/14.5. `x` is the word space of a line as a multiple of the natural one,
/// `t` the share of the letters' elasticity that a line uses, from −1 (all of it to shrink)
/// to 1, and in lines that need it up to `reach` either way. Costs have no unit; only their relation counts.
#[derive(Clone, Debug, PartialEq)]
pub struct LineParams {
    /// Whether words may be broken by patterns. Off in designs for low vision.
    pub hyphenate: bool,
    /// Whether punctuation at the edges hangs into the margins. A hanging point makes the
    /// margin look straighter than a straight one.
    pub protrude: bool,
    /// Glyph scale either way, as a share of the width. Thành (2000) found up to 2 % unseen. At
    /// 1 % whole books with dialogue pass a mean word space of 1.06, for pages ask for the
    /// longer settings of paragraphs; 1.3 % leaves room for that.
    pub scale: f64,
    /// Letterspace either way, in em, inside words only.
    pub letterspace: f64,
    /// How far beyond these two limits the letters go, as a multiple, in the one line in fifty
    /// whose spaces would otherwise be torn or choked: to just under 2 % of scale and 1 % of an em.
    pub reach: f64,
    /// How much of what spaces take up to the letters' limit they take again beyond it, while the
    /// letters go on to the end of their reach.
    pub share_reach: f64,
    /// How much of a space's width counts as stretch where space and letters share what is
    /// missing. Greater: the letters are touched later and more evenly.
    pub share_stretch: f64,
    /// The same where they share what is too much.
    pub share_shrink: f64,
    /// Narrowest word space, as a multiple of the natural one.
    pub tightest: f64,
    /// Widest word space, as a multiple of the natural one.
    pub loosest: f64,
    /// Widest word space that is looked for at first: a paragraph gets wider ones, up to `loosest`, where it cannot be
    /// set without, or where the pages of its chapter do not come out well. Few lines in a thousand have one, and to look
    /// for them everywhere costs a novel a thirteenth of its instructions.
    pub usually_loosest: f64,
    /// Excess of `x` over 1 that costs 1; the cost grows with the third power.
    pub loose_unit: f64,
    /// Lack of `x` under 1 that costs 1; the cost grows with the power 2.5.
    pub tight_unit: f64,
    /// Cost of using all of the letters' elasticity; grows with the square.
    pub letters: f64,
    /// A hyphen made by patterns. 0.8 gives 3 to 4.5 % of lines, for names and last words stay whole
    /// and the letters give; 2 gives 2 % at the price of looser lines.
    pub hyphen: f64,
    /// More for a word with a capital (at a sentence's start; names are never broken).
    pub hyphen_capital: f64,
    /// More where only two letters stand before the hyphen.
    pub hyphen_short: f64,
    /// A line's end at a hyphen that the word has anyway.
    pub hard_hyphen: f64,
    /// A line's end at a dash.
    pub dash: f64,
    /// A difference of half a natural space between neighbouring lines; third power.
    pub contrast: f64,
    /// The letters' whole range between neighbouring lines; third power.
    pub letter_contrast: f64,
    /// Two hyphens in a row. Three in a row are forbidden.
    pub ladder: f64,
    /// The same word at the edge of two lines in a row.
    pub stack: f64,
    /// Narrowest word space of a last line, as a multiple of the natural one.
    pub last_tightest: f64,
    /// Shortest last line, in em. A shorter one lies under the next paragraph's indent.
    pub last_shortest: f64,
    /// Width in em under which a last line costs up to 1, growing as it shrinks.
    pub last_short: f64,
    /// A last line of one word of up to four letters.
    pub runt: f64,
    /// A last line of one longer word.
    pub single: f64,
    /// A hyphen at the end of the line before the last.
    pub hyphen_before_last: f64,
    /// For ragged lines: the gap at the edge that costs 1, as a share of the width; square.
    pub ragged_unit: f64,
}

impl Default for LineParams {
    fn default() -> Self {
        Self {
            hyphenate: true,
            protrude: true,
            scale: 0.0133,
            letterspace: 0.0066,
            reach: 1.5,
            share_reach: 0.5,
            share_stretch: 0.4,
            share_shrink: 0.2,
            tightest: 0.70,
            loosest: 2.0,
            usually_loosest: 1.45,
            loose_unit: 0.4,
            tight_unit: 0.33,
            letters: 0.1,
            hyphen: 0.8,
            hyphen_capital: 0.6,
            hyphen_short: 0.3,
            hard_hyphen: 1.0,
            dash: 0.02,
            contrast: 0.5,
            letter_contrast: 0.15,
            ladder: 1.0,
            stack: 1.2,
            last_tightest: 0.75,
            last_shortest: 2.0,
            last_short: 4.0,
            runt: 3.0,
            single: 1.2,
            hyphen_before_last: 1.0,
            ragged_unit: 0.12,
        }
    }
}

/// A line of so many characters or more, spaces among them, is set with the defaults.
const WIDE_LINE: f64 = 66.0;
/// A line of so many or fewer takes all that its letters can give.
const NARROW_LINE: f64 = 48.0;
/// Most glyph scale either way: Thành (2000) found that nobody sees it.
const MOST_SCALE: f64 = 0.02;
/// Most letterspace either way that is given before a line is in need, in em.
const MOST_LETTERSPACE: f64 = 0.0125;

impl LineParams {
    /// For lines of about so many characters (fewer where word spaces are narrow): the fewer, the fewer spaces share what a line has too much or too
    /// little, and the more the letters give, up to the limits that hold for any line.
    #[must_use]
    pub fn for_measure(mut self, characters: f64) -> Self {
        let narrow = ((WIDE_LINE - characters) / (WIDE_LINE - NARROW_LINE)).clamp(0.0, 1.0);
        self.scale += narrow * (MOST_SCALE - self.scale);
        self.letterspace += narrow * (MOST_LETTERSPACE - self.letterspace);
        self.tight_unit += narrow * 0.2;
        self.letter_contrast += narrow * 0.15;
        self.hyphen += narrow * 1.3;
        self.contrast += narrow * 0.15;
        self.usually_loosest += narrow * 0.15;
        self.reach = self.reach.min(MOST_SCALE / self.scale).max(1.0);
        self
    }

    /// Without hyphenation: for headings, verse and designs for low vision.
    #[must_use]
    pub fn unhyphenated() -> Self {
        Self { hyphenate: false, ..Self::default() }
    }
}
