//! In: a printer, a paper, a trim size and a number of pages. Out: what the printer does not do of it,
//! told while the book is made and can still be changed.

use crate::report::Finding;

use super::preflight::{COUNT, OFFER};
use super::profile::{self, Medium, Paper, Profile};
use super::trim::Trim;

/// What stands against the binding of such a block; nothing for reading on screens.
pub fn remarks(profile: &Profile, paper: Option<&Paper>, trim: Trim, pages: u32) -> Vec<Finding> {
    let mut findings = Vec::new();
    if profile.medium == Medium::Screen {
        return findings;
    }
    let name = &profile.name;
    if !profile.offers(trim) {
        let nearest = profile.nearest(trim).map(|t| t.to_string()).unwrap_or_default();
        let others: Vec<&str> = profile::names()
            .filter(|n| profile::find(n).is_ok_and(|p| p.trims.is_some() && p.offers(trim)))
            .collect();
        let elsewhere =
            if others.is_empty() { String::new() } else { format!("; {} has it", others.join(" or ")) };
        let message = format!("{name} does not list {trim}: its nearest size is {nearest}{elsewhere}");
        findings.push(Finding::warning(&OFFER, None, message));
    }
    let least = profile.min_pages();
    let most = profile.max_pages(paper).unwrap_or(u32::MAX);
    if pages < least {
        let message = format!(
            "the book has {pages} pages, {name} binds {least} and more: larger type (--size), a smaller trim, \
             or --profile home, which binds any number"
        );
        findings.push(Finding::warning(&COUNT, None, message));
    } else if pages > most {
        let on =
            paper.or(profile.paper.first()).map_or_else(String::new, |p| format!(" on {} paper", p.name));
        let thinner = profile.paper.iter().find(|p| p.max_pages >= pages);
        let advice = thinner.map_or_else(
            || "smaller type (--size), a larger trim, or two volumes".to_owned(),
            |p| format!("--paper {} takes {}", p.name, p.max_pages),
        );
        let message = format!("the book has {pages} pages, {name} binds at most {most}{on}: {advice}");
        findings.push(Finding::warning(&COUNT, None, message));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::trim;

    fn said(name: &str, paper: Option<&str>, size: &str, pages: u32) -> Vec<String> {
        let profile = profile::find(name).unwrap();
        let paper = profile.paper(paper).unwrap();
        remarks(&profile, paper, trim::parse(size).unwrap(), pages)
            .into_iter()
            .map(|f| f.message.into_owned())
            .collect()
    }

    #[test]
    fn what_a_printer_lacks_is_told_with_what_would_do() {
        assert!(said("kdp", None, "6x9", 200).is_empty());
        let sizes = said("kdp", None, "a5", 200);
        assert!(sizes[0].contains("5.5 × 8.5") && sizes[0].contains("ingram or lulu"), "{sizes:?}");
        assert!(said("kdp", None, "6x9", 20)[0].contains("24 and more"));
        assert!(said("kdp", Some("cream"), "6x9", 800)[0].contains("--paper white takes 828"));
        assert!(said("kdp", None, "6x9", 900)[0].contains("two volumes"));
        assert!(said("screen", None, "a5", 3).is_empty() && said("home", None, "a5", 3).is_empty());
    }
}
