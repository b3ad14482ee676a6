//! Files that nobody wrote.

use proptest::prelude::*;

use super::{EVERYTHING, EXAMPLES, SMALL};
use crate::scenario::{Colour, load};

/// The file is refused with places inside it, or it loads; nothing else.
fn answers(file: &[u8]) -> Result<(), TestCaseError> {
    let Err(found) = load("story.yaml", file) else {
        return Ok(());
    };
    prop_assert!(!found.all().is_empty());
    for mistake in found.all() {
        prop_assert!(!mistake.message.is_empty());
        match std::str::from_utf8(file) {
            Ok(text) => prop_assert!(text.get(mistake.span.clone()).is_some(), "{mistake:?}"),
            Err(_) => prop_assert_eq!(mistake.span.clone(), 0..0),
        }
        prop_assert!(!mistake.render(file, Colour::Plain).is_empty());
    }
    Ok(())
}

/// One of the files that load.
fn valid(which: usize) -> &'static str {
    match EXAMPLES.get(which) {
        Some((_, text)) => text,
        None if which == EXAMPLES.len() => SMALL,
        None => EVERYTHING,
    }
}

/// A valid file with some of its bytes cut out, doubled or replaced.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just("{".to_owned()),
        Just("}".to_owned()),
        Just("- ".to_owned()),
        Just(": ".to_owned()),
        Just("&a ".to_owned()),
        Just("*a".to_owned()),
        Just("<<: ".to_owned()),
        Just("\"".to_owned()),
        Just("|\n".to_owned()),
        Just("null".to_owned()),
        Just("-1".to_owned()),
        Just("é".to_owned()),
        Just("!!binary ".to_owned()),
        Just("99999999999999999999".to_owned()),
        "\\PC{0,6}",
        "[0-9]{1,3}[wdhms]",
        "(<=|>=|<|>)? ?[0-9]{0,3}(\\.\\.[0-9]{0,3})?",
    ];
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12, piece), 1..6);
    (0..EXAMPLES.len() + 2, edits).prop_map(|(which, edits)| {
        let text = valid(which);
        let mut bytes = text.as_bytes().to_vec();
        for (place, cut, piece) in edits {
            let start = place.index(bytes.len() + 1);
            let end = (start + cut).min(bytes.len());
            bytes.splice(start..end, piece.into_bytes());
        }
        bytes
    })
}

/// A valid file of which some words stand in the place of others: mostly well-formed YAML whose
/// meaning is wrong.
fn shuffled() -> impl Strategy<Value = String> {
    let swaps = prop::collection::vec(
        (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        1..8,
    );
    (0..EXAMPLES.len() + 2, swaps).prop_map(|(which, swaps)| {
        let text = valid(which);
        let ends = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | '[' | ']' | ',' | '"');
        let mut words: Vec<&str> = text.split_inclusive(ends).collect();
        for (to, from) in swaps {
            // The last letter is what ended the word; a word of the same kind keeps the shape.
            let ending = |word: &str| word.chars().next_back();
            let (to, from) = (to.index(words.len()), from.index(words.len()));
            if ending(words[to]) == ending(words[from]) {
                words[to] = words[from];
            }
        }
        words.concat()
    })
}

proptest! {
    #[test]
    fn no_shuffled_file_ends_the_program(file in shuffled()) {
        answers(file.as_bytes())?;
    }

    #[test]
    fn no_mutated_file_ends_the_program(file in mutated()) {
        answers(&file)?;
    }

    #[test]
    fn no_bytes_end_the_program(file in prop::collection::vec(any::<u8>(), 0..200)) {
        answers(&file)?;
    }

    #[test]
    fn no_text_ends_the_program(file in "(\\PC|\n){0,200}") {
        answers(file.as_bytes())?;
    }
}
