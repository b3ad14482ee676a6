//! Which mistake this thread plays with.

use std::cell::Cell;

use smol_str::SmolStr;

use super::Bug;
use crate::catalog::attr;
use crate::domain::Device;
use crate::ports::table::Expression;

thread_local! {
    static NOW: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Takes the mistake away again, also when what was played panics.
struct Planted(Option<Bug>);

impl Drop for Planted {
    fn drop(&mut self) {
        NOW.set(self.0);
    }
}

/// Does something with a mistake planted. It holds for this thread alone, and a story is played on one thread.
pub fn with<T>(bug: Bug, act: impl FnOnce() -> T) -> T {
    let _planted = Planted(NOW.replace(Some(bug)));
    act()
}

/// Whether this mistake is made now.
pub(crate) fn is(bug: Bug) -> bool {
    NOW.get() == Some(bug)
}

/// A condition that always holds: what a write that forgets its condition is.
pub(crate) fn any_revision() -> Expression {
    Expression {
        names: vec![("#key".into(), attr::KEY.into())],
        text: SmolStr::new_static("attribute_exists(#key) OR attribute_not_exists(#key)"),
        values: Vec::new(),
    }
}

/// Whether a device begins like one of these: `/dev/sd`.
pub(crate) fn is_alike(devices: &[Device], device: &Device) -> bool {
    let begins = |device: &Device| device.as_str().get(..7).map(str::to_owned);
    devices.iter().any(|other| begins(other) == begins(device))
}
