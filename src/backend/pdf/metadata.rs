//! In: what is said about the work, and the standards the file follows. Out: the document
//! information dictionary and the XMP packet (ISO 16684-1), which say the same.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};
use quick_xml::escape::escape;

use crate::book::Metadata;

use super::content::text_string;
use crate::press::profile::Standard;

use super::Edition;

/// The program's name and version, as the file's maker.
pub(super) const PRODUCER: &str = concat!("Inkbind ", env!("CARGO_PKG_VERSION"));

/// The document information dictionary (ISO 32000-1, 14.3.3).
pub(super) fn info(meta: &Metadata, edition: &Edition, now: DateTime<Utc>) -> Vec<u8> {
    let mut out = b"<<".to_vec();
    let mut entry = |key: &str, value: &str| {
        if !value.is_empty() {
            out.push(b'/');
            out.extend_from_slice(key.as_bytes());
            text_string(&mut out, value);
        }
    };
    entry("Title", &meta.title);
    entry("Author", &authors(meta).join(", "));
    entry("Subject", meta.description.as_deref().unwrap_or(""));
    entry("Keywords", &meta.subjects.join(", "));
    entry("Creator", PRODUCER);
    entry("Producer", PRODUCER);
    let date = now.format("D:%Y%m%d%H%M%SZ").to_string();
    entry("CreationDate", &date);
    entry("ModDate", &date);
    if let Some(Standard::X1a) = edition.standard {
        entry("GTS_PDFXVersion", "PDF/X-1:2001");
        entry("GTS_PDFXConformance", "PDF/X-1a:2001");
    }
    if edition.print {
        out.extend_from_slice(b"/Trapped/False");
    }
    out.extend_from_slice(b">>");
    out
}

fn authors(meta: &Metadata) -> Vec<&str> {
    meta.authors().collect()
}

/// The XMP packet; `id` names the document's content.
pub(super) fn xmp(meta: &Metadata, edition: &Edition, now: DateTime<Utc>, id: &str) -> String {
    let mut x = String::with_capacity(4096);
    x.push_str(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"\
         \u{20}xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\"\
         \u{20}xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\">\n",
    );
    dublin_core(&mut x, meta);
    let date = now.format("%Y-%m-%dT%H:%M:%SZ");
    let _ = write!(
        x,
        "<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>\n\
         <xmp:CreateDate>{date}</xmp:CreateDate>\n\
         <xmp:ModifyDate>{date}</xmp:ModifyDate>\n\
         <xmp:MetadataDate>{date}</xmp:MetadataDate>\n\
         <pdf:Producer>{PRODUCER}</pdf:Producer>\n\
         <xmpMM:DocumentID>uuid:{id}</xmpMM:DocumentID>\n\
         <xmpMM:InstanceID>uuid:{id}</xmpMM:InstanceID>\n"
    );
    if !meta.subjects.is_empty() {
        element(&mut x, "pdf:Keywords", &meta.subjects.join(", "));
    }
    if edition.print {
        x.push_str(
            "<xmpMM:RenditionClass>default</xmpMM:RenditionClass>\n\
             <xmpMM:VersionID>1</xmpMM:VersionID>\n\
             <pdf:Trapped>False</pdf:Trapped>\n",
        );
    }
    x.push_str("</rdf:Description>\n");
    match edition.standard {
        Some(Standard::ArchiveAccessible) => x.push_str(ARCHIVE_ACCESSIBLE),
        Some(Standard::X4) => x.push_str(
            "<rdf:Description rdf:about=\"\" xmlns:pdfxid=\"http://www.npes.org/pdfx/ns/id/\">\n\
             <pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>\n</rdf:Description>\n",
        ),
        Some(Standard::X1a) | None => {}
    }
    x.push_str("</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>");
    x
}

fn dublin_core(x: &mut String, meta: &Metadata) {
    x.push_str("<dc:format>application/pdf</dc:format>\n");
    alternative(x, "dc:title", &meta.title);
    list(x, "dc:creator", "Seq", &authors(meta));
    if let Some(description) = &meta.description {
        alternative(x, "dc:description", description);
    }
    if !meta.language.is_empty() {
        list(x, "dc:language", "Bag", &[meta.language.as_str()]);
    }
    let subjects: Vec<&str> = meta.subjects.iter().map(String::as_str).collect();
    list(x, "dc:subject", "Bag", &subjects);
    if let Some(publisher) = &meta.publisher {
        list(x, "dc:publisher", "Bag", &[publisher.as_str()]);
    }
    if let Some(rights) = &meta.rights {
        alternative(x, "dc:rights", rights);
    }
    if let Some(identifier) = meta.identifiers.first() {
        element(x, "dc:identifier", identifier);
    }
}

fn element(x: &mut String, name: &str, value: &str) {
    let _ = writeln!(x, "<{name}>{}</{name}>", clean(value));
}

fn alternative(x: &mut String, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    let value = clean(value);
    let _ =
        writeln!(x, "<{name}><rdf:Alt><rdf:li xml:lang=\"x-default\">{value}</rdf:li></rdf:Alt></{name}>");
}

fn list(x: &mut String, name: &str, kind: &str, values: &[&str]) {
    if values.is_empty() {
        return;
    }
    let _ = write!(x, "<{name}><rdf:{kind}>");
    for value in values {
        let _ = write!(x, "<rdf:li>{}</rdf:li>", clean(value));
    }
    let _ = writeln!(x, "</rdf:{kind}></{name}>");
}

/// Escaped, and without the control characters that XML cannot hold.
fn clean(value: &str) -> String {
    let kept: String = value
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\t' | '\n'))
        .filter(|c| !matches!(c, '\u{FFFE}' | '\u{FFFF}'))
        .collect();
    escape(&kept).into_owned()
}

/// The claims of PDF/A-2b (ISO 19005-2, 6.6.4) and PDF/UA-1 (ISO 14289-1, 5), and the description
/// of the latter's schema that PDF/A asks for.
const ARCHIVE_ACCESSIBLE: &str = concat!(
    "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\n",
    "<pdfaid:part>2</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n</rdf:Description>\n",
    "<rdf:Description rdf:about=\"\" xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\">\n",
    "<pdfuaid:part>1</pdfuaid:part>\n</rdf:Description>\n",
    "<rdf:Description rdf:about=\"\" xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\"",
    " xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\"",
    " xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\">\n",
    "<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType=\"Resource\">\n",
    "<pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>\n",
    "<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\n",
    "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\n",
    "<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType=\"Resource\">\n",
    "<pdfaProperty:name>part</pdfaProperty:name>\n",
    "<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\n",
    "<pdfaProperty:category>internal</pdfaProperty:category>\n",
    "<pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>\n",
    "</rdf:li></rdf:Seq></pdfaSchema:property>\n",
    "</rdf:li></rdf:Bag></pdfaExtension:schemas>\n</rdf:Description>\n",
);
