//! What is remembered of each call until its answer comes.

/// Calls that are under way, by ticket, in the order in which they were made.
///
/// A list and not a tree: a pass has few at a time, an answer is nearly always that of one of the last, and a tree of one
/// call is made and thrown away with each of them.
#[derive(Clone, Debug)]
pub struct OpenCalls<T>(Vec<(u64, T)>);

impl<T> OpenCalls<T> {
    /// A call is made. A ticket that is open already keeps both; the later one is answered first.
    pub fn open(&mut self, ticket: u64, call: T) {
        self.0.push((ticket, call));
    }

    /// Its answer is there; none when no such call is open.
    pub fn close(&mut self, ticket: u64) -> Option<T> {
        let at = self.0.iter().rposition(|(open, _)| *open == ticket)?;
        Some(self.0.remove(at).1)
    }

    /// An open call.
    #[must_use]
    pub fn get(&self, ticket: u64) -> Option<&T> {
        let found = self.0.iter().rfind(|(open, _)| *open == ticket);
        found.map(|(_, call)| call)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.0.iter().map(|(_, call)| call)
    }

    /// Gives up the ones that are not to be kept: no answer of theirs will come.
    pub fn keep_if(&mut self, mut keep: impl FnMut(&T) -> bool) {
        self.0.retain(|(_, call)| keep(call));
    }
}

impl<T> Default for OpenCalls<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_closes_its_own_call_and_no_other() {
        let mut calls = OpenCalls::default();
        calls.open(1, "a");
        calls.open(2, "b");
        calls.open(3, "c");
        assert_eq!(calls.close(2), Some("b"));
        assert_eq!(calls.close(2), None);
        assert_eq!(calls.get(3), Some(&"c"));
        calls.keep_if(|call| *call != "a");
        assert_eq!(calls.iter().collect::<Vec<_>>(), [&"c"]);
    }
}
