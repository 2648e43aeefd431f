//! What a preflight can find.

use crate::report::Rule;

macro_rules! rules {
    ($($name:ident = $code:literal $title:literal: $what:literal, $why:literal, $example:literal;)*) => {
        $(pub(crate) static $name: Rule =
            Rule { code: $code, name: $title, what: $what, why: $why, example: $example };)*
        /// Every rule of the preflight.
        pub(crate) static RULES: &[&Rule] = &[$(&$name),*];
    };
}

rules! {
    COUNT = "P001" "page count":
        "The file has fewer or more pages than the printer binds on this paper.",
        "Too few pages cannot be glued, too many do not fit the machine.",
        "A story of 12 pages for KDP, which binds 24 and more.";
    PARITY = "P002" "odd pages or no blank at the end":
        "The number of pages is odd, or the last page is printed where the printer puts its own mark.",
        "A leaf has two sides: the printer adds the missing one, and may refuse to.",
        "A file of 201 pages for IngramSpark.";
    TRIM = "P003" "trim size":
        "Pages have another size than was asked for, or than the other pages.",
        "The printer trims every page alike; what differs is scaled or refused.",
        "One landscape page among upright ones.";
    OFFER = "P004" "trim size not on offer":
        "The printer does not list this trim size.",
        "Sizes off the list cannot be ordered, or only by arrangement.",
        "A5 at KDP, whose nearest size is 5.5 × 8.5 in.";
    BLEED = "P005" "bleed":
        "Something is printed up to the edge, but the page has no paper beyond the trim.",
        "Cutting is not exact: without bleed a white line shows.",
        "A full-page picture on a page of the trim size.";
    GUTTER = "P006" "inner margin":
        "Type or drawing stands nearer to the spine than the printer allows at this number of pages.",
        "A thick block does not open flat: the ends of the lines vanish in the fold.",
        "0.4 in at 320 pages for KDP, which asks for 0.625 in.";
    MARGIN = "P007" "outer margin":
        "Type or drawing stands nearer to the fore-edge, head or foot than the printer allows.",
        "It may be cut off.",
        "A page number 0.2 in from the foot.";
    FONT = "P008" "font not embedded":
        "A font is named but not in the file.",
        "The printer's machine takes another one, and the pages break anew or lose letters.",
        "Times-Roman, left to every machine to find.";
    COLOUR = "P009" "colour":
        "Something is painted in RGB or, where the interior is black, in colour.",
        "Black made of three colours prints brown and out of register, and a colour page costs more.",
        "Text in RGB 0 0 0, as office programs write it.";
    INK = "P010" "too much ink":
        "The inks at one place add up to more than the paper can take.",
        "Wet sheets stick together and smear.",
        "A background of 90 % cyan, 85 % magenta, 80 % yellow and 95 % black.";
    TRANSPARENCY = "P011" "transparency":
        "Something lets what lies below it show through.",
        "Old presses have to calculate it away, and sometimes it goes wrong.",
        "A shadow at 50 % under a heading.";
    RESOLUTION = "P012" "picture too coarse":
        "A picture has fewer dots to the inch than the printer asks for.",
        "It prints blurred or in steps.",
        "A picture of 600 pixels over 4 inches: 150 dpi.";
    HAIRLINE = "P013" "line too thin":
        "A line is thinner than the printer can hold.",
        "It breaks up or vanishes.",
        "A rule of 0.1 pt.";
    SMALL = "P014" "type too small":
        "Some type is smaller than the printer advises.",
        "It fills in, or cannot be read.",
        "A note set in 5 pt.";
    INTERACTIVE = "P015" "links, forms, scripts":
        "The file holds things that only work on a screen.",
        "Some printers refuse a file with them, and none can print them.",
        "The links of a table of contents.";
    SIZE = "P016" "file too large":
        "The file is larger than the printer's upload takes.",
        "The upload fails.",
        "A picture book of 700 MB for KDP.";
    STANDARD = "P017" "PDF/X":
        "The file does not claim the standard that the printer asks for, or lacks something that it demands.",
        "The standard is the printer's promise that the file prints as it is.",
        "No output intent in a file for IngramSpark.";
    TURNED = "P018" "turned page":
        "A page is turned or scaled by a flag.",
        "Imposition programs do not all heed the flag.",
        "A scanned page with /Rotate 90.";
    TYPE3 = "P019" "drawn font":
        "A font is made of drawings or pixels instead of outlines.",
        "It prints coarser, and cannot be searched.",
        "A bitmap font of an old TeX.";
    UNREADABLE = "P020" "unreadable page":
        "The content of a page cannot be read.",
        "Nobody knows what the printer's machine would make of it.",
        "A file that was cut off in a transfer.";
    RICH = "P021" "text in several inks":
        "Text is painted with more than one ink.",
        "The inks never meet exactly: small type gets a coloured fringe.",
        "Body text in 60 % cyan and 100 % black.";
    WRAP = "P022" "wrap cover":
        "The wrap cover is not of the size that trim, page count and paper ask for, or carries something that is not \
         to be printed.",
        "A spine of the wrong width pulls its type round the fold; the printer refuses the file.",
        "A cover made for 300 pages when the book has grown to 340.";
    SPINE = "P023" "spine":
        "The width of the spine rests on an estimate, or the spine is too thin for type, or nearly so.",
        "Paper differs from lot to lot and the fold wanders by a sixteenth of an inch: thin spines stay blank.",
        "A book of 60 pages, whose spine is an eighth of an inch.";
    LOCKED = "P024" "protected":
        "The file is protected, though it opens without a password.",
        "Printers refuse protected files: their programs may not change the sheets.",
        "A PDF on which printing or copying was forbidden.";
}
