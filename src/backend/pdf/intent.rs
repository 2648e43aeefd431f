//! In: a standard, the profile of a printer, perhaps the user's ICC profile. Out: the output intent
//! (ISO 32000-1, 14.11.5): which press or screen the colours of a file are meant for.
//!
//! PDF/X-1a may name a printing condition of the ICC's registry and leave its profile out; PDF/X-4
//! carries a profile. For black ink alone one is made here; for four inks the user gives it.

use crate::press;
use crate::press::profile::Standard;

use super::colour::Inks;

/// The colours that a file is meant for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Name of the printing condition, as in the registry: `FOGRA39`; `Custom` where it is in none.
    pub identifier: String,
    /// The condition in words; empty where the name says all.
    pub condition: String,
    /// The registry that knows the name.
    pub registry: Option<String>,
    /// The profile, where the file carries it.
    pub profile: Option<Profile>,
}

/// An ICC profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of colour components.
    pub channels: u8,
}

impl Intent {
    /// sRGB, for reading on screens.
    pub(super) fn srgb() -> Self {
        Self {
            identifier: "sRGB IEC61966-2.1".to_owned(),
            condition: String::new(),
            registry: None,
            profile: Some(Profile { bytes: include_bytes!("icc/sRGB-v4.icc").to_vec(), channels: 3 }),
        }
    }

    /// The intent of a press edition; `None` where it follows no standard and the printer names none.
    ///
    /// # Errors
    /// What the standard lacks, or what is wrong with the user's profile, and what to do.
    pub(super) fn of_press(
        printer: &press::Profile,
        standard: Option<Standard>,
        inks: Inks,
        own: Option<Vec<u8>>,
    ) -> Result<Option<Self>, String> {
        let registered = printer.intent.as_ref().map(|i| Self {
            identifier: i.identifier.clone(),
            condition: i.condition.clone(),
            registry: Some(i.registry.clone()),
            profile: None,
        });
        if let Some(bytes) = own {
            return own_profile(bytes, standard, inks).map(Some);
        }
        match (standard, inks) {
            (Some(Standard::X4), Inks::Grey) => Ok(Some(black_ink())),
            (Some(Standard::X4), _) => Err("PDF/X-4 in colour carries the profile of the press: \
                 give the printer's with --icc FILE, or take --pdfx 1a"
                .to_owned()),
            (Some(Standard::X1a), _) => Ok(Some(registered.unwrap_or_else(coated_paper))),
            (Some(Standard::ArchiveAccessible) | None, _) => Ok(registered),
        }
    }
}

/// The condition that European printers mean where they name none; ISO 12647-2, paper types 1 and 2.
fn coated_paper() -> Intent {
    Intent {
        identifier: "FOGRA39".to_owned(),
        condition: "offset on coated paper".to_owned(),
        registry: Some("http://www.color.org".to_owned()),
        profile: None,
    }
}

/// Black ink on uncoated paper, with a profile of our own.
fn black_ink() -> Intent {
    Intent {
        identifier: "Custom".to_owned(),
        condition: CONDITION.to_owned(),
        registry: None,
        profile: Some(Profile { bytes: black_ink_profile(), channels: 1 }),
    }
}

const CONDITION: &str = "black ink on uncoated paper, dot gain 20 %";

/// What the header of an ICC profile says (ICC.1:2022, 7.2).
fn own_profile(bytes: Vec<u8>, standard: Option<Standard>, inks: Inks) -> Result<Intent, String> {
    let part = |from: usize| bytes.get(from..from + 4).unwrap_or_default();
    if part(36) != b"acsp" {
        return Err("the file given with --icc is no ICC profile: it ends in .icc or .icm".to_owned());
    }
    if part(12) != b"prtr" {
        return Err("the ICC profile describes no press: take the one of the printing condition, \
             such as that of coated paper, from your printer"
            .to_owned());
    }
    let channels = match part(16) {
        b"GRAY" => 1,
        b"CMYK" => 4,
        _ => return Err("the ICC profile is for other inks than black, or cyan to black".to_owned()),
    };
    if channels == 1 && inks.has_colours() {
        return Err(
            "the ICC profile is for black ink alone, and the file has colours: take one of four inks"
                .to_owned(),
        );
    }
    if standard == Some(Standard::X1a) && bytes.get(8).is_some_and(|v| *v > 2) {
        return Err(format!(
            "PDF/X-1a takes ICC profiles of version 2, and this is version {}: take --pdfx 4, or another profile",
            bytes[8]
        ));
    }
    let condition = description(&bytes).unwrap_or_else(|| "the printer's own condition".to_owned());
    let profile = Some(Profile { bytes, channels });
    Ok(Intent { identifier: "Custom".to_owned(), condition, registry: None, profile })
}

/// The profile's name in ASCII: a `desc` of version 2, or a `mluc` of version 4.
fn description(bytes: &[u8]) -> Option<String> {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_be_bytes);
    let count = word(128)?.min(100) as usize;
    let entry = (0..count).map(|i| 132 + 12 * i).find(|at| bytes.get(*at..at + 4) == Some(b"desc"))?;
    let at = word(entry + 4)? as usize;
    let text: String = match bytes.get(at..at + 4)? {
        b"desc" => {
            let length = word(at + 8)? as usize;
            bytes.get(at + 12..at + 12 + length)?.iter().map(|b| char::from(*b)).collect()
        }
        b"mluc" => {
            let (length, offset) = (word(at + 20)? as usize, word(at + 24)? as usize);
            let units = bytes.get(at + offset..at + offset + length)?.chunks_exact(2);
            let units: Vec<u16> = units.map(|p| u16::from_be_bytes([p[0], p[1]])).collect();
            String::from_utf16(&units).ok()?
        }
        _ => return None,
    };
    let clean: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    (!clean.is_empty()).then_some(clean)
}

/// An output profile of one ink (ICC.1:2001-04): media white and the curve from tone to light.
///
/// Dots grow in print by a fifth of the paper at half tone, and by a parabola from there to none at
/// either end (the habit of the trade); what they cover reflects nothing (Murray and Davies, 1936).
fn black_ink_profile() -> Vec<u8> {
    const STEPS: u32 = 256;
    let mut curve = b"curv\0\0\0\0".to_vec();
    curve.extend(STEPS.to_be_bytes());
    for step in 0..STEPS {
        let dots = 1.0 - f64::from(step) / f64::from(STEPS - 1);
        let covered = (dots + 4.0 * 0.2 * dots * (1.0 - dots)).min(1.0);
        curve.extend((((1.0 - covered) * 65_535.0).round() as u16).to_be_bytes());
    }
    let mut name = b"desc\0\0\0\0".to_vec();
    name.extend((CONDITION.len() as u32 + 1).to_be_bytes());
    name.extend(CONDITION.bytes());
    // The end of the name, then empty names in Unicode and in the script of an old system.
    name.extend([0; 1 + 8 + 3 + 67]);
    let right = b"text\0\0\0\0No copyright, use freely\0".to_vec();
    let white = [b"XYZ \0\0\0\0".as_slice(), &D50].concat();
    let tags = [(b"desc", name), (b"cprt", right), (b"wtpt", white), (b"kTRC", curve)];

    let mut body = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data = Vec::new();
    let first = 128 + 4 + 12 * tags.len();
    for (tag, content) in tags {
        body.extend(tag);
        body.extend(((first + data.len()) as u32).to_be_bytes());
        body.extend((content.len() as u32).to_be_bytes());
        data.extend(content);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    body.extend(data);
    let mut out = ((128 + body.len()) as u32).to_be_bytes().to_vec();
    out.extend(b"\0\0\0\0\x02\x10\0\0prtrGRAYXYZ ");
    for part in [2026_u16, 1, 1, 0, 0, 0] {
        out.extend(part.to_be_bytes());
    }
    out.extend(b"acsp");
    // Platform, flags, maker, model and attributes are not said; relative colorimetric.
    out.resize(64, 0);
    out.extend(1_u32.to_be_bytes());
    out.extend(D50);
    out.resize(128, 0);
    out.extend(body);
    out
}

/// The white of the connection space, as three numbers of 16 and 16 bits.
const D50: [u8; 12] = [0, 0, 0xF6, 0xD6, 0, 1, 0, 0, 0, 0, 0xD3, 0x2D];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::press::profile;

    #[test]
    fn the_profile_of_black_ink_is_as_long_as_it_says_and_darkens_all_the_way() {
        let bytes = black_ink_profile();
        assert_eq!(u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize, bytes.len());
        assert_eq!(description(&bytes).unwrap(), CONDITION);
        let at = bytes.windows(4).rposition(|w| w == b"curv").unwrap() + 12;
        let curve: Vec<u16> =
            bytes[at..at + 512].chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]])).collect();
        assert!(curve.is_sorted() && curve[0] == 0 && curve[255] == 65_535);
        // Half a tone covers 70 hundredths of the paper.
        assert!((f64::from(curve[128]) / 65_535.0 - 0.302).abs() < 0.003, "{}", curve[128]);
    }

    #[test]
    fn the_users_own_profile_is_taken_or_refused_with_a_reason() {
        let ingram = profile::find("ingram").unwrap();
        let intent = |standard, inks, own| Intent::of_press(&ingram, Some(standard), inks, own);
        let grey = black_ink_profile();
        let four = Inks::Cmyk { limit: 240 };
        let taken = intent(Standard::X4, Inks::Grey, Some(grey.clone())).unwrap().unwrap();
        assert_eq!(taken.condition, CONDITION);
        let refused = |standard, inks, own| intent(standard, inks, own).unwrap_err();
        assert!(refused(Standard::X4, four, Some(grey.clone())).contains("four inks"));
        assert!(refused(Standard::X4, four, None).contains("--icc"));
        assert!(refused(Standard::X1a, Inks::Grey, Some(b"no profile".to_vec())).contains("no ICC"));
        let mut new = grey.clone();
        new[8] = 4;
        assert!(refused(Standard::X1a, Inks::Grey, Some(new)).contains("version 4"));
        let mut screen = grey;
        screen[12..16].copy_from_slice(b"mntr");
        assert!(refused(Standard::X1a, Inks::Grey, Some(screen)).contains("no press"));
    }

    #[test]
    fn conditions_of_the_registry_need_no_profile_in_x_1a() {
        let named = |printer: &str| {
            let printer = profile::find(printer).unwrap();
            let intent = Intent::of_press(&printer, Some(Standard::X1a), Inks::Grey, None).unwrap().unwrap();
            assert!(intent.profile.is_none() && intent.registry.is_some());
            intent.identifier
        };
        assert_eq!(named("ingram"), "CGATS TR 001");
        assert_eq!(named("kdp"), "FOGRA39");
    }
}
