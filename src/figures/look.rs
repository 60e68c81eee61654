//! The measures that make figures of all kinds look alike, in pt. What only one kind needs stands with that kind.

/// The length of an arrowhead.
pub(crate) const HEAD_LENGTH: f64 = 5.0;
/// Half of the width of an arrowhead.
pub(crate) const HEAD_HALF: f64 = 2.3;
/// The radius of a line's bends.
pub(crate) const BEND: f64 = 4.0;
/// The radius of a box's corners.
pub(crate) const CORNER: f64 = 3.0;
/// Inside of a box, at its sides.
pub(crate) const PAD: f64 = 7.0;
/// Inside of a box, above and below.
pub(crate) const RISE: f64 = 4.5;
/// Around everything, so that no line is cut.
pub(crate) const EDGE: f64 = 0.75;
/// The same around figures at whose edges only boxes stand.
pub(crate) const BOX_EDGE: f64 = 0.5;
/// What sums of widths may differ by from the width of the whole.
pub(crate) const SLACK: f64 = 0.1;
