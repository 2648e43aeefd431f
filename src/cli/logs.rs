//! In: what the stages tell on the way (tracing). Out: log lines on standard error, and for a
//! batch how long each stage took.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::{FmtSpan, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;

use super::show::Voice;

/// Turns logs on: those that `RUST_LOG` asks for, else with `-v` what is done, with `-vv` each
/// stage with its time. Only a batch wants [`Measures`].
pub(crate) fn begin(voice: Voice, measures: Option<&Measures>) {
    let wished = std::env::var("RUST_LOG").ok().filter(|v| !v.trim().is_empty());
    let filter = match &wished {
        Some(wished) => wish(wished),
        None if voice.wants_notes() => Targets::new().with_target("inkbind", LevelFilter::DEBUG),
        None if voice.wants_more() => Targets::new().with_target("inkbind", LevelFilter::INFO),
        None => Targets::new(),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(voice.colours())
        .with_timer(Timeless)
        .with_span_events(FmtSpan::CLOSE)
        .with_filter(filter);
    let measures = measures.cloned().map(|m| m.with_filter(LevelFilter::DEBUG));
    // A subscriber that is there already stays: the first one of a process wins.
    let _ = tracing_subscriber::registry().with(lines).with(measures).try_init();
}

/// Reads `level` and `target=level`, parted by commas; what is neither asks for nothing.
fn wish(wished: &str) -> Targets {
    let known: Vec<&str> = wished.split(',').filter(|d| d.parse::<Targets>().is_ok()).collect();
    if known.is_empty() { Targets::new() } else { known.join(",").parse().unwrap_or_default() }
}

/// Lines carry no date: the same run logs the same lines. A stage that ends tells its time.
struct Timeless;

impl FormatTime for Timeless {
    fn format_time(&self, _: &mut Writer<'_>) -> std::fmt::Result {
        Ok(())
    }
}

/// How long each stage took, and what it counted, since [`Measures::take`] was last called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measures(Arc<Mutex<Taken>>);

/// What was measured of one book.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Taken {
    /// Seconds by stage; a format is a stage of its own.
    pub(crate) seconds: BTreeMap<String, f64>,
    /// Pages that were set.
    pub(crate) pages: Option<u64>,
}

impl Measures {
    /// What was measured, and begins anew.
    pub(crate) fn take(&self) -> Taken {
        std::mem::take(&mut self.hold())
    }

    fn hold(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a span is called in the measures, and when it began.
struct Began(String, Instant);

/// Reads the fields that count: `format` of a span, `pages` of an event.
#[derive(Default)]
struct Said {
    format: Option<String>,
    pages: Option<u64>,
}

impl Visit for Said {
    fn record_u64(&mut self, field: &Field, value: u64) {
        if field.name() == "pages" {
            self.pages = Some(value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "format" {
            self.format = Some(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}

/// The crate's own stages; other crates' spans are not stages.
fn own(metadata: &Metadata<'_>) -> bool {
    metadata.target().split("::").next() == Some(env!("CARGO_PKG_NAME"))
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Measures {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id).filter(|s| own(s.metadata())) else { return };
        let mut said = Said::default();
        attributes.record(&mut said);
        let name = said.format.unwrap_or_else(|| span.name().to_owned());
        span.extensions_mut().insert(Began(name, Instant::now()));
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut said = Said::default();
        event.record(&mut said);
        if own(event.metadata()) && said.pages.is_some() {
            self.hold().pages = said.pages;
        }
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        let extensions = span.extensions();
        if let Some(Began(name, at)) = extensions.get::<Began>() {
            *self.hold().seconds.entry(name.clone()).or_default() += at.elapsed().as_secs_f64();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_wished_for_all_or_by_target() {
        let wants = |wished: &str, target: &str, level| wish(wished).would_enable(target, &level);
        assert!(wants("debug", "inkbind::typeset", tracing::Level::DEBUG));
        assert!(wants("warn,inkbind=trace", "inkbind", tracing::Level::TRACE));
        assert!(!wants("warn,inkbind=trace", "zip", tracing::Level::INFO));
        assert!(wants("inkbind=loud,info", "zip", tracing::Level::INFO), "what is no level is left out");
        assert!(!wants("inkbind=loud", "inkbind", tracing::Level::ERROR));
    }

    #[test]
    fn stages_are_timed_and_pages_are_counted() {
        let measures = Measures::default();
        let subscriber = tracing_subscriber::registry().with(measures.clone());
        tracing::subscriber::with_default(subscriber, || {
            for name in ["epub", "pdf"] {
                tracing::debug_span!("format", format = name).in_scope(|| {
                    tracing::debug!(pages = 12_u64, "set");
                });
            }
            tracing::debug_span!("clean").in_scope(|| {});
            tracing::debug_span!(target: "elsewhere", "noise").in_scope(|| {});
        });
        let taken = measures.take();
        assert_eq!(taken.seconds.keys().collect::<Vec<_>>(), ["clean", "epub", "pdf"]);
        assert_eq!(taken.pages, Some(12));
        assert_eq!(measures.take(), Taken::default());
    }
}
