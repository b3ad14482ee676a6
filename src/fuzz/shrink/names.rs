//! Plain names: `i-a`, `vol-a`, and one policy that needs none.

use super::Search;
use crate::domain::PolicyName;
use crate::scenario::write;

const LETTERS: [&str; 10] = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

impl Search<'_> {
    /// Names stand in many places of a story, so the text is changed and read again.
    pub(super) fn plainer_names(&mut self) {
        let instances = self.best().world.instances.clone();
        for (instance, letter) in instances.iter().zip(LETTERS) {
            self.rename(instance.id.as_str(), &format!("i-{letter}"));
        }
        let volumes = self.best().world.volumes.clone();
        for (volume, letter) in volumes.iter().zip(LETTERS) {
            self.rename(volume.id.as_str(), &format!("vol-{letter}"));
        }
        if let [only] = self.best().policies.as_slice()
            && only.name != PolicyName::default()
        {
            let name = only.name.to_string();
            self.rename(&name, "default");
        }
    }

    fn rename(&mut self, from: &str, to: &str) {
        if from == to || self.is_over() {
            return;
        }
        let text = write(self.best(), None);
        let Some(renamed) = renamed(&text, from, to) else {
            return;
        };
        if let Ok(mut read) = crate::scenario::load(&self.best().path, renamed.as_bytes()) {
            read.digest = self.best().digest.clone();
            self.better(read);
        }
    }
}

/// Every whole word `from` becomes `to`; none when `to` is there already.
fn renamed(text: &str, from: &str, to: &str) -> Option<String> {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut renamed = String::new();
    let mut word = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if is_inner(c) {
            word.push(c);
            continue;
        }
        if word == to {
            return None;
        }
        renamed.push_str(if word == from { to } else { &word });
        word.clear();
        renamed.push(c);
    }
    Some(renamed)
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn only_whole_words_are_renamed_and_never_into_one_that_is_there() {
        let text = "{id: vol-db, of: vol-db-2, which: newest of vol-db}";
        insta::assert_snapshot!(
            renamed(text, "vol-db", "vol-a").unwrap(),
            @"{id: vol-a, of: vol-db-2, which: newest of vol-a}"
        );
        assert_eq!(renamed(text, "vol-db", "vol-db-2"), None);
    }
}
