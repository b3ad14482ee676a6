//! How far two words are apart: what `did you mean …?` is made of.

/// The least number of letters to add, drop or change between two texts (Levenshtein).
#[must_use]
pub(crate) fn letters_apart(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.chars().enumerate() {
        let mut left = row + 1;
        let mut diagonal = above[0];
        above[0] = left;
        for (column, to) in b.iter().enumerate() {
            let changed = diagonal + usize::from(from != *to);
            diagonal = above[column + 1];
            left = changed.min(left + 1).min(diagonal + 1);
            above[column + 1] = left;
        }
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_of_the_hand_counts_once() {
        assert_eq!(letters_apart("berlin", "berlin"), 0);
        assert_eq!(letters_apart("berlin", "berlni"), 2);
        assert_eq!(letters_apart("berlin", "brlin"), 1);
        assert_eq!(letters_apart("", "abc"), 3);
        assert_eq!(letters_apart("größe", "grosse"), 3);
    }
}
