//! The record that a run leaves.

use smol_str::SmolStr;

use super::context::Pass;
use crate::calls::Stop;
use crate::catalog::intent::KEPT;
use crate::catalog::write::{Conditional, put_if};
use crate::catalog::{attr, key};
use crate::domain::Job;
use crate::ports::table::{Expression, Item, Value};

/// The run's record. Without one a run has not ended well; it says nothing about rows.
pub(super) async fn record(pass: &Pass, job: Job, stop: Option<&Stop>) -> Result<(), Stop> {
    let record = RunRecord { pass, job, stop };
    // Two runs of one slot (a repetition by hand) leave one record: the later one.
    let item = pass.writer.stamp(&record);
    put_if(&pass.caller, always(), item).await.map(|_| ())
}

fn always() -> Expression {
    Expression {
        names: vec![
            ("#key".into(), attr::KEY.into()),
            ("#kind".into(), attr::KIND.into()),
        ],
        text: SmolStr::new_static("attribute_not_exists(#key) OR #kind = :kind"),
        values: vec![(":kind".into(), Value::S(RunRecord::KIND.into()))],
    }
}

struct RunRecord<'a> {
    pass: &'a Pass,
    job: Job,
    stop: Option<&'a Stop>,
}

impl RunRecord<'_> {
    const KIND: &'static str = "run";
}

impl Conditional for RunRecord<'_> {
    fn key(&self) -> SmolStr {
        key::run(&self.pass.policy.name, self.job, &self.pass.slot)
    }

    fn revision(&self) -> i64 {
        0
    }

    fn to_item(&self) -> Item {
        let now = self.pass.now();
        let mut item = Item::default();
        item.set_head(&self.key(), Self::KIND);
        item.set_text(attr::POLICY, self.pass.policy.name.as_str());
        item.set_number(attr::UPDATED_AT, now.as_ms());
        let result = match self.stop {
            None => SmolStr::new_static("ended well"),
            Some(stop) => SmolStr::from(stop.to_string()),
        };
        item.set_text(attr::RESULT, result);
        item.set_number(attr::PURGE, (now + KEPT).as_ms() / 1_000);
        item
    }

    fn written(&mut self, _: Item) {}
}
