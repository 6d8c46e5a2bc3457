//! The addresses of the internet that are nobody's own: what the registries of IANA call special, and those where clouds tell secrets
//! to whoever asks from inside.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The addresses with the same first bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    first: IpAddr,
    bits: u32,
}

impl Range {
    /// `10.0.0.0/8`, or one address.
    pub fn read(text: &str) -> Option<Range> {
        let (first, bits) = match text.split_once('/') {
            Some((first, bits)) => (first, Some(bits.parse().ok()?)),
            None => (text, None),
        };
        let first: IpAddr = first.parse().ok()?;
        let all = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(all);
        (bits <= all).then_some(Range { first, bits })
    }

    pub fn has(&self, ip: IpAddr) -> bool {
        match (self.first, ip) {
            (IpAddr::V4(first), IpAddr::V4(ip)) => same4(first, ip, self.bits),
            (IpAddr::V6(first), IpAddr::V6(ip)) => same6(first, ip, self.bits),
            // An address of the old kind in the new one's clothes is not the same place for everybody on the way.
            _ => false,
        }
    }
}

fn same4(a: Ipv4Addr, b: Ipv4Addr, bits: u32) -> bool {
    let differs = a.to_bits() ^ b.to_bits();
    differs.leading_zeros() >= bits
}

fn same6(a: Ipv6Addr, b: Ipv6Addr, bits: u32) -> bool {
    let differs = a.to_bits() ^ b.to_bits();
    differs.leading_zeros() >= bits
}

const CLOSED4: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared by providers' customers; one cloud tells secrets at 100.100.100.200.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Azure tells its machines about themselves there, from an address that looks public.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    // Where clouds tell secrets, too.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // To many at once, kept back, to all.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// All that is given out to the public; the rest is private, old addresses in new clothes, or nothing yet.
const GIVEN6: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

const CLOSED6: &[(Ipv6Addr, u32)] = &[
    // Tunnels and protocols of their own, Teredo among them.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4: an address of the old kind inside.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Is it somebody's own, on the internet?
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !CLOSED4.iter().any(|(first, bits)| same4(*first, ip, *bits)),
        IpAddr::V6(ip) => {
            same6(GIVEN6.0, ip, GIVEN6.1) && !CLOSED6.iter().any(|(first, bits)| same6(*first, ip, *bits))
        }
    }
}

#[test]
fn what_is_public() {
    for (text, expected) in [
        ("1.1.1.1", true),
        ("93.184.215.14", true),
        ("172.32.0.1", true),
        ("2606:4700::1111", true),
        ("2a00:1450:4001::200e", true),
        ("0.0.0.0", false),
        ("127.0.0.1", false),
        ("127.255.255.254", false),
        ("10.0.0.1", false),
        ("100.64.0.1", false),
        ("100.100.100.200", false),
        ("169.254.169.254", false),
        ("172.16.0.1", false),
        ("172.31.255.255", false),
        ("192.168.1.1", false),
        ("168.63.129.16", false),
        ("224.0.0.1", false),
        ("255.255.255.255", false),
        ("::", false),
        ("::1", false),
        ("::ffff:127.0.0.1", false),
        ("::ffff:8.8.8.8", false),
        ("::7f00:1", false),
        ("64:ff9b::7f00:1", false),
        ("64:ff9b:1::1", false),
        ("2002:7f00:1::", false),
        ("2001::1", false),
        ("fe80::1", false),
        ("fec0::1", false),
        ("fc00::1", false),
        ("fd00:ec2::254", false),
        ("ff02::1", false),
        ("100::1", false),
    ] {
        let ip: IpAddr = text.parse().expect("an address");
        assert_eq!(is_public(ip), expected, "{text}");
    }
}
