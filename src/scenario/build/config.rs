//! Configurations.

use super::Builder;
use crate::domain::TableName;
use crate::scenario::file::config::ConfigurationFile;
use crate::scenario::file::text::Text;
use crate::scenario::mistake::Mistake;
use crate::scenario::model::Configuration;

/// Checks a configuration. Its rates count from 1970.
///
/// # Errors
/// Every mistake that was found, at least one, in no order.
pub(crate) fn configuration(
    path: &str,
    bytes: &[u8],
    text: &str,
    file: &ConfigurationFile,
) -> Result<Configuration, Vec<Mistake>> {
    let mut build = Builder::new(path, text);
    let account = file.account.as_ref().map(|account| build.account(account));
    let region = file.region.as_ref().map(|region| build.region(region));
    let table = file.table.as_ref().map(|table| build.table(table));
    build.listed_policies(file.policies.as_ref());
    if !build.mistakes.is_empty() {
        return Err(build.mistakes);
    }
    Ok(Configuration {
        path: Some(path.into()),
        digest: blake3::hash(bytes).to_hex().as_str().into(),
        account,
        region,
        table: table.unwrap_or_default(),
        policies: build.policies,
    })
}

impl Builder<'_> {
    fn table(&mut self, text: &Text) -> TableName {
        TableName::parse(&text.value).unwrap_or_else(|_| {
            self.wrong(
                text.span.clone(),
                format!("`{}` cannot be the name of a table", text.value),
                "write 3 to 255 letters, digits, _, - and .",
            );
            TableName::default()
        })
    }
}

/// What holds without a file.
pub(crate) fn without_file() -> Configuration {
    let mut build = Builder::new("", "");
    build.listed_policies(None);
    Configuration {
        path: None,
        digest: blake3::hash(b"").to_hex().as_str().into(),
        account: None,
        region: None,
        table: TableName::default(),
        policies: build.policies,
    }
}
