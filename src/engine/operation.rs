//! The ids of operations: derived, so that whoever knows what was to be made knows what to look for.

use super::context::Pass;
use crate::catalog::Intent;
use crate::domain::OpId;

/// The id that a creation is sent with next: `op-` and 26 letters of base32 (RFC 4648 without padding, lower case),
/// derived from what the creation is for and which try it is.
pub(super) fn next_id(pass: &Pass, intent: &Intent) -> OpId {
    const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut hasher = blake3::Hasher::new();
    let attempt = (intent.ops.len() + 1).to_string();
    for part in [
        pass.installation.id.as_str(),
        pass.policy.name.as_str(),
        intent.slot.as_str(),
        &intent.target,
        &attempt,
    ] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let hash = hasher.finalize();
    let letters = hash
        .as_bytes()
        .iter()
        .take(26)
        .map(|b| char::from(LETTERS[usize::from(b & 31)]));
    OpId::new(format!("op-{}", letters.collect::<String>()))
}
