//! Laws of the guard: what is private stays so in every spelling.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use url::Host;

use super::ranges::Range;
use super::{NoPlace, Reach, host_named};
use crate::line::{address, place};

#[test]
fn places_are_read() {
    let reach = Reach::public().allow("10.0.0.0/8").unwrap().allow("Printer.local.:631").unwrap();
    let reach = reach.allow("::1").unwrap().allow("0x7f.1:80").unwrap().allow("[fd00::1]:8080").unwrap();
    let ip = |text: &str| text.parse::<IpAddr>().unwrap();
    let names = |host: &str, port| reach.names(&host_named(host).unwrap(), port);
    assert!(reach.takes(ip("10.1.2.3")) && reach.takes(ip("::1")) && !reach.takes(ip("fd00::1")));
    assert!(!reach.takes(ip("127.0.0.1")));
    assert!(names("printer.local", 631) && !names("printer.local", 632));
    assert!(names("127.0.0.1", 80) && !names("127.0.0.1", 81));
    assert!(names("[fd00::1]", 8080));
    for wrong in ["", "10.0.0.0/33", "10.0.0.0/x", "a b", "host:99999", "http://x", "/8", "::1/129"] {
        assert_eq!(Reach::public().allow(wrong).unwrap_err(), NoPlace(wrong.into()));
    }
}

/// What is written in an address, as a bot may have it from anywhere.
fn goes_to(host: &str) -> bool {
    let Ok(url) = address(&format!("http://{host}/")) else { return false };
    let Ok((host, port)) = place(&url) else { return false };
    // A name would be resolved, which no address is.
    assert!(!matches!(host, Host::Domain(_)), "{host} is taken for a name");
    Reach::public().door(&host, port).is_ok()
}

fn private() -> impl Strategy<Value = Ipv4Addr> {
    let within = |first: [u8; 4], bits: u32| {
        let first = u32::from_be_bytes(first);
        let rest = u32::MAX.checked_shr(bits).unwrap_or(0);
        (0..=rest).prop_map(move |rest| Ipv4Addr::from_bits(first | rest))
    };
    prop_oneof![
        within([127, 0, 0, 0], 8),
        within([10, 0, 0, 0], 8),
        within([172, 16, 0, 0], 12),
        within([192, 168, 0, 0], 16),
        within([169, 254, 0, 0], 16),
        within([100, 64, 0, 0], 10),
        within([0, 0, 0, 0], 8),
        within([224, 0, 0, 0], 3),
    ]
}

/// One part of an address in one of three bases.
fn part(n: u32, base: u8) -> String {
    match base % 3 {
        0 => n.to_string(),
        1 => format!("0x{n:x}"),
        _ => format!("0{n:o}"),
    }
}

proptest! {
    #[test]
    fn no_private_address_passes_whatever_its_spelling(ip in private(), bases: [u8; 4], dot: bool) {
        let [a, b, c, d] = ip.octets().map(u32::from);
        let [p, q, r, s] = bases;
        let dot = if dot { "." } else { "" };
        for host in [
            ip.to_string(),
            part(ip.to_bits(), p),
            format!("{}.{}", part(a, p), part((b << 16) | (c << 8) | d, q)),
            format!("{}.{}.{}", part(a, p), part(b, q), part((c << 8) | d, r)),
            format!("{}.{}.{}.{}", part(a, p), part(b, q), part(c, r), part(d, s)),
            ip.to_string().replace('.', "%2e"),
            // Full width, as in Chinese texts.
            ip.to_string().replace('1', "\u{ff11}").replace('.', "\u{3002}"),
        ] {
            let host = format!("{host}{dot}");
            prop_assert!(!goes_to(&host), "{host}");
        }
        let bits = u128::from(ip.to_bits());
        for inside in [
            bits,
            (0xffff << 32) | bits,
            (0x64_ff9b << 96) | bits,
            (0x2002 << 112) | (bits << 80),
            (0x64_ff9b_0001 << 80) | bits,
        ] {
            let ip = Ipv6Addr::from_bits(inside);
            let host = format!("[{ip}]");
            prop_assert!(!goes_to(&host), "{host}");
            prop_assert!(!Reach::public().takes(ip.into()), "{ip}");
        }
        let mapped = format!("[::ffff:{ip}]");
        prop_assert!(!goes_to(&mapped), "{mapped}");
    }

    #[test]
    fn a_range_has_what_begins_like_it(ip: u32, bits in 0_u32..=32, other: u32) {
        let range = Range::read(&format!("{}/{bits}", Ipv4Addr::from_bits(ip))).unwrap();
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        prop_assert_eq!(range.has(IpAddr::V4(Ipv4Addr::from_bits(other))), ip & mask == other & mask);
        prop_assert!(range.has(IpAddr::V4(Ipv4Addr::from_bits((ip & mask) | (other & !mask)))));
    }
}
