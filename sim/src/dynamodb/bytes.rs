//! Bytes in JSON: base64, as in DynamoDB's own.

use std::sync::Arc;

use serde::de::Error;

use super::base64;

/// One value.
pub(super) mod one {
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{base64, read};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&base64::encode(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<[u8]>, D::Error> {
        read(&String::deserialize(deserializer)?)
    }
}

/// A set of values.
pub(super) mod set {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use serde::{Deserialize, Deserializer, Serializer};

    use super::{base64, read};

    pub(crate) fn serialize<S: Serializer>(
        all: &BTreeSet<Arc<[u8]>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(all.iter().map(|bytes| base64::encode(bytes)))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeSet<Arc<[u8]>>, D::Error> {
        let texts = Vec::<String>::deserialize(deserializer)?;
        texts.iter().map(|text| read(text)).collect()
    }
}

fn read<E: Error>(text: &str) -> Result<Arc<[u8]>, E> {
    base64::decode(text)
        .map(Arc::from)
        .ok_or_else(|| E::custom("bytes are written in base64"))
}
