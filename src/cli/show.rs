//! What people see: messages on standard error, results on standard output.

use std::io::{IsTerminal, Write};

use inkbind::report::{Finding, Level, Places};

use super::args::{Colour, VoiceArgs};
use super::failure::Failure;
use super::input::Input;

/// How the program speaks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    /// 0 quiet, 1 normal, 2 and 3 more.
    level: u8,
    colour: bool,
}

impl Voice {
    /// From the flags, the terminal and `NO_COLOR`.
    pub(crate) fn new(args: VoiceArgs) -> Self {
        let colour = match args.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                let unset = std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
                unset && std::io::stderr().is_terminal()
            }
        };
        Self { level: if args.quiet { 0 } else { 1 + args.verbose.min(2) }, colour }
    }

    /// Says a line, unless quiet.
    pub(crate) fn say(self, line: &str) {
        if self.level >= 1 {
            eprintln!("{line}");
        }
    }

    /// Whether anything but errors is wanted.
    pub(crate) fn speaks(self) -> bool {
        self.level >= 1
    }

    /// Whether colours are wanted.
    pub(crate) fn colours(self) -> bool {
        self.colour
    }

    /// Whether every finding is wanted.
    pub(crate) fn wants_notes(self) -> bool {
        self.level >= 3
    }

    /// Whether more than the main lines is wanted.
    pub(crate) fn wants_more(self) -> bool {
        self.level >= 2
    }

    /// Tells what stopped the program; quiet does not silence it.
    pub(crate) fn fail(self, failure: &Failure) {
        eprintln!("{} {failure}", self.paint("1;31", "error:"));
    }

    /// Tells a finding.
    pub(crate) fn finding(self, finding: &Finding, input: &Input, places: &Places<'_>, decoded: &str) {
        let level = finding.certainty.level();
        let head = match level {
            Level::Certain => self.paint("1;33", "warning"),
            Level::Likely | Level::Guess => self.paint("1;36", &level.to_string()),
        };
        let at = finding.span.map(|s| format!("{}: ", input.place(places, s.start as usize)));
        self.say(&format!("{head}[{}]: {}{}", finding.rule.code, at.unwrap_or_default(), finding.message));
        if let Some(span) = finding.span.filter(|s| !s.is_empty()) {
            let excerpt = places.excerpt(span, 72);
            if !excerpt.is_empty() && !decoded.is_empty() {
                self.say(&format!("    {excerpt}"));
            }
        }
    }

    /// The text in a colour (an SGR number), where colours are wanted.
    pub(crate) fn paint(self, sgr: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{sgr}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Writes a result to standard output. A reader that went away is no error.
pub(crate) fn result(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes one JSON document to standard output.
pub(crate) fn json(value: &serde_json::Value) {
    result(&format!("{value:#}\n"));
}

/// A number in groups of three figures: `1,234`.
pub(crate) fn number(n: usize) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(c);
    }
    grouped
}

/// A count with its noun: `1 word`, `1,234 words`.
pub(crate) fn count(n: usize, noun: &str) -> String {
    format!("{} {noun}{}", number(n), if n == 1 { "" } else { "s" })
}

/// A size in bytes for people.
pub(crate) fn bytes(n: usize) -> String {
    match n {
        0..10_000 => count(n, "byte"),
        10_000..10_000_000 => format!("{} KB", n / 1000),
        _ => format!("{} MB", n / 1_000_000),
    }
}
