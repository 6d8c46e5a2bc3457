//! Pages that need nothing else: flows drawn, with what there is to say of them.

pub mod coverage;
pub mod diff;

use std::fmt::Write;

use flow::{Bot, Flow, Kinds};
use picture::{Drawing, Look, Marks, Scheme};

/// A page: its title, what it says at the top, what it shows, and the key to its colours.
fn whole(title: &str, intro: &str, body: &str, key: &[(&str, &str)]) -> String {
    let title = escape(title);
    let (light, dark) = (picture::declarations(false), picture::declarations(true));
    let mut page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
         <title>{title}</title><style>:root{{color-scheme:light dark;{MARKS}{light}}}\
         @media(prefers-color-scheme:dark){{:root{{{dark}}}}}{STYLE}</style><body><header><h1>{title}</h1><p>{intro}</p></header><main>{body}"
    );
    if !key.is_empty() {
        page.push_str("<footer>");
        for (mark, words) in key {
            let _ = write!(page, "<span class=key-{mark}>{words}</span>");
        }
        page.push_str("</footer>");
    }
    page.push_str("</main></body></html>\n");
    page
}

/// A flow as the studio shows it; a mark is a class of the style below.
fn drawn(flow: &Flow, bot: &Bot, marks: Marks<'_>, kinds: &Kinds) -> String {
    let look = Look { scheme: Scheme::Page, bot: Some(bot), marks: Some(marks) };
    Drawing::of(flow, kinds, &look).svg(1.0)
}

/// Escaped, with `code` set as code.
fn prose(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let set = |(place, part): (usize, &str)| match place % 2 {
        0 => escape(part),
        _ => format!("<code>{}</code>", escape(part)),
    };
    parts.map(set).collect()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

/// The colours of marks; all others are the studio's.
const MARKS: &str = "--added:oklch(62% .15 150);--removed:oklch(58% .19 25);--changed:oklch(70% .15 75);--moved:oklch(65% .01 265);";

const STYLE: &str = "
*{box-sizing:border-box}body{margin:0;background:var(--ground);color:var(--ink);font:13px/18px Inter,system-ui,sans-serif}
header{padding:24px 32px 0}h1{font-size:20px;line-height:28px;margin:0}header p{color:var(--ink-2);margin:4px 0 0}
main{padding:16px 32px 48px}section{margin-top:24px}h2{font-size:15px;line-height:20px;margin:0 0 8px}small{color:var(--ink-2);font-weight:400;font-size:13px}
code{font:12px ui-monospace,monospace;background:color-mix(in srgb,var(--ink) 7%,transparent);padding:1px 4px;border-radius:4px}.pair{display:grid;grid-template-columns:1fr 1fr;gap:12px}figure{margin:0;background:var(--panel);border:1px solid var(--line);border-radius:10px;overflow:hidden}
figcaption{padding:6px 12px;border-bottom:1px solid var(--line);color:var(--ink-2)}.none{padding:24px;text-align:center;color:var(--ink-2)}svg{display:block;width:100%;height:auto;max-height:70vh}
.card .over{stroke:none}.hatch{stroke:var(--removed);stroke-width:1.5;opacity:.35}
.card.added .box{stroke:var(--added);stroke-width:3;fill:color-mix(in srgb,var(--added) 10%,var(--raised))}.card.removed .box{stroke:var(--removed);stroke-width:3;stroke-dasharray:6 4}
.card.changed .box{stroke:var(--changed);stroke-width:3;fill:color-mix(in srgb,var(--changed) 10%,var(--raised))}.card.moved .box{stroke:var(--moved);stroke-width:2.5;stroke-dasharray:2 3}
.wire.changed{stroke:var(--changed);stroke-width:3}
ul{list-style:none;margin:12px 0 0;padding:0}li{padding:3px 0 3px 16px;position:relative}li:before{content:'';position:absolute;left:0;top:8px;width:8px;height:8px;border-radius:4px;background:var(--changed)}
li.added:before{background:var(--added)}li.removed:before{background:var(--removed)}li.moved:before{background:var(--moved)}
.texts{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin-top:4px}.texts>*{white-space:pre-wrap;text-decoration:none;padding:6px 10px;border-radius:6px;font-family:'JetBrains Mono',ui-monospace,monospace;font-size:12px}
del{background:color-mix(in srgb,var(--removed) 12%,var(--panel))}ins{background:color-mix(in srgb,var(--added) 12%,var(--panel))}
footer{display:flex;gap:16px;margin-top:32px;color:var(--ink-2)}footer span{padding-left:14px;position:relative}footer span:before{content:'';position:absolute;left:0;top:5px;width:8px;height:8px;border-radius:4px;background:var(--added)}
.key-removed:before{background:var(--removed)!important}.key-changed:before{background:var(--changed)!important}.key-moved:before{background:var(--moved)!important}
table{border-collapse:collapse;margin-top:12px}td,th{text-align:left;padding:4px 16px 4px 0;border-bottom:1px solid var(--line)}th{font-weight:600}td.n{font-variant-numeric:tabular-nums}.wire.added{stroke:var(--added);stroke-width:2.5}.wire.removed{stroke:var(--removed);stroke-width:2.5;stroke-dasharray:6 4}
@media(max-width:900px){.pair,.texts{grid-template-columns:1fr}}
";
