//! Values that know where they stand, and the short texts that a file is made of.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, Range};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// A value and the bytes of the file it stands on.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// The bytes it stands on; `0..0` when the reader does not know.
    pub span: Range<usize>,
}

/// A text and where it stands.
pub type Text = At<String>;

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let found = Spanned::<T>::deserialize(deserializer)?;
        Ok(Self {
            value: found.value,
            span: bytes_of(found.referenced),
        })
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

/// The bytes of a location; `0..0` when the reader does not know.
pub fn bytes_of(location: serde_saphyr::Location) -> Range<usize> {
    let span = location.span();
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let start = number(span.byte_offset().unwrap_or(0));
    start..start.saturating_add(number(span.byte_len().unwrap_or(0)))
}

macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident $schema:tt;)*) => { $(
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub struct $name(pub Text);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Text::deserialize(deserializer).map(Self)
            }
        }

        impl Deref for $name {
            type Target = Text;
            fn deref(&self) -> &Text { &self.0 }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> { stringify!($name).into() }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let mut schema = json_schema!($schema);
                schema.insert(
                    "description".to_owned(),
                    concat!($($doc),*).trim().into(),
                );
                schema
            }
        }
    )* };
}

words! {
    /// An instant with its offset from UTC (RFC 3339).
    Instant { "type": "string", "examples": ["2026-03-28T00:00:00Z"] };
    /// An offset from the start, with a time of day if wanted, or an instant.
    Moment { "type": "string", "examples": ["0d", "4d", "2d 02:30", "2026-03-29T02:30:00Z"] };
    /// An offset from the start, before it or after, or an instant.
    PastMoment { "type": "string", "examples": ["-3d", "2026-03-01T00:00:00Z"] };
    /// `end`, an offset from the start, or an instant.
    EndMoment { "type": "string", "examples": ["end", "4d", "2d 02:30"] };
    /// A duration: whole numbers with a unit (w, d, h, m, s, ms).
    Duration { "type": "string", "examples": ["5m", "36h", "1d 12h"] };
    /// A duration that may be negative.
    SignedDuration { "type": "string", "examples": ["90s", "-2m"] };
    /// A lifetime: a duration, or `forever`.
    LifetimeText { "type": "string", "examples": ["7d", "forever"] };
    /// `cron(...)` as EventBridge writes it, or `rate(...)`.
    ScheduleText { "type": "string", "examples": ["cron(30 2 * * ? *)", "rate(1 hour)"] };
    /// A time zone by its IANA name.
    ZoneName { "type": "string", "examples": ["Europe/Berlin", "UTC"] };
    /// The name of a policy.
    PolicyText { "type": "string", "pattern": "^[a-z0-9-]{1,40}$" };
    /// The name of an instance of this world.
    InstanceName { "type": "string", "pattern": "^i-[A-Za-z0-9._-]+$" };
    /// The name of a volume of this world.
    VolumeName { "type": "string", "pattern": "^vol-[A-Za-z0-9._-]+$" };
    /// The name of a snapshot that the file makes.
    SnapshotName { "type": "string", "pattern": "^snap-[A-Za-z0-9._-]+$" };
    /// The name of an image.
    ImageName { "type": "string", "pattern": "^ami-[A-Za-z0-9._-]+$" };
    /// Snapshots: of a volume, or one that the file names.
    SnapshotText {
        "type": "string",
        "examples": ["newest of vol-db", "oldest of vol-db", "all of vol-db", "nth 2 of vol-db", "snap-old"]
    };
    /// An instance, a volume, a snapshot or an image of the file, or the key of a row.
    ResourceText { "type": "string", "examples": ["i-db", "vol-db", "lease#default#create"] };
    /// A call as IAM spells it, all calls of a service, or `any`.
    CallText { "type": "string", "examples": ["ec2:CreateSnapshots", "ec2:*", "any"] };
    /// A number, or a comparison: `"<= 7"`, `">= 1"`, `"< 3"`, `"> 0"`, `"7..8"`.
    CountText { "type": ["integer", "string"], "examples": [7, "<= 7", "7..8"] };
    /// A name for a slot outside the schedule.
    AdHocName { "type": "string", "pattern": "^[a-z0-9-]{1,40}$" };
    /// The slot of a scheduled instant: that instant, as a moment or as `20260328T013000Z`.
    SlotText { "type": "string", "examples": ["20260328T013000Z", "2d 02:30"] };
}

/// A map that keeps the file's order and knows where each key stands.
#[derive(Clone, Debug)]
pub struct Entries<V>(pub Vec<(Text, V)>);

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for InOrder<V> {
            type Value = Entries<V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(InOrder(PhantomData))
    }
}

impl<V: JsonSchema> JsonSchema for Entries<V> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("MapOf{}", V::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let values = generator.subschema_for::<V>();
        json_schema!({ "type": "object", "additionalProperties": values })
    }
}

/// One duration, or the shortest and the longest.
#[derive(Clone, Debug)]
pub enum RangeFile {
    /// Always this one.
    Exactly(Duration),
    /// Between the two.
    Between(BoundsFile),
}

/// The shortest and the longest.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "DurationRange")]
pub struct BoundsFile {
    /// The shortest.
    pub from: Duration,
    /// The longest.
    pub to: Duration,
}

impl<'de> Deserialize<'de> for RangeFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Result<BoundsFile, String>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration as 5m, or { from: 1m, to: 5m }")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Err(text.to_owned()))
            }
            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Err(number.to_string()))
            }
            fn visit_i64<E: serde::de::Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Err(number.to_string()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                BoundsFile::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Ok)
            }
        }
        struct Raw(Result<BoundsFile, String>);
        impl<'de> Deserialize<'de> for Raw {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Either).map(Raw)
            }
        }
        let raw = At::<Raw>::deserialize(deserializer)?;
        Ok(match raw.value.0 {
            Ok(bounds) => Self::Between(bounds),
            Err(text) => Self::Exactly(Duration(At {
                value: text,
                span: raw.span,
            })),
        })
    }
}

impl JsonSchema for RangeFile {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "DurationOrRange".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<Duration>();
        let two = generator.subschema_for::<BoundsFile>();
        json_schema!({ "anyOf": [one, two] })
    }
}
