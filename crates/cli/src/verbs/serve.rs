//! `nexus serve`: the cloud runner.

use std::net::SocketAddr;
use std::path::PathBuf;

use runner::host::Reach;
use serde_json::json;
use server::cloud::{Cloud, Setup};
use url::Url;
use vault::{Choice, Place, Vault};

use super::hosting::{self, addresses};
use super::refused::Refused;
use crate::End;
use crate::out::{FAINT, GOOD, Out, STRONG};

/// Run bots that are published here.
///
/// Everything lies in one folder: state, bundles, secrets, tokens. The first start says a token for everything, once. Behind a proxy with
/// TLS, `--public` says the address by which the world reaches it; Telegram then posts its updates there.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus serve --data /var/lib/nexus --listen 127.0.0.1:8080\n  nexus serve --data /var/lib/nexus --listen 127.0.0.1:8080 --public https://bots.example.com\n  nexus serve --data ./cloud --listen 127.0.0.1:8080 --allow 10.0.0.0/8   bots may reach this network, too"
)]
pub struct Args {
    /// The folder that holds everything.
    #[arg(long, value_name = "FOLDER")]
    data: PathBuf,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address by which the world reaches it.
    #[arg(long, value_name = "URL")]
    public: Option<Url>,
    /// A network, an address or a host that bots may reach though it is not public.
    #[arg(long, value_name = "PLACE")]
    allow: Vec<String>,
    /// Print where it is as JSON.
    #[arg(long)]
    json: bool,
}

pub fn run(args: Args, out: &mut Out) -> End {
    let json = args.json;
    begin(args, out).unwrap_or_else(|refused| refused.say(json, out))
}

fn begin(args: Args, out: &mut Out) -> Result<End, Refused> {
    let mut reach = Reach::public();
    for place in &args.allow {
        reach =
            reach.allow(place).map_err(|error| Refused::bad_use(error.to_string(), "see docs/outside.md"))?;
    }
    let mut choice = Choice::from_env()?;
    // A keychain belongs to a person, and this is a machine's.
    choice.place.get_or_insert(Place::File);
    let folder = std::path::absolute(&args.data);
    let folder = folder.map_err(|error| Refused::failed(format!("{}: {error}", args.data.display())))?;
    std::fs::create_dir_all(&folder)
        .map_err(|error| Refused::failed(format!("{} cannot be made: {error}", folder.display())))?;
    let vault = Vault::open(&folder, choice)?;
    hosting::logs("info", Vec::new());
    let setup = Setup {
        data: folder,
        vault,
        listen: args.listen,
        public: args.public,
        addresses: addresses()?,
        reach,
        local: None,
        take_over: true,
    };
    hosting::runtime()?.block_on(async {
        let cloud = Cloud::start(setup).await?;
        let address = format!("http://{}", cloud.address());
        if args.json {
            out.json_line(&json!({"is": "serving", "address": address, "token": cloud.first_token}));
        } else {
            out.line(format_args!("{} {address}", out.paint(GOOD, "Serving at")));
            if let Some(token) = &cloud.first_token {
                out.line(format_args!("The first token, said this once: {}", out.paint(STRONG, token)));
                out.line(out.paint(FAINT, "Publish with `nexus login` and `nexus publish`."));
            }
        }
        hosting::asked_to_end().await;
        cloud.stop().await;
        Ok(End::Fine)
    })
}
