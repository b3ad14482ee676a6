//! Schedules as documents: expressions in, instants out.
