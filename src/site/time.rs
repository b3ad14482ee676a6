//! In what time a site works.

use std::io;

use tokio::runtime::Runtime;

use super::interrupt::Interrupts;
use crate::calls::Halt;
use crate::simulated::SimulatedRuntime;

/// What runs the work of a site.
pub(super) enum Time {
    /// As the machine's clock has it.
    #[cfg_attr(
        not(feature = "live"),
        expect(dead_code, reason = "only a real account lives in real time")
    )]
    Real(Runtime),
    /// Simulated, on a runtime that hears Ctrl-C.
    Simulated(Runtime, SimulatedRuntime),
}

impl Time {
    /// Simulated time, and Ctrl-C is heard in it.
    ///
    /// # Errors
    /// When the operating system refuses what a runtime needs.
    pub(super) fn simulated(time: SimulatedRuntime) -> io::Result<Self> {
        let machine = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        Ok(Self::Simulated(machine, time))
    }

    /// Runs a future to its end.
    pub(super) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        match self {
            Self::Real(machine) => machine.block_on(work),
            Self::Simulated(machine, time) => machine.block_on(time.drive(work)),
        }
    }

    /// Hears Ctrl-C from now on.
    pub(super) fn listen(&self) -> Interrupts {
        let _inside = self.machine().enter();
        Interrupts::listen()
    }

    /// As [`Interrupts::until_interrupted`].
    pub(super) fn block_on_until_interrupted<T>(
        &self,
        work: impl Future<Output = T>,
        interrupts: &Interrupts,
        halt: &Halt,
        asked: impl Fn(),
    ) -> T {
        match self {
            Self::Real(machine) => {
                machine.block_on(interrupts.until_interrupted(work, halt, asked))
            }
            Self::Simulated(machine, time) => {
                machine.block_on(interrupts.until_interrupted(time.drive(work), halt, asked))
            }
        }
    }

    /// As [`Interrupts::has_come`].
    pub(super) fn has_come(&self, interrupts: &Interrupts) -> bool {
        self.machine().block_on(interrupts.has_come())
    }

    /// The runtime that hears the machine's signals.
    const fn machine(&self) -> &Runtime {
        match self {
            Self::Real(machine) | Self::Simulated(machine, _) => machine,
        }
    }
}
