//! Leaves a host alone that fails again and again: whoever asks hears so at once, and the host can get well.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Hosts that work are not remembered; so many that do not are.
const MOST: usize = 1_000;

pub struct Breaker {
    failures: u32,
    rest: Duration,
    hosts: Mutex<HashMap<String, Failing>>,
}

#[derive(Clone, Copy)]
struct Failing {
    times: u32,
    /// Until when it is left alone.
    until: Option<Instant>,
    last: Instant,
}

impl Breaker {
    pub fn new(failures: u32, rest: Duration) -> Breaker {
        Breaker { failures: failures.max(1), rest, hosts: Mutex::default() }
    }

    /// May it be asked now? Else, after how long.
    pub fn ask(&self, host: &str, now: Instant) -> Result<(), Duration> {
        let rest = self.rest;
        let mut hosts = self.hosts();
        let Some(Failing { until: Some(until), .. }) = hosts.get_mut(host) else { return Ok(()) };
        if now < *until {
            return Err(*until - now);
        }
        // One tries how it is; the others wait for what becomes of it.
        *until = now + rest;
        Ok(())
    }

    pub fn went_well(&self, host: &str) {
        self.hosts().remove(host);
    }

    pub fn failed(&self, host: &str, now: Instant) {
        let mut hosts = self.hosts();
        if hosts.len() >= MOST && !hosts.contains_key(host) {
            let oldest = hosts.iter().min_by_key(|(_, failing)| failing.last).map(|(host, _)| host.clone());
            oldest.and_then(|host| hosts.remove(&host));
        }
        let failing = hosts.entry(host.to_string()).or_insert(Failing { times: 0, until: None, last: now });
        failing.times += 1;
        failing.last = now;
        if failing.times >= self.failures {
            failing.until = Some(now + self.rest);
        }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Failing>> {
        // Each change is one step; there is nothing half done to see.
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_failing_host_is_left_alone_and_tried_again_by_one() {
        let breaker = Breaker::new(3, SECOND * 30);
        let start = Instant::now();
        for _ in 0..2 {
            breaker.failed("a", start);
        }
        assert_eq!(breaker.ask("a", start), Ok(()));
        breaker.failed("a", start);
        assert_eq!(breaker.ask("a", start + SECOND * 10), Err(SECOND * 20));
        assert_eq!(breaker.ask("b", start), Ok(()));
        // The probe.
        let later = start + SECOND * 30;
        assert_eq!(breaker.ask("a", later), Ok(()));
        assert_eq!(breaker.ask("a", later), Err(SECOND * 30));
        breaker.failed("a", later + SECOND);
        assert_eq!(breaker.ask("a", later + SECOND * 2), Err(SECOND * 29));
        // A probe that nobody hears of again does not close it for ever.
        let much_later = later + SECOND * 100;
        assert_eq!(breaker.ask("a", much_later), Ok(()));
        assert_eq!(breaker.ask("a", much_later + SECOND * 30), Ok(()));
        breaker.went_well("a");
        assert_eq!(breaker.ask("a", much_later + SECOND * 30), Ok(()));
        assert_eq!(breaker.ask("a", much_later + SECOND * 30), Ok(()));
    }

    #[test]
    fn only_failures_in_a_row_count() {
        let breaker = Breaker::new(2, SECOND);
        let now = Instant::now();
        for _ in 0..5 {
            breaker.failed("a", now);
            breaker.went_well("a");
        }
        assert_eq!(breaker.ask("a", now), Ok(()));
    }

    #[test]
    fn it_does_not_grow_for_ever() {
        let breaker = Breaker::new(1, SECOND);
        let now = Instant::now();
        for n in 0..MOST as u32 + 10 {
            breaker.failed(&n.to_string(), now + SECOND * n);
        }
        assert_eq!(breaker.hosts().len(), MOST);
        assert!(breaker.hosts().contains_key(&(MOST + 9).to_string()));
    }
}
