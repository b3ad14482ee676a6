//! `snaplife init`: the first start, and taking over a table of the old scripts.

use super::acting::{Deed, Manner, Output, of_stop};
use super::chosen;
use super::exit::{self, Exit};
use super::place;
use super::ui::Ui;
use crate::calls::Stop;
use crate::domain::{Policy, Span};
use crate::engine::init::{self, Found, Initialised};
use crate::engine::takeover::{self, OldRow, OldVerdict, TakenOver};
use crate::look::LookError;
use crate::report::Look;
use crate::report::init_json::{InitReport, OldRowReport, SCHEMA};
use crate::site::Site;

/// Each of three indexes of a large table is built for hours.
const LASTS: Span = Span::hours(24);

/// The arguments.
#[derive(Debug, clap::Args)]
#[command(
    about = "Makes the table and the installation; safe to repeat.",
    long_about = "Makes the table and the installation; safe to repeat.\n\n\
        The table is paid by request, has three indexes, and is protected from deletion; old rows \
        expire, and it can be restored to a point in time. What an endpoint does not know of these is \
        named and skipped; what was refused or not answered ends with code 4, and the next `init` \
        tries it again. A table that the old scripts made gets what it lacks, and their rows are \
        shown: which snapshots would become this installation's, and which would not and why. They \
        are taken over only when you agree."
)]
pub struct Args {
    #[arg(
        long,
        value_name = "NAME",
        help = "The policy that snapshots of the old scripts become. Without it: the first of the \
            configuration."
    )]
    policy: Option<String>,

    #[arg(
        long,
        help = "Shows what would be done and ends: no call is sent that changes anything."
    )]
    dry_run: bool,

    #[command(flatten)]
    manner: Manner,

    #[command(flatten)]
    place: place::Args,
}

/// Runs the command.
#[must_use]
pub fn run(args: &Args, ui: &mut Ui) -> Exit {
    let deed = if args.dry_run {
        Deed::Planned
    } else {
        Deed::Done
    };
    if let Err(exit) = args.manner.can_ask(deed, ui) {
        return exit;
    }
    let site = match place::open(&args.place, ui) {
        Ok(site) => site,
        Err(exit) => return exit,
    };
    let exit = match policy(args, &site) {
        Ok(policy) => act(args, &site, &policy, deed, ui),
        Err(error) => chosen::refused(&error, ui),
    };
    place::close(site, ui, exit)
}

fn policy(args: &Args, site: &Site) -> Result<Policy, LookError> {
    let policy = match &args.policy {
        None => chosen::any(site),
        named => chosen::policy(site, named.as_deref())?,
    };
    Ok(policy.clone())
}

fn act(args: &Args, site: &Site, policy: &Policy, deed: Deed, ui: &mut Ui) -> Exit {
    let mut report = InitReport {
        schema: SCHEMA,
        place: site.told(),
        ..InitReport::default()
    };
    let ended = carry_out(args, site, policy, deed, &mut report, ui);
    // What was done is told, also where it could not be done to its end.
    let has_done = !report.done.is_empty()
        || !report.undone.is_empty()
        || report.old_rows.iter().any(|row| row.adopted);
    if has_done || matches!(ended, Ok(Wanted::Yes(_))) {
        match args.manner.output {
            Output::Text => ui.data(&text(&report, deed, ui.out)),
            Output::Json => {
                let json = serde_json::to_string_pretty(&report);
                ui.data(&(json.expect("its keys are texts") + "\n"));
            }
        }
    }
    match ended {
        Ok(Wanted::Yes(exit)) => exit,
        Ok(Wanted::No) => {
            ui.say("nothing was changed\n");
            Exit::Attention
        }
        Err(stop) => {
            ui.say(&exit::shown(&stop, stop.hint(), ui.err));
            of_stop(&stop)
        }
    }
}

/// Whether it was agreed to.
enum Wanted {
    /// It was, or nothing had to be asked; it ends with this.
    Yes(Exit),
    /// It was not.
    No,
}

/// Looks, asks and does what is agreed to; `report` gets each thing as it is done.
fn carry_out(
    args: &Args,
    site: &Site,
    policy: &Policy,
    deed: Deed,
    report: &mut InitReport,
    ui: &mut Ui,
) -> Result<Wanted, Stop> {
    let (caller, writer) = site.init_calls(policy, LASTS);
    let found = site.run(init::look(&caller))?;
    report.to_do = found.to_do().iter().map(ToString::to_string).collect();
    if found.is_whole() {
        ui.say("table and installation are there already\n");
    }
    let mut exit = Exit::Ok;
    if deed == Deed::Done {
        ui.say(&list("to do", &report.to_do, ui.err));
        if !args.manner.agreed("do it?", ui) {
            return Ok(Wanted::No);
        }
        let mut made = Initialised::default();
        let id = site.new_installation();
        let installed = site.run(init::run(&caller, &writer, id, &mut made));
        report.done = made.done.iter().map(ToString::to_string).collect();
        report.skipped = made.skipped.iter().map(ToString::to_string).collect();
        report.undone = made.undone.iter().map(ToString::to_string).collect();
        installed?;
        if !report.undone.is_empty() {
            exit = Exit::Attention;
        }
    }
    if deed == Deed::Done || found.table.is_some() {
        exit = exit.max(old_scripts(args, site, policy, &found, deed, report, ui)?);
    }
    Ok(Wanted::Yes(exit))
}

/// Rows of the old scripts: shown, and taken over when a person agrees.
fn old_scripts(
    args: &Args,
    site: &Site,
    policy: &Policy,
    found: &Found,
    deed: Deed,
    report: &mut InitReport,
    ui: &mut Ui,
) -> Result<Exit, Stop> {
    let pass = if found.installation.is_none() && deed == Deed::Planned {
        site.look_pass_before_init(policy)
    } else {
        site.run(site.deed_pass(policy))?
    };
    let old = site.run(takeover::look(&pass))?;
    if old.is_empty() {
        return Ok(Exit::Ok);
    }
    let adopts = |row: &&OldRow| matches!(row.verdict, OldVerdict::Adopt { .. });
    let wanted = old.iter().filter(adopts).count();
    if deed == Deed::Done && wanted > 0 {
        ui.say(&shown(&old, policy, ui.err));
    }
    let question = format!("take over {wanted} snapshots of the old scripts?");
    let agreed = deed == Deed::Done && wanted > 0 && args.manner.agreed(&question, ui);
    // A person may have thought for longer than a pass lasts.
    let pass = if agreed {
        site.run(site.deed_pass(policy))?
    } else {
        pass
    };
    let mut exit = Exit::Ok;
    for row in &old {
        let taken = match (&row.verdict, agreed) {
            (OldVerdict::Adopt { .. }, true) => Some(site.run(takeover::take_over(&pass, row))?),
            (OldVerdict::Adopt { .. } | OldVerdict::Leave(_), _) => None,
        };
        if let Some(TakenOver::NotDone(_)) = taken {
            exit = Exit::Attention;
        }
        report.old_rows.push(old_report(row, taken));
    }
    if deed == Deed::Done && wanted > 0 && !agreed {
        ui.say("the rows of the old scripts stay as they are\n");
    }
    Ok(exit)
}

fn old_report(row: &OldRow, taken: Option<TakenOver>) -> OldRowReport {
    let lifetime = match &row.verdict {
        OldVerdict::Adopt { lifetime, .. } => Some(lifetime.to_string()),
        OldVerdict::Leave(_) => None,
    };
    let adopted = taken == Some(TakenOver::Done);
    let why = match (&row.verdict, taken) {
        (_, Some(TakenOver::NotDone(why))) => Some(why.to_string()),
        (OldVerdict::Leave(why), _) => Some(why.to_string()),
        (OldVerdict::Adopt { .. }, _) => None,
    };
    OldRowReport {
        snapshot: row.snapshot.to_string(),
        lifetime,
        adopted,
        why,
    }
}

fn shown(old: &[OldRow], policy: &Policy, look: Look) -> String {
    let mut lines = format!(
        "{}\n",
        look.strong(&format!(
            "rows of the old scripts, for the policy {}",
            policy.name
        ))
    );
    for row in old {
        lines += &old_line(&old_report(row, None), look);
    }
    lines
}

fn old_line(row: &OldRowReport, look: Look) -> String {
    let (verdict, text) = match (row.adopted, &row.why, &row.lifetime) {
        (true, _, lifetime) => ("adopted", lives(lifetime.as_deref())),
        (false, Some(why), _) => ("left", why.clone()),
        (false, None, lifetime) => ("adopt", lives(lifetime.as_deref())),
    };
    let head = format!("  {verdict:<7}  {}  ", row.snapshot);
    let indent = head.chars().count();
    format!("{head}{}\n", look.hang(indent, &text))
}

fn lives(lifetime: Option<&str>) -> String {
    format!("lives {} from its start", lifetime.unwrap_or("forever"))
}

fn list(heading: &str, lines: &[String], look: Look) -> String {
    let mut text = format!("{}\n", look.strong(heading));
    for line in lines {
        text += &format!("  {}\n", look.hang(2, line));
    }
    text
}

fn text(report: &InitReport, deed: Deed, look: Look) -> String {
    let mut text = String::new();
    if deed == Deed::Planned && !report.to_do.is_empty() {
        text += &list("to do", &report.to_do, look);
    }
    if !report.done.is_empty() {
        text += &list("done", &report.done, look);
    }
    if !report.skipped.is_empty() {
        text += &list("skipped", &report.skipped, look);
    }
    if !report.undone.is_empty() {
        text += &list(
            "not done; `snaplife init` tries it again",
            &report.undone,
            look,
        );
    }
    if !report.old_rows.is_empty() {
        text += &format!("{}\n", look.strong("rows of the old scripts"));
        for row in &report.old_rows {
            text += &old_line(row, look);
        }
    }
    text
}
