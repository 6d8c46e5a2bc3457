//! A drawing as a file.

use std::fmt::Write;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{self, fontdb};

use crate::draw::Drawing;
use crate::measure::{FONTS, is_known};
use crate::places::Rect;
use crate::route::short;
use crate::theme::Scheme;
use crate::write::escape;

/// Why a picture could not be made; a fault of ours, or no memory for it.
#[derive(Debug, thiserror::Error)]
pub enum Unmade {
    #[error("the picture could not be read again: {0}")]
    Svg(#[from] usvg::Error),
    #[error("there is no room for a picture of {0} × {1} points")]
    Room(u32, u32),
    #[error("the PNG could not be written: {0}")]
    Png(String),
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
}

/// More points than these nobody's program opens.
const MOST_SIDE: f32 = 16_384.0;
const MOST_POINTS: f32 = 100_000_000.0;

/// A4 across, in points of print.
const PAGE: (f32, f32) = (841.9, 595.3);
const PAGE_MARGIN: f32 = 28.0;
/// Smaller than that text cannot be read on paper: the page grows instead.
const SMALLEST: f32 = 0.36;
/// As large as life, 96 points to 72.
const LIFE: f32 = 0.75;
/// What a PDF page may be at most.
const LARGEST_PAGE: f32 = 14_400.0;

impl Drawing {
    pub fn width(&self) -> u32 {
        self.bounds.width.ceil() as u32
    }

    pub fn height(&self) -> u32 {
        self.bounds.height.ceil() as u32
    }

    pub fn svg(&self, scale: f32) -> String {
        let (width, height) = (self.bounds.width * scale, self.bounds.height * scale);
        self.framed((width, height), self.bounds, true)
    }

    /// Answers the file, and how large it became: what is too large is drawn smaller.
    pub fn png(&self, scale: f32) -> Result<(Vec<u8>, u32, u32), Unmade> {
        let Rect { width, height, .. } = self.bounds;
        let scale = scale.min(MOST_SIDE / width.max(height)).min((MOST_POINTS / (width * height)).sqrt());
        let tree = self.tree(&self.svg(1.0))?;
        let (wide, high) = ((width * scale).ceil().max(1.0) as u32, (height * scale).ceil().max(1.0) as u32);
        let mut points = Pixmap::new(wide, high).ok_or(Unmade::Room(wide, high))?;
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut points.as_mut());
        let png = points.encode_png().map_err(|error| Unmade::Png(error.to_string()))?;
        Ok((png, wide, high))
    }

    /// One page: A4 across where the picture can be read on it, else as large as it needs.
    pub fn pdf(&self) -> Result<(Vec<u8>, u32, u32), Unmade> {
        let Rect { x, y, width, height } = self.bounds;
        let room = (PAGE.0 - 2.0 * PAGE_MARGIN, PAGE.1 - 2.0 * PAGE_MARGIN);
        let fits = (room.0 / width).min(room.1 / height).min(LIFE);
        let (page, scale) = if fits >= SMALLEST {
            (PAGE, fits)
        } else {
            let scale = LIFE.min((LARGEST_PAGE - 2.0 * PAGE_MARGIN) / width.max(height));
            ((width * scale + 2.0 * PAGE_MARGIN, height * scale + 2.0 * PAGE_MARGIN), scale)
        };
        let (wide, high) = (page.0 / scale, page.1 / scale);
        let view =
            Rect { x: x - (wide - width) / 2.0, y: y - (high - height) / 2.0, width: wide, height: high };
        // Paper is white.
        let tree = self.tree(&self.framed(page, view, self.scheme == Scheme::Dark))?;
        let options = svg2pdf::ConversionOptions::default();
        let pdf = svg2pdf::to_pdf(&tree, options, svg2pdf::PageOptions { dpi: 72.0 });
        let pdf = pdf.map_err(|error| Unmade::Pdf(error.to_string()))?;
        Ok((pdf, page.0.ceil() as u32, page.1.ceil() as u32))
    }

    fn framed(&self, size: (f32, f32), view: Rect, ground: bool) -> String {
        let (x, y, width, height) = (short(view.x), short(view.y), short(view.width), short(view.height));
        let mut svg = String::with_capacity(self.body.len() + 1024);
        let _ = write!(
            svg,
            "<svg xmlns='http://www.w3.org/2000/svg'{} viewBox='{x} {y} {width} {height}' role='img' aria-label='{}' font-family='Inter, system-ui, sans-serif' font-size='13'>",
            match self.scheme {
                Scheme::Page => String::new(),
                _ => format!(" width='{}' height='{}'", short(size.0), short(size.1)),
            },
            escape(&self.name)
        );
        if self.scheme == Scheme::Page {
            svg.push_str(HATCH);
        } else {
            let _ = write!(svg, "<title>{}</title>", escape(&self.name));
            if ground {
                let ground = &self.ground;
                let _ =
                    write!(svg, "<rect x='{x}' y='{y}' width='{width}' height='{height}' fill='{ground}'/>");
            }
        }
        svg.push_str(&self.body);
        svg.push_str("</svg>\n");
        svg
    }

    fn tree(&self, svg: &str) -> Result<usvg::Tree, Unmade> {
        let mut fonts = fontdb::Database::new();
        FONTS.iter().for_each(|font| fonts.load_font_data(font.to_vec()));
        fonts.set_sans_serif_family("Inter");
        if !is_known(&svg.replace('\n', " ")) {
            fonts.load_system_fonts();
        }
        let options = usvg::Options {
            fontdb: Arc::new(fonts),
            font_family: "Inter".into(),
            ..usvg::Options::default()
        };
        Ok(usvg::Tree::from_str(svg, &options)?)
    }
}

const HATCH: &str = "<defs><pattern id='hatch' width='8' height='8' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'><path d='M0 0V8' class='hatch'/></pattern></defs>";
