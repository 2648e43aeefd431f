//! What decides a work, and when it was changed: for `--since` and `--watch`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use chrono::{NaiveDate, NaiveDateTime};

use super::super::args::BatchArgs;
use super::super::config::candidates;
use super::super::input::chapter_files;
use super::plan::Work;
use super::settings_of;
use super::worker::named_files;

/// A moment, as `--since` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Since {
    /// So long before now.
    Ago(Duration),
    /// Then.
    Moment(SystemTime),
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "write 30m, 24h or 7d, or a date (UTC): 2026-01-31, 2026-01-31T12:00".to_owned();
        let unit = text.chars().next_back().and_then(|c| match c {
            'm' => Some(60),
            'h' => Some(60 * 60),
            'd' => Some(24 * 60 * 60),
            _ => None,
        });
        if let Some(unit) = unit {
            let count: Option<u64> = text[..text.len() - 1].parse().ok();
            let seconds = count.and_then(|n| n.checked_mul(unit)).ok_or_else(wrong)?;
            return Ok(Self::Ago(Duration::from_secs(seconds)));
        }
        let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|d| d.and_hms_opt(0, 0, 0));
        let minute = || NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").ok();
        let second = || NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y-%m-%dT%H:%M:%S").ok();
        let moment = day.or_else(minute).or_else(second).ok_or_else(wrong)?;
        let seconds = u64::try_from(moment.and_utc().timestamp()).map_err(|_| wrong())?;
        Ok(Self::Moment(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)))
    }
}

impl Since {
    /// The moment in time.
    pub(crate) fn moment(self) -> SystemTime {
        match self {
            Self::Ago(ago) => SystemTime::now().checked_sub(ago).unwrap_or(SystemTime::UNIX_EPOCH),
            Self::Moment(moment) => moment,
        }
    }
}

/// How a file looks from outside: when it was changed, and its length.
type Look = Option<(SystemTime, u64)>;

/// Every file that decides a work, and how it looks; `None` where it is not there.
pub(super) type State = BTreeMap<PathBuf, Look>;

/// The state of a work.
pub(super) fn state(args: &BatchArgs, work: &Work) -> State {
    let mut files = vec![work.input.clone()];
    files.extend(chapter_files(&work.input).unwrap_or_default());
    files.extend(work.manifest.clone());
    match &args.settings.config {
        Some(config) => files.push(config.clone()),
        None if args.settings.no_config => {}
        None => files.extend(candidates(&work.input)),
    }
    if let Ok(job) = settings_of(args, work) {
        files.extend(named_files(&job));
    }
    files.into_iter().map(|f| (f.clone(), look(&f))).collect()
}

fn look(path: &Path) -> Look {
    let meta = std::fs::metadata(path).ok()?;
    Some((meta.modified().ok()?, meta.len()))
}

/// Whether anything that decides a work was changed since; what cannot be seen counts as changed,
/// so that its error is told.
pub(super) fn changed_since(state: &State, work: &Work, moment: SystemTime) -> bool {
    let unseen = state.get(&work.input).is_none_or(Option::is_none);
    unseen || state.values().flatten().any(|(changed, _)| *changed >= moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_written() {
        let at = |s| Ok(Since::Moment(SystemTime::UNIX_EPOCH + Duration::from_secs(s)));
        assert_eq!("1970-01-02".parse(), at(86_400));
        assert_eq!("1970-01-01T01:30".parse(), at(5_400));
        assert_eq!("1970-01-01T00:00:07Z".parse(), at(7));
        assert_eq!("90m".parse(), Ok(Since::Ago(Duration::from_secs(5_400))));
        assert_eq!("7d".parse(), Ok(Since::Ago(Duration::from_secs(7 * 86_400))));
        for wrong in ["", "d", "-1d", "yesterday", "2026-13-01", "1960-01-01", "é", "99999999999999999999d"]
        {
            assert!(wrong.parse::<Since>().is_err(), "{wrong}");
        }
    }
}
