//! The help of the program and of every command: complete sentences, and no change unseen.

use clap::Command;
use snaplife::cli;

/// The program and every command below it, each with its name in full.
fn all() -> Vec<(String, Command)> {
    fn walk(command: &Command, name: &str, found: &mut Vec<(String, Command)>) {
        found.push((name.to_owned(), command.clone()));
        for below in command.get_subcommands() {
            walk(below, &format!("{name} {}", below.get_name()), found);
        }
    }
    let mut found = Vec::new();
    let mut program = cli::command().term_width(100);
    program.build();
    walk(&program, "snaplife", &mut found);
    found
}

#[test]
fn the_help_of_every_command_is_as_it_was() {
    for (name, command) in all() {
        let help = command
            .clone()
            .term_width(100)
            .render_long_help()
            .to_string();
        insta::assert_snapshot!(name.replace(' ', "-"), help);
    }
}

#[test]
fn every_help_text_is_made_of_sentences() {
    let mut wrong = Vec::new();
    for (name, command) in all() {
        let mut check = |what: String, text: Option<String>| match text {
            Some(text) if is_sentence(&text) => {}
            Some(text) => wrong.push(format!("{name} {what}: {text}")),
            None => wrong.push(format!("{name} {what}: no help")),
        };
        let text = |styled: Option<&clap::builder::StyledStr>| styled.map(ToString::to_string);
        check("about".into(), text(command.get_about()));
        if command.get_long_about().is_some() {
            check("long about".into(), text(command.get_long_about()));
        }
        for argument in command.get_arguments() {
            let id = argument.get_id().to_string();
            // Clap's own words, and what is nobody's to give.
            if id == "help" || id == "version" || argument.is_hide_set() {
                continue;
            }
            check(id.clone(), text(argument.get_help()));
            if argument.get_long_help().is_some() {
                check(format!("{id} long"), text(argument.get_long_help()));
            }
            // What a crate offers as values (shells) says nothing about them.
            let values = argument.get_possible_values();
            for value in values.iter().filter(|value| value.get_help().is_some()) {
                let help = value.get_help().map(ToString::to_string);
                check(format!("{id}={}", value.get_name()), help);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every paragraph begins with a capital, a digit or a quoted word, and ends with a full stop.
fn is_sentence(text: &str) -> bool {
    text.split("\n\n").all(|paragraph| {
        let first = paragraph.trim().chars().next();
        let begins = first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit() || c == '`');
        begins && paragraph.trim_end().ends_with('.')
    })
}

#[test]
fn what_is_no_sentence_is_seen() {
    assert!(is_sentence("Prints it."));
    assert!(is_sentence("Prints it.\n\nThen it ends."));
    assert!(!is_sentence("prints it."));
    assert!(!is_sentence("Prints it"));
    assert!(!is_sentence("Prints it.\n\nand ends"));
}
