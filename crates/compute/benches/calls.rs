//! What a call costs, and the ratio to serde_json reading and printing one small order in the same run.
//!
//! `cargo bench -p compute`

use std::hint::black_box;
use std::time::{Duration, Instant};

use compute::{Limits, Seed, check_script, jq, script};
use serde_json::{Map, Value, json};

const ROUNDS: usize = 21;

#[allow(clippy::print_stdout)]
fn main() {
    let start = Instant::now();
    check_script("").expect("an empty script is one");
    println!(
        "the first call, which brings the engines up: {:.1} ms; medians of {ROUNDS} rounds",
        start.elapsed().as_secs_f64() * 1e3
    );

    let order = json!({"total": 10, "items": (0..100).map(|n| json!({"name": format!("item {n}"), "price": n})).collect::<Vec<_>>()});
    let text = order.to_string();
    let baseline = median(|| serde_json::from_str::<Value>(black_box(&text)).map(|value| value.to_string()));
    println!(
        "baseline: serde_json reads and prints {} KiB: {:.1} µs",
        text.len() / 1024,
        baseline.as_secs_f64() * 1e6
    );

    let Value::Object(inputs) = order.clone() else { return };
    let limits = Limits::default();
    let run = |code: &str, inputs: &Map<String, Value>| {
        script(code, inputs, Seed::default(), &limits).result.expect("it runs")
    };
    let none = Map::new();
    row("script: return 1", baseline, median(|| run("return 1", &none)), "aim ≤ 1 ms");
    row(
        "script: sum of 100 prices",
        baseline,
        median(|| run("return items.reduce((sum, {price}) => sum + price, 0)", &inputs)),
        "",
    );
    row(
        "script: 10,000 turns",
        baseline,
        median(|| run("let n = 0; for (let i = 0; i < 10000; i++) n += i; return n", &none)),
        "",
    );
    row(
        "jq: .total",
        baseline,
        median(|| jq(".total", black_box(&json!({"total": 1})), &limits)),
        "aim ≤ 1 ms",
    );
    row(
        "jq: sum of 100 prices",
        baseline,
        median(|| jq("[.items[].price] | add", black_box(&order), &limits)),
        "",
    );
    row(
        "jq: 10,000 turns",
        baseline,
        median(|| jq("reduce range(10000) as $n (0; . + $n)", &Value::Null, &limits)),
        "",
    );

    let start = Instant::now();
    let stopped = script("for (;;);", &none, Seed::default(), &limits).result.is_err();
    let took = start.elapsed();
    println!(
        "an endless loop is stopped ({stopped}) after {:.2} s: {:.1} ns a step",
        took.as_secs_f64(),
        took.as_nanos() as f64 / limits.work as f64
    );
}

#[allow(clippy::print_stdout)]
fn row(what: &str, baseline: Duration, time: Duration, aim: &str) {
    println!(
        "{what:<26} {:>9.3} ms  {:>8.1}× the baseline  [{aim}]",
        time.as_secs_f64() * 1e3,
        time.as_secs_f64() / baseline.as_secs_f64()
    );
}

fn median<T>(mut work: impl FnMut() -> T) -> Duration {
    black_box(work());
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let result = black_box(work());
            let time = start.elapsed();
            drop(result);
            time
        })
        .collect();
    times.sort();
    times[ROUNDS / 2]
}
