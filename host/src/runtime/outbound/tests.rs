//! The guest's way out, tried from outside: a guest's request goes in, an origin of the test's own
//! answers. No name leaves the machine, and no test waits for a clock.

mod answers;
mod early;
mod kit;
mod reach;
mod seats;
mod tls;
