//! How what was looked at is printed.

/// The form of the data on stdout.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Output {
    /// For people.
    #[value(help = "Text for people, which may change with any version.")]
    Text,
    /// For scripts.
    #[value(help = "One JSON document with a version, which `snaplife schema` describes.")]
    Json,
}
