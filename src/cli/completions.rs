//! `snaplife completions`: what a shell needs to complete commands and options.

use clap_complete::Shell;

use super::exit::Exit;
use super::ui::Ui;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Prints the completions of commands and options for a shell.",
    long_about = "Prints the completions of commands and options for a shell.\n\n\
        For bash: `snaplife completions bash > ~/.local/share/bash-completion/completions/snaplife`."
)]
pub struct Args {
    #[arg(value_enum, value_name = "SHELL", help = "The shell to complete in.")]
    shell: Shell,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let mut text = Vec::new();
    let mut command = super::command();
    clap_complete::generate(args.shell, &mut command, "snaplife", &mut text);
    ui.data(&String::from_utf8_lossy(&text));
    Exit::Ok
}
