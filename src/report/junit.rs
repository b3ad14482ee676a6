//! Test results as CI servers read them: JUnit's XML.
//!
//! A scenario is a test suite. When it held it has one test case, named as the scenario; otherwise
//! one for each promise that broke. The story of a failure is in `system-out`.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::look::Look;
use super::story::story;
use super::text::held;
use crate::player::{Broken, Played, Verdict};

/// The results of these scenarios as one document, ending with a line break.
#[must_use]
pub fn junit(all: &[Played]) -> String {
    let bytes = document(all).expect("writing into memory cannot fail");
    String::from_utf8(bytes).expect("text in gives text out")
}

fn document(all: &[Played]) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new_with_indent(Vec::new(), b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let suites: Vec<(&Played, Vec<Case>)> = all.iter().map(|one| (one, cases(one))).collect();
    let sum = |kind: Kind| {
        suites
            .iter()
            .map(|(_, cases)| count(cases, kind))
            .sum::<usize>()
    };
    let tests: usize = suites.iter().map(|(_, cases)| cases.len()).sum();
    xml.create_element("testsuites")
        .with_attributes([
            ("name", "snaplife"),
            ("tests", tests.to_string().as_str()),
            ("failures", sum(Kind::Failure).to_string().as_str()),
            ("errors", sum(Kind::Error).to_string().as_str()),
        ])
        .write_inner_content(|xml| {
            suites
                .iter()
                .try_for_each(|(played, cases)| suite(xml, played, cases))
        })?;
    let mut bytes = xml.into_inner();
    bytes.push(b'\n');
    Ok(bytes)
}

/// What a test case came to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Passed,
    /// A promise broke.
    Failure,
    /// The run itself is not to be trusted.
    Error,
}

struct Case {
    name: String,
    kind: Kind,
    message: String,
    details: String,
}

fn cases(played: &Played) -> Vec<Case> {
    let whole = |kind, message: &str, details: &str| Case {
        name: played.name.to_string(),
        kind,
        message: message.to_owned(),
        details: details.to_owned(),
    };
    match &played.verdict {
        Verdict::Held => vec![whole(Kind::Passed, "", "")],
        Verdict::Broken(all) => all.iter().map(case).collect(),
        Verdict::NotDeterministic { difference, .. } => {
            vec![whole(
                Kind::Error,
                "two runs with one seed differ",
                difference,
            )]
        }
        Verdict::Bug(message) => {
            vec![whole(Kind::Error, "the player could not go on", message)]
        }
    }
}

fn case(broken: &Broken) -> Case {
    let line = broken
        .file_line
        .map_or_else(String::new, |line| format!(" (line {line})"));
    Case {
        name: format!("{}: {}{line}", broken.id, broken.promise),
        kind: Kind::Failure,
        message: broken.promise.to_string(),
        details: format!("expected: {}\nactual:   {}", broken.expected, broken.actual),
    }
}

fn count(cases: &[Case], kind: Kind) -> usize {
    cases.iter().filter(|case| case.kind == kind).count()
}

fn suite(xml: &mut Writer<Vec<u8>>, played: &Played, cases: &[Case]) -> io::Result<()> {
    xml.create_element("testsuite")
        .with_attributes([
            ("name", clean(&played.name).as_str()),
            ("file", clean(&played.path).as_str()),
            ("tests", cases.len().to_string().as_str()),
            ("failures", count(cases, Kind::Failure).to_string().as_str()),
            ("errors", count(cases, Kind::Error).to_string().as_str()),
        ])
        .write_inner_content(|xml| {
            let seed = played.seed.to_string();
            xml.create_element("properties")
                .write_inner_content(|xml| {
                    let seed = [("name", "seed"), ("value", seed.as_str())];
                    xml.create_element("property")
                        .with_attributes(seed)
                        .write_empty()
                        .map(drop)
                })?;
            cases
                .iter()
                .try_for_each(|case| test_case(xml, played, case))?;
            if !held(played) {
                let story = clean(&story(played, Look::plain(Look::WIDTH_USUAL)));
                xml.create_element("system-out")
                    .write_text_content(BytesText::new(&story))?;
            }
            Ok(())
        })
        .map(drop)
}

fn test_case(xml: &mut Writer<Vec<u8>>, played: &Played, case: &Case) -> io::Result<()> {
    let element = xml.create_element("testcase").with_attributes([
        ("name", clean(&case.name).as_str()),
        ("classname", clean(&played.path).as_str()),
        ("file", clean(&played.path).as_str()),
    ]);
    let outcome = match case.kind {
        Kind::Passed => return element.write_empty().map(drop),
        Kind::Failure => "failure",
        Kind::Error => "error",
    };
    element
        .write_inner_content(|xml| {
            xml.create_element(outcome)
                .with_attribute(("message", clean(&case.message).as_str()))
                .write_text_content(BytesText::new(&clean(&case.details)))
                .map(drop)
        })
        .map(drop)
}

/// The text without what XML 1.0 forbids even when escaped: most control characters, and the two
/// that are no characters. Each becomes a replacement character.
fn clean(text: &str) -> String {
    let allowed = |c: char| match c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => other >= ' ',
    };
    text.chars()
        .map(|c| {
            if allowed(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn a_promise_that_broke_is_a_test_case_of_its_own() {
        insta::assert_snapshot!(junit(&[samples::held(), samples::failed()]), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="snaplife" tests="3" failures="2" errors="0">
          <testsuite name="A lost answer must not leave two snapshots" file="scenarios/recovery/lost-answer.yaml" tests="1" failures="0" errors="0">
            <properties>
              <property name="seed" value="7"/>
            </properties>
            <testcase name="A lost answer must not leave two snapshots" classname="scenarios/recovery/lost-answer.yaml" file="scenarios/recovery/lost-answer.yaml"/>
          </testsuite>
          <testsuite name="A lost answer must not leave two snapshots" file="scenarios/recovery/lost-answer.yaml" tests="2" failures="2" errors="0">
            <properties>
              <property name="seed" value="7"/>
            </properties>
            <testcase name="S3: Our own hand never takes a volume below its floor" classname="scenarios/recovery/lost-answer.yaml" file="scenarios/recovery/lost-answer.yaml">
              <failure message="Our own hand never takes a volume below its floor">expected: vol-db keeps at least 1 completed snapshot
        actual:   vol-db has 0 after the delete of snap-a</failure>
            </testcase>
            <testcase name="expectation: snapshots { of: vol-db, completed: 7 } (line 21)" classname="scenarios/recovery/lost-answer.yaml" file="scenarios/recovery/lost-answer.yaml">
              <failure message="snapshots { of: vol-db, completed: 7 }">expected: 7 completed
        actual:   0 completed</failure>
            </testcase>
            <system-out>FAIL  S3: Our own hand never takes a volume below its floor
              A lost answer must not leave two snapshots
              scenarios/recovery/lost-answer.yaml  seed 7

                        engine
                        | AWS
                        | | outsiders and faults
          +0d 00:00     | | *  the answer to ec2:CreateSnapshots is lost
          +0d 02:30     * | |  ec2:CreateSnapshots for i-db: no answer came in time, so it may have acted; it is looked for
                        | | |  before anything is sent again
          +0d 02:34     | * |  snap-a of vol-db is completed
          +4d 02:30:01  * | |  ec2:DeleteSnapshot snap-a
          +4d 02:30:02  X X X  S3 breaks here

          expected  vol-db keeps at least 1 completed snapshot
          actual    vol-db has 0 after the delete of snap-a
          also      expectation: snapshots { of: vol-db, completed: 7 } (at +10d 00:00)

          replay    snaplife replay scenarios/recovery/lost-answer.yaml --seed 7 --explain
        </system-out>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn a_run_that_cannot_be_trusted_is_an_error() {
        insta::assert_snapshot!(junit(&[samples::bug()]), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="snaplife" tests="1" failures="0" errors="1">
          <testsuite name="A leap day is a day like any other, and what was taken on it lives as long as everything else" file="scenarios/retention/leap-day.yaml" tests="1" failures="0" errors="1">
            <properties>
              <property name="seed" value="7"/>
            </properties>
            <testcase name="A leap day is a day like any other, and what was taken on it lives as long as everything else" classname="scenarios/retention/leap-day.yaml" file="scenarios/retention/leap-day.yaml">
              <error message="the player could not go on">src/plan/expire.rs:10: a set has members</error>
            </testcase>
            <system-out>BUG   The player could not go on. This is a mistake in snaplife, not in the scenario.
              A leap day is a day like any other, and what was taken on it lives as long as everything else
              scenarios/retention/leap-day.yaml  seed 7

          src/plan/expire.rs:10: a set has members

          replay    snaplife replay scenarios/retention/leap-day.yaml --seed 7 --explain
        </system-out>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn what_xml_forbids_does_not_get_into_it() {
        let mut played = samples::held();
        played.name = "a <b> & \"c\" \u{1} \u{1b}[1m ü".into();
        let text = junit(&[played]);
        assert!(!text.contains(['\u{1}', '\u{1b}']), "{text:?}");
        assert!(
            text.contains("a &lt;b&gt; &amp; &quot;c&quot; \u{fffd} \u{fffd}[1m ü"),
            "{text}"
        );
    }
}
