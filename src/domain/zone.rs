//! z
/// zone
#[derive(Clone, Debug)]
pub struct Zone;
