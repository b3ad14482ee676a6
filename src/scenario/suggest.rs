//! `did you mean …?`

use crate::domain::spelling::letters_apart;

/// Up to three known names close to what was written, nearest first.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    /// Anything longer is no slip of the hand.
    const BYTES_MAX: usize = 64;
    const NAMES_MAX: usize = 3;
    /// A fleet has more names than it is worth to look at.
    const LOOKED_AT_MAX: usize = 5_000;
    if written.is_empty() || written.len() > BYTES_MAX {
        return Vec::new();
    }
    let wanted = written.to_lowercase();
    let most = (wanted.len() / 3).max(1);
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .take(LOOKED_AT_MAX)
        .filter(|name| name.len().abs_diff(wanted.len()) <= most)
        .filter_map(|name| {
            let away = letters_apart(&wanted, &name.to_lowercase());
            (away <= most).then_some((away, name))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    // A name that is much further away than the nearest is not meant.
    let nearest = near.first().map_or(0, |(away, _)| *away);
    near.retain(|(away, _)| *away <= nearest + 1);
    near.truncate(NAMES_MAX);
    near.into_iter().map(|(_, name)| name).collect()
}

/// `did you mean …?`, or all there is when that is short, or `otherwise`.
pub(crate) fn help<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: &str,
) -> String {
    /// A longer list helps nobody.
    const LIST_MAX: usize = 24;
    let known: Vec<&str> = known.into_iter().collect();
    let near = nearest(written, known.iter().copied());
    if !near.is_empty() {
        return format!("did you mean {}?", listed(&near, "or"));
    }
    if known.is_empty() || known.len() > LIST_MAX {
        return otherwise.to_owned();
    }
    format!("known: {}", listed(&known, "and"))
}

/// `` `a`, `b` or `c` ``.
pub(crate) fn listed(names: &[&str], last: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., end] => format!("{} {last} {end}", most.join(", ")),
    }
}
