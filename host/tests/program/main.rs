//! The program itself, as a user starts it. What needs no process of its own is tested in `tests/`.

mod walkthrough;
