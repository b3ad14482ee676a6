//! Credentials have no place in a journal (S24).

/// What a credential of AWS, or the header that carries one, looks like.
const MARKS: [&str; 6] = [
    "aws_secret_access_key",
    "aws_session_token",
    "secretaccesskey",
    "x-amz-security-token",
    "x-amz-signature",
    "private key-----",
];
/// Access key ids begin so (IAM User Guide, *IAM identifiers*, *Understanding unique ID prefixes*)
/// and have 16 more capital letters or digits.
const KEY_PREFIXES: [&str; 2] = ["AKIA", "ASIA"];
const KEY_TAIL: usize = 16;

/// The first credential in a text, as it stands there; none when there is none.
#[must_use]
pub fn find_secret(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let marked = MARKS.iter().find_map(|mark| {
        let at = lower.find(mark)?;
        text.get(at..at + mark.len())
    });
    marked.or_else(|| {
        KEY_PREFIXES
            .iter()
            .find_map(|prefix| find_key(text, prefix))
    })
}

fn find_key<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    text.match_indices(prefix).find_map(|(at, _)| {
        let key = text.get(at..at + prefix.len() + KEY_TAIL)?;
        let is_key = key
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        is_key.then_some(key)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_id_and_a_signed_header_are_found_and_ids_of_snapshots_are_not() {
        let journal = r#"{"key":"snap-0a1b2c3d4e5f60718","note":"AKIA is a prefix"}"#;
        assert_eq!(find_secret(journal), None);
        // The example key of AWS's own documentation.
        let leaked = "credentials AKIAIOSFODNN7EXAMPLE in a message";
        assert_eq!(find_secret(leaked), Some("AKIAIOSFODNN7EXAMPLE"));
        assert_eq!(find_secret("X-Amz-Signature=0f"), Some("X-Amz-Signature"));
    }
}
