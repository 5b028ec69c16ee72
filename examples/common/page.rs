//! What plotters has drawn, as outlines and as pixels: it looks the same where its font is not
//! installed.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, WriteOptions},
};

/// The font that text can be in, regular or bold.
pub(crate) const FONT: &str = "DejaVu Sans";

/// Drawings are this much larger than their pages: plotters rounds to integers, which shows in
/// flat curves otherwise.
pub(crate) const UNIT: i32 = 4;

/// The PNG is this much larger than its page.
const PIXELS: f32 = 2.0;

/// Writes a drawing to `<stem>.png` and `<stem>.svg`, and returns these two names.
pub(crate) fn save(
    drawing: &str,
    size: (u32, u32),
    stem: &Path,
) -> Result<[PathBuf; 2], Box<dyn Error>> {
    let files = [stem.with_extension("png"), stem.with_extension("svg")];
    let page = outlines(drawing, size)?;
    let scale = PIXELS / UNIT as f32;
    let (width, height) = (size.0 as f32 * scale, size.1 as f32 * scale);
    let mut pixels = Pixmap::new(width as u32, height as u32).ok_or("the page is empty")?;
    resvg::render(
        &page,
        Transform::from_scale(PIXELS, PIXELS),
        &mut pixels.as_mut(),
    );
    pixels.save_png(&files[0])?;
    let options = WriteOptions {
        // In units of the drawing: letters keep their shape.
        coordinates_precision: 1,
        ..WriteOptions::default()
    };
    fs::write(&files[1], page.to_string(&options))?;
    Ok(files)
}

/// The page that a drawing is made for, without text.
fn outlines(drawing: &str, (width, height): (u32, u32)) -> Result<Tree, Box<dyn Error>> {
    let mut options = Options::default();
    for font in [dejavu::sans::regular(), dejavu::sans::bold()] {
        options.fontdb_mut().load_font_data(font.to_vec());
    }
    // The first line is the tag with the size.
    let (_, shapes) = drawing.split_once('\n').ok_or("nothing is drawn")?;
    let page = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}" height="{}"
            viewBox="0 0 {width} {height}" stroke-linejoin="round">{shapes}"#,
        width / UNIT as u32,
        height / UNIT as u32,
    );
    Ok(Tree::from_str(&page, &options)?)
}

#[cfg(test)]
mod tests {
    use super::{FONT, outlines};
    use resvg::usvg::WriteOptions;

    /// What remains of a text.
    fn shapes(font: &str) -> String {
        let drawing = format!("<svg>\n<text y=\"80\" font-family=\"{font}\">10⁻³</text></svg>");
        let page = outlines(&drawing, (800, 400)).unwrap();
        assert_eq!((page.size().width(), page.size().height()), (200.0, 100.0));
        page.to_string(&WriteOptions::default())
    }

    #[test]
    fn text_becomes_outlines_of_its_own_font_only() {
        let svg = shapes(FONT);
        assert!(svg.contains("<path") && !svg.contains("<text"), "{svg}");
        assert!(!shapes("Another Font").contains("<path"));
    }
}
