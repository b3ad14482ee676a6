//! `snaplife schema`: JSON Schemas of what is read and written.

use super::exit::Exit;
use super::ui::Ui;
use crate::look;
use crate::look::json::{DoctorReport, ExplainReport, ListReport, ShowReport};
use crate::report::init_json::InitReport;
use crate::report::json;
use crate::report::pass_json::ActReport;
use crate::scenario;

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(about = "Prints the JSON Schema of a format that snaplife reads or writes.")]
pub struct Args {
    #[arg(
        long,
        value_enum,
        default_value_t = Of::Scenario,
        value_name = "FORMAT",
        help = "Which format to describe."
    )]
    of: Of,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Of {
    #[value(help = "The scenario file, which `snaplife replay` reads.")]
    Scenario,
    #[value(help = "The configuration file, `snaplife.yaml`.")]
    Config,
    #[value(help = "The report, which `snaplife replay --output json` prints.")]
    Report,
    #[value(
        help = "What `plan`, `apply`, `create`, `sync` and `expire` print with `--output json`."
    )]
    Act,
    #[value(help = "What `snaplife init --output json` prints.")]
    Init,
    #[value(help = "What `snaplife list --output json` prints.")]
    List,
    #[value(help = "What `snaplife show --output json` prints.")]
    Show,
    #[value(help = "What `snaplife explain --output json` prints.")]
    Explain,
    #[value(help = "What `snaplife doctor --output json` prints.")]
    Doctor,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    ui.data(&match args.of {
        Of::Scenario => scenario::json_schema(),
        Of::Config => scenario::configuration_json_schema(),
        Of::Report => json::json_schema(),
        Of::Act => look::json::schema::<ActReport>(),
        Of::Init => look::json::schema::<InitReport>(),
        Of::List => look::json::schema::<ListReport>(),
        Of::Show => look::json::schema::<ShowReport>(),
        Of::Explain => look::json::schema::<ExplainReport>(),
        Of::Doctor => look::json::schema::<DoctorReport>(),
    });
    Exit::Ok
}
