//! Pages of listings and the tokens between them.
//!
//! A token carries the place of the last item, so that what comes and goes between two pages never
//! moves the rest. It belongs to one question of one account: another question, or the same one
//! after the token's life, is refused with `InvalidPaginationToken` (*Error codes*).

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use crate::answer::Refusal;
use crate::chance::Chance;
use crate::time::Timestamp;

use super::ids::SnapshotId;
use super::request::{Filter, Page, PageRequest};
use super::settings::Paging;

/// The place of an item in its listing: what the next page goes on after.
pub(super) trait Place {
    /// As text without a dot; never empty.
    fn text(&self) -> SmolStr;
}

impl Place for SnapshotId {
    fn text(&self) -> SmolStr {
        Self::text(self).clone()
    }
}

/// A place in a shuffled order, see [`super::shelf`] and [`super::snapshots::Key`].
impl Place for u64 {
    fn text(&self) -> SmolStr {
        format_smolstr!("{self:016x}")
    }
}

/// How many items a page may hold, for one kind of listing.
///
/// Source: API Reference of botocore 1.20 (later ones dropped the numbers): 5 to 1000, volumes 5 to
/// 500; more is clamped.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct PageSize {
    /// More is clamped to this.
    pub(super) max: u32,
    /// Less is refused.
    pub(super) min: u32,
}

impl PageSize {
    /// Of every listing but the volumes'.
    pub(super) const USUAL: Self = Self { max: 1_000, min: 5 };
    /// Of `DescribeVolumes`.
    pub(super) const VOLUMES: Self = Self { max: 500, min: 5 };
}

/// What a token belongs to: the call and all that it asks for.
pub(super) fn question<'a>(call: &'a str, filters: &'a [Filter]) -> Vec<&'a str> {
    let mut question = vec![call];
    for Filter { name, values } in filters {
        question.push(name);
        question.extend(values.iter().map(SmolStr::as_str));
    }
    question
}

impl PageRequest {
    /// Refuses a page of resources that are named by id (API Reference, *DescribeInstances*; the
    /// code is an assumption).
    pub(super) fn refuse_beside_ids(&self) -> Result<(), Refusal> {
        if self.max_results.is_none() && self.token.is_none() {
            return Ok(());
        }
        let message = "The parameter maxResults cannot be used together with ids";
        Err(Refusal::new(400, "InvalidParameterCombination", message))
    }
}

/// One listing being read: what is asked, and where this page begins.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    after: SmolStr,
    chance: Chance,
    now: Timestamp,
    number: u64,
    paging: &'a Paging,
    /// The listing's name and everything asked for, but not the page.
    question: Vec<&'a str>,
    size: Option<usize>,
}

impl<'a> Reader<'a> {
    /// Begins a page.
    ///
    /// # Errors
    /// `InvalidParameterValue` for a page too small, `InvalidPaginationToken` for a token that does
    /// not fit this question, or no more.
    pub(super) fn open(
        now: Timestamp,
        chance: Chance,
        paging: &'a Paging,
        question: Vec<&'a str>,
        page: &PageRequest,
        size: PageSize,
    ) -> Result<Self, Refusal> {
        if let Some(wanted) = page.max_results.filter(|wanted| *wanted < size.min) {
            let message = format!("Value ( {wanted} ) for parameter maxResults is invalid.");
            return Err(Refusal::new(400, "InvalidParameterValue", message));
        }
        let wanted = page.max_results.map(|wanted| wanted.min(size.max));
        let mut reader = Self {
            after: SmolStr::default(),
            chance,
            now,
            number: 0,
            paging,
            question,
            size: wanted.map(|wanted| usize::try_from(wanted).unwrap_or(usize::MAX)),
        };
        if let Some(token) = &page.token {
            let (after, number) = reader.read_token(token).ok_or_else(|| {
                let message = "The specified pagination token is not valid.";
                Refusal::new(400, "InvalidPaginationToken", message)
            })?;
            (reader.after, reader.number) = (after, number);
        }
        Ok(reader)
    }

    /// The place after which this page begins; none for the first.
    pub(super) fn after(&self) -> Option<&str> {
        (!self.after.is_empty()).then_some(self.after.as_str())
    }

    /// The same, where places are numbers.
    pub(super) fn after_number(&self) -> Option<u64> {
        u64::from_str_radix(self.after()?, 16).ok()
    }

    /// Takes one page from items that begin after [`after`](Self::after), in the listing's order.
    pub(super) fn take<P: Place, T>(&self, items: impl Iterator<Item = (P, T)>) -> Page<T> {
        let mut items = items.peekable();
        let size = self.size.map_or(usize::MAX, |size| self.cut(size));
        let mut taken = Vec::new();
        let mut last = None;
        while taken.len() < size
            && let Some((place, item)) = items.next()
        {
            taken.push(item);
            last = Some(place);
        }
        let next = items.peek().is_some().then(|| {
            let place = last.map_or_else(|| self.after.clone(), |place| place.text());
            self.token(&place)
        });
        Page { items: taken, next }
    }

    /// How many items this page holds when more follow.
    fn cut(&self, size: usize) -> usize {
        let Paging {
            empty_per_mille,
            short_per_mille,
            ..
        } = *self.paging;
        if empty_per_mille == 0 && short_per_mille == 0 {
            return size;
        }
        let key = [
            self.question.first().copied().unwrap_or(""),
            self.after.as_str(),
        ];
        let draw = self.chance.below(1_000, "page-cut", &key, self.number);
        if draw < empty_per_mille {
            0
        } else if draw < empty_per_mille + short_per_mille {
            size.div_ceil(3)
        } else {
            size
        }
    }

    fn token(&self, place: &str) -> SmolStr {
        let number = self.number + 1;
        let issued = self.now.0;
        let seal = self.seal(place, number, issued);
        format_smolstr!("{number}.{issued}.{place}.{seal}")
    }

    fn read_token(&self, token: &str) -> Option<(SmolStr, u64)> {
        let mut parts = token.split('.');
        let number = parts.next()?.parse::<u64>().ok()?;
        let issued = parts.next()?.parse::<i64>().ok()?;
        let place = parts.next()?;
        let seal = parts.next()?;
        let whole = parts.next().is_none();
        let fresh = self.now < Timestamp(issued) + self.paging.token_life;
        let ours = seal == self.seal(place, number, issued);
        (whole && fresh && ours).then(|| (place.into(), number))
    }

    fn seal(&self, place: &str, number: u64, issued: i64) -> String {
        let issued = issued.to_smolstr();
        let mut key = self.question.clone();
        key.push(place);
        key.push(&issued);
        self.chance.hex(12, "page-token", &key, number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;

    fn read(paging: &Paging, question: &str, now: Timestamp, page: &PageRequest) -> String {
        let chance = Chance::new(1);
        let question = vec!["Test", question];
        let opened = Reader::open(now, chance, paging, question, page, PageSize::USUAL);
        opened.map_or_else(
            |refusal| refusal.code.to_string(),
            |reader| {
                let after = reader
                    .after()
                    .map_or(0, |place| u64::from_str_radix(place, 16).unwrap());
                let page = reader.take((after + 1..=12).map(|n| (n, n.to_string())));
                format!(
                    "{} -> {}",
                    page.items.join(" "),
                    page.next.unwrap_or_default()
                )
            },
        )
    }

    /// Reads every page, as `1 2 3 | 4 5 …`.
    fn read_all(paging: &Paging) -> String {
        let mut page = PageRequest {
            max_results: Some(5),
            token: None,
        };
        let mut pages = Vec::new();
        loop {
            let text = read(paging, "q", Timestamp(0), &page);
            let (items, token) = text.split_once(" -> ").unwrap();
            pages.push(items.to_owned());
            if token.is_empty() {
                return pages.join(" | ");
            }
            page.token = Some(token.into());
        }
    }

    #[test]
    fn pages_join_up_to_the_whole_listing_also_when_some_are_short_or_empty() {
        assert_eq!(
            read_all(&Paging::default()),
            "1 2 3 4 5 | 6 7 8 9 10 | 11 12"
        );
        let ragged = Paging {
            empty_per_mille: 600,
            short_per_mille: 300,
            ..Paging::default()
        };
        let text = read_all(&ragged);
        assert_eq!(text.replace('|', "").split_whitespace().count(), 12);
        assert!(text.contains("|  |"), "no empty page among {text}");
    }

    #[test]
    fn a_token_is_refused_for_another_question_when_changed_and_when_too_old() {
        let paging = Paging::default();
        let now = Timestamp(0);
        let first = PageRequest {
            max_results: Some(5),
            token: None,
        };
        let text = read(&paging, "q", now, &first);
        let (_, token) = text.split_once(" -> ").unwrap();
        let page = |token: &str| PageRequest {
            max_results: Some(5),
            token: Some(token.into()),
        };
        assert!(read(&paging, "q", now, &page(token)).starts_with("6 7 8 9 10 -> "));
        assert_eq!(
            read(&paging, "r", now, &page(token)),
            "InvalidPaginationToken"
        );
        assert_eq!(
            read(&paging, "q", now, &page("x")),
            "InvalidPaginationToken"
        );
        let moved = token.replace("0005", "0007");
        assert_eq!(
            read(&paging, "q", now, &page(&moved)),
            "InvalidPaginationToken"
        );
        let late = now + Span::hours(1);
        assert_eq!(
            read(&paging, "q", late, &page(token)),
            "InvalidPaginationToken"
        );
    }

    #[test]
    fn a_page_below_the_minimum_is_refused_and_one_above_the_maximum_is_clamped() {
        let page = |size| PageRequest {
            max_results: Some(size),
            token: None,
        };
        let paging = Paging::default();
        assert_eq!(
            read(&paging, "q", Timestamp(0), &page(4)),
            "InvalidParameterValue"
        );
        assert!(read(&paging, "q", Timestamp(0), &page(5_000)).ends_with("12 -> "));
    }
}
