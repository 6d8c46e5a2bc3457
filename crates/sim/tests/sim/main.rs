//! The simulated world and the test language.
