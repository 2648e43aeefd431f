//! In: an SVG that was read. Out: whether drawing it stays within bounds.
//!
//! A drawing of a few hundred bytes can ask for hours of work: layers over layers, noise of a
//! million octaves. What it asks for is added up before a single pixel is set.

use resvg::usvg::filter::Kind;
use resvg::usvg::{Group, Node, Rect, Tree};

/// The most that a drawing may ask for, in layers of 1600 × 2560 pixels: some seconds of work.
/// Rich illustrations ask for a tenth of it.
const MOST_LAYERS: f64 = 250.0;
/// What counts as one layer, in pixels.
const LAYER_PIXELS: f64 = 1600.0 * 2560.0;
/// Filling a shape, in layers of its size: no memory is taken and nothing is laid over it.
const SHAPE: f64 = 0.2;
/// What a node costs at least, in layers: nothing is free, or a drawing without end would be.
const NODE: f64 = 1.0 / 4000.0;

/// Whether the drawing, at `scale` pixels a unit, asks for no more than it may.
pub(super) fn is_bounded(tree: &Tree, scale: f32) -> bool {
    let size = tree.size();
    let scale = f64::from(scale);
    let canvas = [f64::from(size.width()) * scale, f64::from(size.height()) * scale];
    let mut meter = Meter { scale, canvas, spent: 0.0 };
    meter.group(tree.root());
    meter.spent <= MOST_LAYERS
}

struct Meter {
    /// Pixels a unit of the drawing.
    scale: f64,
    /// Width and height in pixels.
    canvas: [f64; 2],
    /// What was asked for so far, in layers.
    spent: f64,
}

impl Meter {
    fn group(&mut self, group: &Group) {
        let whole = self.canvas[0] * self.canvas[1] / LAYER_PIXELS;
        if group.should_isolate() {
            self.spent += self.layers(group.abs_layer_bounding_box().to_rect());
        }
        for primitive in group.filters().iter().flat_map(|f| f.primitives()) {
            self.spent += whole * self.weight(primitive.kind());
        }
        for node in group.children() {
            if self.spent > MOST_LAYERS {
                return;
            }
            self.spent += NODE;
            match node {
                Node::Group(inner) => self.group(inner),
                Node::Path(path) => self.spent += SHAPE * self.layers(path.abs_stroke_bounding_box()),
                Node::Image(image) => self.spent += self.layers(image.abs_bounding_box()),
                Node::Text(_) => {}
            }
            // Patterns, masks, clips: each is drawn on a layer of its own.
            node.subroots(|root| {
                if self.spent <= MOST_LAYERS {
                    self.spent += whole;
                    self.group(root);
                }
            });
        }
    }

    /// The part of the canvas that a box covers, in layers.
    fn layers(&self, area: Rect) -> f64 {
        let side = |length: f32, most: f64| (f64::from(length) * self.scale).min(most);
        side(area.width(), self.canvas[0]) * side(area.height(), self.canvas[1]) / LAYER_PIXELS
    }

    /// What a filter does to each pixel, against laying one layer over another.
    fn weight(&self, kind: &Kind) -> f64 {
        match kind {
            Kind::Turbulence(noise) => 8.0 * f64::from(noise.num_octaves()),
            // Each pixel looks at all within the radius.
            Kind::Morphology(grow) => {
                let side = |radius: f32| (2.0 * f64::from(radius) * self.scale).clamp(1.0, self.canvas[1]);
                side(grow.radius_x().get()) * side(grow.radius_y().get())
            }
            Kind::ConvolveMatrix(convolve) => {
                let matrix = convolve.matrix();
                f64::from(matrix.columns()) * f64::from(matrix.rows())
            }
            Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 8.0,
            Kind::GaussianBlur(_) | Kind::DropShadow(_) => 4.0,
            Kind::Blend(_)
            | Kind::ColorMatrix(_)
            | Kind::ComponentTransfer(_)
            | Kind::Composite(_)
            | Kind::DisplacementMap(_)
            | Kind::Flood(_)
            | Kind::Image(_)
            | Kind::Merge(_)
            | Kind::Offset(_)
            | Kind::Tile(_) => 1.0,
        }
    }
}
