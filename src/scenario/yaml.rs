//! What to do about a text that is no YAML.

/// A remedy for what the parser says is wrong: its sentences are told apart by their words, since
/// the reader above it keeps nothing else.
pub(super) fn remedy(sentence: &str) -> &'static str {
    let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    if has(&["tabs", "Tab"]) {
        "indent with blanks; YAML takes no tabs there"
    } else if has(&["escape"]) {
        "write `\\\\` for a backslash in double quotes, or use single quotes"
    } else if has(&["quote"]) {
        "close the quotes"
    } else if has(&["'}'", "flow mapping", "'{'"]) {
        "close the map with `}`, and put a comma between its fields"
    } else if has(&["']'", "flow sequence", "'['"]) {
        "close the list with `]`, and put a comma between its entries"
    } else if has(&["flow", "bracket", "':' indicator"]) {
        "close each `{` with `}` and each `[` with `]`, and put commas between"
    } else if has(&["simple key"]) {
        "write a field as `name: value`, with a blank behind the colon"
    } else if has(&["mapping values"]) {
        "begin the fields of one map in the same column; a text that holds `: ` needs quotes"
    } else if has(&["indentation", "block mapping", "block sequence", "block"]) {
        "begin the fields of one map in the same column"
    } else if has(&["character", "token"]) {
        "put the text in quotes"
    } else {
        "scenarios/README.md shows the format"
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::load;

    /// Each text with where it is wrong, what is, and what to do.
    #[test]
    fn what_is_no_yaml_is_shown_at_its_place_with_a_remedy() {
        let texts = [
            "name: t\npolicy:\n\tcreate: rate(1 day)\n",
            "name: t\npolicy: { create: rate(1 day)\nstory: []\n",
            "name: t\nstory: [ { at: 1d }\nexpect: []\n",
            "name: t\nwhy: \"abc\nstory: []\n",
            "name: t\nwhy: \"a\\qb\"\n",
            "name: t\n  story: []\n",
            "name: a: b\n",
            "name: t\nwhy: @foo\n",
            "name: t\nwhy: *nope\n",
            "name: t\nstory:\n  - { at: 1d run: create }\n",
            "name: t\npolicy: { }}\n",
            "name: t\nworld:\n   instances: []\n  volumes: []\n",
            "name: t\nrun_for 3d\n",
        ];
        let mut told = String::new();
        for text in texts {
            let mistakes = load("t.yaml", text.as_bytes()).expect_err("it is no YAML");
            for one in mistakes.all() {
                let line = 1 + text[..one.span.start].matches('\n').count();
                let marked = text[one.span.start..].lines().next().unwrap_or_default();
                told += &format!("{line}: {marked}\n   {}\n   {}\n", one.message, one.help);
            }
        }
        insta::assert_snapshot!(told, @r#"
        3: create: rate(1 day)
           tabs disallowed within this context (block indentation)
           indent with blanks; YAML takes no tabs there
        3: : []
           while parsing a flow mapping, did not find expected ',' or '}'
           close the map with `}`, and put a comma between its fields
        3: : []
           illegal placement of ':' indicator
           close each `{` with `}` and each `[` with `]`, and put commas between
        2: "abc
           unclosed quote
           close the quotes
        2: "a\qb"
           while parsing a quoted scalar, found unknown escape character
           write `\\` for a backslash in double quotes, or use single quotes
        2: : []
           mapping values are not allowed in this context
           begin the fields of one map in the same column; a text that holds `: ` needs quotes
        1: : b
           mapping values are not allowed in this context
           begin the fields of one map in the same column; a text that holds `: ` needs quotes
        2: @foo
           unexpected character: `@'
           put the text in quotes
        2: *nope
           no anchor before this has that name
           write the value out; a text that begins with `*` needs quotes
        3: : create }
           while parsing a flow mapping, did not find expected ',' or '}'
           close the map with `}`, and put a comma between its fields
        2: }
           misplaced bracket
           close each `{` with `}` and each `[` with `]`, and put commas between
        4: volumes: []
           while parsing a block mapping, did not find expected key
           begin the fields of one map in the same column
        2: run_for 3d
           simple key expected ':'
           write a field as `name: value`, with a blank behind the colon
        "#);
    }
}
