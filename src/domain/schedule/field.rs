//! One field of a `cron` made into the set of numbers that it names.

use super::syntax::{Atom, AtomKind, Field, Item, Word};
use crate::domain::mistake::Mistake;

/// What a field counts.
pub(super) struct Kind {
    /// As it stands in messages.
    pub(super) name: &'static str,
    pub(super) min: u32,
    pub(super) max: u32,
    /// Names from `min` upwards; none for plain numbers.
    names: &'static [&'static str],
    /// Whether `20-2` runs over the end; not for years.
    wraps: bool,
}

pub(super) const MINUTES: Kind = Kind::numbers("minutes", 0, 59);
pub(super) const HOURS: Kind = Kind::numbers("hours", 0, 23);
pub(super) const DAYS_OF_MONTH: Kind = Kind::numbers("day-of-month", 1, 31);
pub(super) const MONTHS: Kind = Kind {
    names: &[
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ],
    ..Kind::numbers("month", 1, 12)
};
/// 1 is Sunday, as in AWS; Unix counts from 0.
pub(super) const DAYS_OF_WEEK: Kind = Kind {
    names: &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    ..Kind::numbers("day-of-week", 1, 7)
};
pub(super) const YEARS: Kind = Kind {
    wraps: false,
    ..Kind::numbers("year", 1970, 2199)
};

impl Kind {
    const fn numbers(name: &'static str, min: u32, max: u32) -> Self {
        Self {
            name,
            min,
            max,
            names: &[],
            wraps: true,
        }
    }

    /// How many values there are.
    const fn count(&self) -> u32 {
        self.max - self.min + 1
    }

    /// The number behind `MON` or `JAN`.
    pub(super) fn named(&self, name: &str) -> Option<u32> {
        (self.min..)
            .zip(self.names)
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(value, _)| value)
    }

    fn range(&self) -> String {
        match (self.names.first(), self.names.last()) {
            (Some(first), Some(last)) => {
                format!("{} to {}, or {first} to {last}", self.min, self.max)
            }
            _ => format!("{} to {}", self.min, self.max),
        }
    }
}

/// A set of numbers below 64.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Bits(u64);

impl Bits {
    pub(super) fn insert(&mut self, value: u32) {
        self.0 |= 1 << value;
    }

    /// The least value that is not below `from`.
    pub(super) fn at_or_after(self, from: u32) -> Option<u32> {
        let rest = self.0 & u64::MAX.checked_shl(from)?;
        (rest != 0).then(|| rest.trailing_zeros())
    }

    /// The greatest value that is not above `to`.
    pub(super) fn at_or_before(self, to: u32) -> Option<u32> {
        let rest = self.0 & u64::MAX.checked_shr(63_u32.saturating_sub(to))?;
        (rest != 0).then(|| 63 - rest.leading_zeros())
    }

    pub(super) const fn contains(self, value: u32) -> bool {
        self.0 >> value & 1 == 1
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(values: I) -> Self {
        let mut bits = Self::default();
        values.into_iter().for_each(|value| bits.insert(value));
        bits
    }
}

/// Every number that the field names; in no order, perhaps more than once.
pub(super) fn values(field: &Field<'_>, kind: &Kind) -> Result<Vec<u32>, Mistake> {
    let mut all = Vec::new();
    for item in &field.items {
        all.extend(item_values(item, kind)?);
    }
    Ok(all)
}

fn item_values(item: &Item<'_>, kind: &Kind) -> Result<Vec<u32>, Mistake> {
    let (first, last) = match (&item.from.kind, &item.to) {
        (AtomKind::Every, None) => (kind.min, kind.max),
        (AtomKind::Every, Some(_)) => {
            return Err(Mistake::new(
                item.span.clone(),
                "`*` has no end to count to",
                "write two values, as 1-5, or `*` alone",
            ));
        }
        (_, None) => {
            let value = value(&item.from, kind)?;
            (value, if item.step.is_some() { kind.max } else { value })
        }
        (_, Some(to)) => (value(&item.from, kind)?, value(to, kind)?),
    };
    if first > last && !kind.wraps {
        return Err(Mistake::new(
            item.span.clone(),
            format!("a range of {}s cannot run backwards", kind.name),
            format!("write {last}-{first}"),
        ));
    }
    let step = item.step.as_ref().map_or(Ok(1), |word| step(word, kind))?;
    let length = (last + kind.count() - first) % kind.count();
    Ok((0..=length)
        .step_by(usize::try_from(step).unwrap_or(usize::MAX))
        .map(|away| kind.min + (first - kind.min + away) % kind.count())
        .collect())
}

/// The one number behind an atom.
pub(super) fn value(atom: &Atom<'_>, kind: &Kind) -> Result<u32, Mistake> {
    match &atom.kind {
        AtomKind::Number {
            digits,
            letters: None,
            nth: None,
        } => number(digits, kind),
        AtomKind::Letters { letters, nth: None } => kind.named(letters.text).ok_or_else(|| {
            if matches!(letters.text.to_ascii_uppercase().as_str(), "L" | "W" | "LW") {
                only_alone(atom, kind)
            } else {
                unknown_name(letters, kind)
            }
        }),
        AtomKind::Number { .. } | AtomKind::Letters { .. } => Err(only_alone(atom, kind)),
        AtomKind::Every => Err(Mistake::new(
            atom.span.clone(),
            "`*` cannot end a range",
            "write two values, as 1-5, or `*` alone",
        )),
        AtomKind::NoValue => Err(Mistake::new(
            atom.span.clone(),
            format!("`?` cannot stand here in the field {}", kind.name),
            "`?` stands alone, in day-of-month or in day-of-week",
        )),
    }
}

/// A number within the field's limits.
pub(super) fn number(digits: &Word<'_>, kind: &Kind) -> Result<u32, Mistake> {
    match digits.text.parse() {
        Ok(value) if (kind.min..=kind.max).contains(&value) => Ok(value),
        _ if digits.text == "0" && kind.name == DAYS_OF_WEEK.name => Err(Mistake::new(
            digits.span.clone(),
            "AWS counts the days of the week from 1",
            "write 1 or SUN for Sunday",
        )),
        _ => Err(Mistake::new(
            digits.span.clone(),
            format!("the field {} has no {}", kind.name, digits.text),
            format!("use {}", kind.range()),
        )),
    }
}

fn step(word: &Word<'_>, kind: &Kind) -> Result<u32, Mistake> {
    match word.text.parse() {
        Ok(step) if (1..=kind.count()).contains(&step) => Ok(step),
        _ => Err(Mistake::new(
            word.span.clone(),
            format!(
                "the field {} cannot go in steps of {}",
                kind.name, word.text
            ),
            format!("use a step of 1 to {}", kind.count()),
        )),
    }
}

fn only_alone(atom: &Atom<'_>, kind: &Kind) -> Mistake {
    let help = if kind.name == DAYS_OF_MONTH.name {
        "L, LW and the like of 15W stand alone in day-of-month, without list, range or step"
    } else if kind.name == DAYS_OF_WEEK.name {
        "L and the like of 6L and 3#2 stand alone in day-of-week, without list, range or step"
    } else {
        "L and W belong in day-of-month, L and # in day-of-week"
    };
    Mistake::new(
        atom.span.clone(),
        format!("that cannot stand here in the field {}", kind.name),
        help,
    )
}

fn unknown_name(letters: &Word<'_>, kind: &Kind) -> Mistake {
    Mistake::new(
        letters.span.clone(),
        format!("the field {} has no `{}`", kind.name, letters.text),
        format!("use {}", kind.range()),
    )
}
