//! The program as a person meets it.

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Stdio};

#[test]
fn its_first_line_is_an_address_that_can_be_called() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_snaplife-endpoint"))
        .args(["--port", "0", "ignore-tokens", "denied=DeleteSnapshot"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut line = String::new();
    let out = program.stdout.take().expect("a pipe");
    BufReader::new(out).read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("http://").map(TcpStream::connect);
    program.kill().expect("it was running");
    program.wait().expect("it ended");
    assert!(line.starts_with("http://127.0.0.1:"), "{line}");
    assert!(address.is_some_and(|connected| connected.is_ok()), "{line}");
}

#[test]
fn what_is_no_habit_is_refused_with_the_list() {
    let program = Command::new(env!("CARGO_BIN_EXE_snaplife-endpoint"))
        .arg("tidy")
        .output()
        .expect("the program ends");
    let told = String::from_utf8_lossy(&program.stderr);
    assert_eq!(program.status.code(), Some(2));
    assert!(
        told.contains("`tidy` is no habit") && told.contains("ignore-tokens"),
        "{told}"
    );
}
