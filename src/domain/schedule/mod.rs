//! s
/// s
#[derive(Clone, Debug)]
pub struct Schedule;
