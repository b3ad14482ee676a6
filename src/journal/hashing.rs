//! A writer of which only a digest is left.

use std::io::{self, Write};

use super::digest::Digest;

/// BLAKE3 is several times faster on long inputs, so this much is gathered before it is hashed.
const GATHERED_BYTES: usize = 64 * 1_024;

/// Hashes whatever is written to it. A line is written in pieces of a few bytes, each of which only moves to
/// the buffer here.
pub(super) struct Hashing {
    gathered: Box<[u8]>,
    /// How much of the buffer is written.
    len: usize,
    hasher: blake3::Hasher,
}

impl Hashing {
    /// Of nothing so far.
    pub(super) fn new() -> Self {
        Self {
            gathered: vec![0; GATHERED_BYTES].into_boxed_slice(),
            len: 0,
            hasher: blake3::Hasher::new(),
        }
    }

    /// The digest of everything written so far.
    pub(super) fn digest(&mut self) -> Digest {
        self.hash();
        Digest::of(&self.hasher)
    }

    /// Forgets what was written.
    pub(super) fn reset(&mut self) {
        self.len = 0;
        self.hasher.reset();
    }

    fn hash(&mut self) {
        let (gathered, _) = self.gathered.split_at(self.len);
        self.hasher.update(gathered);
        self.len = 0;
    }

    #[cold]
    fn overflow(&mut self, bytes: &[u8]) {
        self.hash();
        if let Some(place) = self.gathered.get_mut(..bytes.len()) {
            place.copy_from_slice(bytes);
            self.len = bytes.len();
        } else {
            self.hasher.update(bytes);
        }
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let end = self.len + bytes.len();
        if let Some(place) = self.gathered.get_mut(self.len..end) {
            place.copy_from_slice(bytes);
            self.len = end;
        } else {
            self.overflow(bytes);
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In pieces shorter and longer than the buffer, with a digest taken now and then.
    #[test]
    fn pieces_have_the_digest_of_the_whole() {
        let text: Vec<u8> = (0..=250_u8).cycle().take(5 * GATHERED_BYTES).collect();
        for piece in [
            1_000,
            GATHERED_BYTES - 1,
            GATHERED_BYTES,
            3 * GATHERED_BYTES,
        ] {
            let mut hashing = Hashing::new();
            hashing.write_all(b"forgotten").unwrap();
            hashing.reset();
            let mut written = 0;
            for (n, piece) in (1..).zip(text.chunks(piece)) {
                hashing.write_all(piece).unwrap();
                written += piece.len();
                if n % 100 == 0 || written == text.len() {
                    let mut whole = blake3::Hasher::new();
                    whole.update(&text[..written]);
                    assert_eq!(hashing.digest(), Digest::of(&whole), "{written} bytes");
                }
            }
        }
    }
}
