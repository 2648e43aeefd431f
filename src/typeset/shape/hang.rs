//! Signs that hang into the margins, so that these look straight: how far each of them does.

/// Share of a sign's width, in 1/1000, that hangs into the right margin.
pub(in crate::typeset) const fn right(c: char) -> i64 {
    match c {
        '-' | '‐' | '.' | ',' => 600,
        '’' | '”' | '\'' | '"' | '‘' | '“' | '»' | '›' => 400,
        ';' | ':' => 300,
        '!' | '?' | '–' => 150,
        '—' => 120,
        _ => 0,
    }
}

/// The same for the left margin.
pub(super) const fn left(c: char) -> i64 {
    match c {
        '“' | '‘' | '”' | '’' | '"' | '\'' | '„' | '‚' | '«' | '‹' => 400,
        '—' => 120,
        'A' | 'T' | 'V' | 'W' | 'Y' => 50,
        _ => 0,
    }
}
