//! A world on a port.

use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, io};

use bytes::Bytes;
use http::Request;
use smol_str::SmolStr;
use snaplife_sim::World;
use snaplife_sim::time::Timestamp;

use crate::fake::{Fake, Received};
use crate::habit::Habit;
use crate::hang::{Fate, Hang, Last, Late, never};
use crate::server::{Answered, Server};

/// A world on a port of 127.0.0.1. It ends when dropped.
#[derive(Debug)]
pub struct Endpoint {
    inside: Arc<Mutex<Inside>>,
    server: Server,
}

struct Inside {
    clock: Box<dyn Fn() -> Timestamp + Send>,
    fake: Fake,
    hang: Option<Hang>,
    late: Option<Late>,
    /// The latest time seen.
    now: Timestamp,
}

impl Inside {
    /// The time now. A clock that goes back stands still here: a world demands it.
    fn now(&mut self) -> Timestamp {
        self.now = self.now.max((self.clock)());
        self.now
    }

    fn answer(&mut self, request: Request<Bytes>) -> Answered {
        let now = self.now();
        let Some(hang) = &mut self.hang else {
            self.let_late_act(now);
            return self.fake.answer(now, request);
        };
        let fate = hang.next();
        let answered = match fate {
            Fate::Answered => return self.fake.answer(now, request),
            Fate::Unheard => {
                let _ = self.fake.answer(now, request);
                never()
            }
            Fate::Late(by) => {
                let at = now + by;
                self.late = Some(Late { at, request });
                never()
            }
            Fate::Held(by) => {
                let mut answered = self.fake.answer(now, request);
                answered.after += by;
                answered
            }
            Fate::Lost => never(),
        };
        hang.tell();
        answered
    }

    fn let_late_act(&mut self, now: Timestamp) {
        if let Some(late) = self.late.take_if(|late| late.at <= now) {
            let _ = self.fake.answer(now, late.request);
        }
    }
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Inside");
        shown.field("fake", &self.fake).field("now", &self.now);
        shown.finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Puts a world on a port; 0 takes any that is free. `clock` is asked at each request; see
    /// [`clock::real`](crate::clock::real). It must not be behind what the world has seen already.
    ///
    /// # Errors
    /// The port can't be had.
    pub fn start(
        port: u16,
        world: World,
        habits: impl IntoIterator<Item = Habit>,
        clock: impl Fn() -> Timestamp + Send + 'static,
    ) -> io::Result<Self> {
        let inside = Arc::new(Mutex::new(Inside {
            clock: Box::new(clock),
            fake: Fake::new(world, habits.into_iter().collect()),
            hang: None,
            late: None,
            now: Timestamp(i64::MIN),
        }));
        let served = Arc::clone(&inside);
        let server = Server::start(port, move |request| lock(&served).answer(request))?;
        Ok(Self { inside, server })
    }

    /// What `AWS_ENDPOINT_URL` is to be.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Looks at the truth, or changes it as an outsider at the time given, while no request is
    /// answered.
    pub fn world<T>(&self, look: impl FnOnce(&mut World, Timestamp) -> T) -> T {
        let mut inside = lock(&self.inside);
        let now = inside.now();
        look(inside.fake.world(), now)
    }

    /// Stops answering at the request with this number, counted from 1 from now on; those after it
    /// are lost. The receiver hears of it once that request has done what it still does.
    #[must_use]
    pub fn hang_at(&self, number: usize, last: Last) -> Receiver<()> {
        let (hang, reached) = Hang::at(number, last);
        lock(&self.inside).hang = Some(hang);
        reached
    }

    /// Answers again. What was lost stays lost.
    pub fn go_on(&self) {
        lock(&self.inside).hang = None;
    }

    /// What came so far, in order, but for what was lost.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        lock(&self.inside).fake.received().to_vec()
    }

    /// The calls that came so far, in order, as `ec2:CreateSnapshots`.
    #[must_use]
    pub fn calls(&self) -> Vec<SmolStr> {
        let inside = lock(&self.inside);
        let received = inside.fake.received().iter();
        received.map(|received| received.call.clone()).collect()
    }
}

/// A panic in the world leaves it as it is; whoever looks at it then wants to see just that.
fn lock(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}
