//! Requests and answers changed as text, between the client and a world that knows no sloppiness.

use std::borrow::Cow;

use bytes::Bytes;

/// How many instances a reservation holds where pages count reservations.
pub(crate) const INSTANCES_PER_RESERVATION: u32 = 2;

/// A form without the parameters that `drop` picks by name.
pub(crate) fn without(form: &Bytes, drop: impl Fn(&str) -> bool) -> Bytes {
    changed(form, |name, value| (!drop(name)).then_some(value))
}

/// A form without its filters of this name.
pub(crate) fn without_filter(form: &Bytes, filter: &str) -> Bytes {
    let of_filter: Vec<String> = form_urlencoded::parse(form)
        .filter(|(_, value)| value == filter)
        .filter_map(|(name, _)| Some(format!("{}.", name.strip_suffix(".Name")?)))
        .collect();
    without(form, |name| {
        of_filter.iter().any(|start| name.starts_with(start))
    })
}

/// A form whose `MaxResults` counts reservations, made to count instances.
pub(crate) fn with_results_of_reservations(form: &Bytes) -> Bytes {
    with_results(form, |count| {
        count.saturating_mul(INSTANCES_PER_RESERVATION)
    })
}

/// A form whose `MaxResults` is no larger than this.
pub(crate) fn with_results_at_most(form: &Bytes, most: u32) -> Bytes {
    with_results(form, |count| count.min(most))
}

fn with_results(form: &Bytes, change: impl Fn(u32) -> u32) -> Bytes {
    changed(form, |name, value| match (name, value.parse::<u32>()) {
        ("MaxResults", Ok(count)) => Some(change(count).to_string().into()),
        _ => Some(value),
    })
}

fn changed(
    form: &Bytes,
    change: impl for<'a> Fn(&str, Cow<'a, str>) -> Option<Cow<'a, str>>,
) -> Bytes {
    let mut new = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(form) {
        if let Some(value) = change(&name, value) {
            new.append_pair(&name, &value);
        }
    }
    new.finish().into()
}

/// Snapshots that are complete in the answer that creates them.
pub(crate) fn completed(answer: &str) -> String {
    answer
        .replace("<state>pending</state>", "<state>completed</state>")
        .replace("<status>pending</status>", "<status>completed</status>")
        .replace("<progress>0%</progress>", "<progress>100%</progress>")
}

/// An answer without the elements `state`.
pub(crate) fn without_state(answer: &str) -> String {
    let mut parts = answer.split("<state>");
    let mut new = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once("</state>").unwrap_or(("", part));
        new.push_str(rest);
    }
    new
}

/// Reservations of one instance each, put together by [`INSTANCES_PER_RESERVATION`].
///
/// It relies on the front of the world to write a reservation's instances last, as it does.
pub(crate) fn shared_reservations(answer: &str) -> String {
    const END: &str = "</instancesSet></item>";
    const START: &str = "<instancesSet>";
    let mut new = String::with_capacity(answer.len());
    let mut held = 0;
    let mut rest = answer;
    while let Some((reservation, behind)) = rest.split_once(END) {
        let joins = held > 0 && held < INSTANCES_PER_RESERVATION;
        match reservation.split_once(START) {
            Some((_, instance)) if joins => new.push_str(instance),
            _ => {
                if held > 0 {
                    new.push_str(END);
                }
                held = 0;
                new.push_str(reservation);
            }
        }
        held += 1;
        rest = behind;
    }
    if held > 0 {
        new.push_str(END);
    }
    new.push_str(rest);
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_goes_with_its_values_and_the_others_stay() {
        let form = Bytes::from_static(
            b"Action=A&Filter.1.Name=owner-id&Filter.1.Value.1=1&Filter.10.Name=tag%3Aa&Filter.10.Value.1=owner-id",
        );
        assert_eq!(
            without_filter(&form, "owner-id"),
            "Action=A&Filter.10.Name=tag%3Aa&Filter.10.Value.1=owner-id"
        );
        assert_eq!(
            without(&form, |name| name.starts_with("Filter.")),
            "Action=A"
        );
        let pages = Bytes::from_static(b"MaxResults=5&x=5");
        assert_eq!(with_results_of_reservations(&pages), "MaxResults=10&x=5");
        assert_eq!(with_results_at_most(&pages, 3), "MaxResults=3&x=5");
        assert_eq!(with_results_at_most(&pages, 8), pages);
    }

    #[test]
    fn three_instances_are_two_reservations() {
        let one = |n: u32| {
            format!("<item><id>r-{n}</id><instancesSet><item>i-{n}</item></instancesSet></item>")
        };
        let answer = format!("<set>{}{}{}</set><t/>", one(1), one(2), one(3));
        assert_eq!(
            shared_reservations(&answer),
            "<set><item><id>r-1</id><instancesSet><item>i-1</item><item>i-2</item></instancesSet></item>\
             <item><id>r-3</id><instancesSet><item>i-3</item></instancesSet></item></set><t/>"
        );
        assert_eq!(shared_reservations("<set></set>"), "<set></set>");
    }

    #[test]
    fn a_state_is_changed_or_left_out() {
        let answer = "<i><state>pending</state><progress>0%</progress></i><i><state>x</state></i>";
        assert_eq!(
            completed(answer),
            "<i><state>completed</state><progress>100%</progress></i><i><state>x</state></i>"
        );
        assert_eq!(
            without_state(answer),
            "<i><progress>0%</progress></i><i></i>"
        );
    }
}
