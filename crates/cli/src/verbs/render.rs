//! `nexus render`: a flow as a picture.

use std::path::{Path, PathBuf};

use flow::{Bot, FilePath, Flow};
use picture::{Drawing, Look, Scheme, Unmade};
use serde_json::json;

use super::refused::Refused;
use super::sources::{Source, find};
use crate::End;
use crate::out::{FAINT, Out, STRONG};

/// Draw a flow as the studio shows it: as SVG, PNG or PDF.
///
/// Needs no studio, no browser, no network. What the file is called says what it becomes; without -o it is SVG on standard output.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  nexus render shop-bot -o shop.svg\n  nexus render shop-bot --flow checkout -o checkout.pdf\n  nexus render shop-bot/flows/main.flow.json -o main.png --dark --scale 2\n  nexus render flows/main.flow.json > main.svg"
)]
pub struct Args {
    /// A bot's folder, or one flow.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Which flow of the bot: its name, its id or its file's name. Needed where there are several.
    #[arg(long, value_name = "NAME")]
    flow: Option<String>,
    /// The file to write: .svg, .png or .pdf.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Dark, as the studio is at night.
    #[arg(long)]
    dark: bool,
    /// How large: 2 is twice as large. A PDF fits its page.
    #[arg(long, value_name = "NUMBER", default_value_t = 1.0, value_parser = scale)]
    scale: f32,
    /// Print one JSON object that says what was written.
    #[arg(long, requires = "output")]
    json: bool,
}

fn scale(text: &str) -> Result<f32, String> {
    match text.parse() {
        Ok(scale) if (0.05..=16.0).contains(&scale) => Ok(scale),
        _ => Err("a number from 0.05 to 16".into()),
    }
}

pub fn run(args: Args, out: &mut Out) -> End {
    draw(&args, out).unwrap_or_else(|refused| refused.say(args.json, out))
}

#[derive(Clone, Copy)]
enum Form {
    Svg,
    Png,
    Pdf,
}

fn draw(args: &Args, out: &mut Out) -> Result<End, Refused> {
    let form = form(args.output.as_deref())?;
    let (bot, path) = read(&args.path, args.flow.as_deref())?;
    let flow = &bot.flows[&path];
    let scheme = if args.dark { Scheme::Dark } else { Scheme::Light };
    let drawing = Drawing::of(flow, &engine::kinds(), &Look { scheme, bot: Some(&bot), marks: None });
    let failed = |error: Unmade| Refused::failed(error.to_string());
    let (bytes, width, height) = match form {
        Form::Svg => {
            let large = |side: u32| (side as f32 * args.scale).ceil() as u32;
            (drawing.svg(args.scale).into_bytes(), large(drawing.width()), large(drawing.height()))
        }
        Form::Png => drawing.png(args.scale).map_err(failed)?,
        Form::Pdf => drawing.pdf().map_err(failed)?,
    };
    let Some(file) = &args.output else {
        out.bytes(&bytes);
        return Ok(End::Fine);
    };
    std::fs::write(file, &bytes)
        .map_err(|error| Refused::failed(format!("{} could not be written: {error}", file.display())))?;
    let nodes = drawing.nodes;
    if args.json {
        out.json(&json!({ "path": file, "flow": path, "width": width, "height": height, "nodes": nodes }));
    } else {
        let about = format!("{width} × {height}, {}", super::many(nodes, "node"));
        out.line(format_args!("{} {}", out.paint(STRONG, file.display()), out.paint(FAINT, about)));
    }
    Ok(End::Fine)
}

fn form(output: Option<&Path>) -> Result<Form, Refused> {
    let Some(output) = output else { return Ok(Form::Svg) };
    let ending = output.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    match ending.as_deref() {
        Some("svg") => Ok(Form::Svg),
        Some("png") => Ok(Form::Png),
        Some("pdf") => Ok(Form::Pdf),
        _ => {
            let message = format!("{} is no kind of picture that can be written", output.display());
            Err(Refused::bad_use(message, "end its name in .svg, .png or .pdf"))
        }
    }
}

/// The bot, and the one flow of it that is meant.
fn read(path: &Path, named: Option<&str>) -> Result<(Bot, FilePath), Refused> {
    let mut sources = find(std::slice::from_ref(&path.to_path_buf()))?;
    if sources.len() > 1 {
        let message = format!("{} holds {} bots or flows", path.display(), sources.len());
        return Err(Refused::bad_use(message, "name one bot's folder, or one flow"));
    }
    let Some(Source { root, only, alone }) = sources.pop() else {
        return Err(Refused::bad_use(format!("{} holds no bot", path.display()), "name a bot's folder"));
    };
    let broken = |path: &str| {
        Refused::bad_use(format!("{path} cannot be read whole"), "`nexus check` says what is wrong with it")
    };
    if let (true, Some(name)) = (alone, &only) {
        let text = std::fs::read(root.join(name))
            .map_err(|error| Refused::failed(format!("{} could not be read: {error}", path.display())))?;
        let parsed = flow::text::parse_flow(&text);
        if parsed.lossy() {
            return Err(broken(&path.display().to_string()));
        }
        let path = FilePath::new(name);
        let bot = Bot { flows: [(path.clone(), parsed.value)].into(), ..Bot::default() };
        return Ok((bot, path));
    }
    let glance = studio::glance(&root);
    let named = named.or(only.as_deref().filter(|file| file.ends_with(".flow.json")));
    let flow = chosen(&glance.bot, named)?;
    if glance.files.get(&flow).is_some_and(|file| file.lossy) {
        return Err(broken(&flow));
    }
    Ok((glance.bot, flow))
}

fn chosen(bot: &Bot, named: Option<&str>) -> Result<FilePath, Refused> {
    let all: Vec<(&FilePath, &Flow)> = bot.flows.iter().collect();
    let Some(named) = named else {
        return match &all[..] {
            [(path, _)] => Ok((*path).clone()),
            [] => Err(Refused::bad_use("the bot has no flow", "`nexus studio` makes one")),
            all => Err(which(format!("the bot has {} flows", all.len()), all)),
        };
    };
    let is_meant = |path: &str, flow: &Flow| {
        let file = path.trim_start_matches("flows/").trim_end_matches(".flow.json");
        path == named || flow.id == named || file == named || flow.name.eq_ignore_ascii_case(named)
    };
    let found = all.iter().find(|(path, flow)| is_meant(path, flow));
    found.map(|(path, _)| (*path).clone()).ok_or_else(|| which(format!("there is no flow {named}"), &all))
}

fn which(message: String, all: &[(&FilePath, &Flow)]) -> Refused {
    let name = |path: &str| path.trim_start_matches("flows/").trim_end_matches(".flow.json").to_owned();
    let names: Vec<String> = all.iter().map(|(path, _)| name(path)).collect();
    Refused::bad_use(message, &format!("name one with --flow: {}", names.join(", ")))
}
