//! A tidy layout of a tree (Reingold and Tilford, 1981): parents in the middle above their children, subtrees as near to one
//! another as their outlines allow, and a drawing that is the mirror of that of the mirrored tree.
//!
//! It knows only the axis across the levels. Children are packed from the left and from the right, and stand halfway between:
//! so small subtrees between large ones are spread evenly, as Buchheim, Jünger and Leipert (2002) have it. That costs the
//! square of the children of a node, of which a page shows few.

/// The middles of all nodes across the levels; the least side is at 0.
///
/// `parents` come before their children, `sizes` are across the levels, `gap` is between siblings, and `families` between
/// children of different parents.
pub(crate) fn lay_out(parents: &[Option<usize>], sizes: &[f64], gap: f64, families: f64) -> Vec<f64> {
    let count = parents.len().min(sizes.len());
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); count + 1];
    for (at, parent) in parents.iter().enumerate().take(count) {
        // All roots are children of a node that is not there.
        let parent = parent.filter(|parent| *parent < at).unwrap_or(count);
        if let Some(children) = children.get_mut(parent) {
            children.push(at);
        }
    }
    let mut outlines: Vec<Outline> = vec![Outline::default(); count];
    let mut offsets = vec![0.0; count];
    // The node that is not there comes last; all others follow their parents, so from the end children come first.
    for at in (0..count).rev().chain([count]) {
        let Some(children) = children.get(at) else { continue };
        let shapes: Vec<Outline> = children
            .iter()
            .map(|child| outlines.get_mut(*child).map(std::mem::take).unwrap_or_default())
            .collect();
        let places = pack(&shapes, gap, families);
        for (child, place) in children.iter().zip(&places) {
            if let Some(offset) = offsets.get_mut(*child) {
                *offset = *place;
            }
        }
        if let (Some(outline), Some(size)) = (outlines.get_mut(at), sizes.get(at)) {
            *outline = Outline::around(*size, &shapes, &places);
        }
    }
    let mut middles: Vec<f64> = Vec::with_capacity(count);
    for (parent, offset) in parents.iter().zip(&offsets) {
        let above = parent.and_then(|parent| middles.get(parent).copied()).unwrap_or_default();
        middles.push(above + offset);
    }
    let sides = middles.iter().zip(sizes).map(|(middle, size)| middle - size / 2.0);
    let least = sides.fold(f64::MAX, f64::min);
    middles.iter_mut().for_each(|middle| *middle -= least);
    middles
}

/// How far a subtree reaches to both sides of its root's middle, level by level.
#[derive(Debug, Clone, Default)]
struct Outline {
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Outline {
    fn around(size: f64, shapes: &[Self], places: &[f64]) -> Self {
        let mut outline = Self {
            low: vec![-size / 2.0],
            high: vec![size / 2.0],
        };
        for (shape, place) in shapes.iter().zip(places) {
            for (level, (low, high)) in shape.low.iter().zip(&shape.high).enumerate() {
                let (low, high) = (low + place, high + place);
                match (outline.low.get_mut(level + 1), outline.high.get_mut(level + 1)) {
                    (Some(least), Some(most)) => {
                        *least = least.min(low);
                        *most = most.max(high);
                    }
                    _ => {
                        outline.low.push(low);
                        outline.high.push(high);
                    }
                }
            }
        }
        outline
    }

    /// How far apart the roots of two neighbours must be.
    fn distance(&self, next: &Self, gap: f64, families: f64) -> f64 {
        let levels = self.high.iter().zip(&next.low).enumerate();
        let needed = levels.map(|(level, (high, low))| high - low + if level == 0 { gap } else { families });
        needed.fold(0.0, f64::max)
    }
}

/// The places of subtrees in a row, around the middle between the first and the last root.
fn pack(shapes: &[Outline], gap: f64, families: f64) -> Vec<f64> {
    let count = shapes.len();
    let mut from_left = vec![0.0_f64; count];
    let mut apart = vec![Vec::new(); count];
    for (at, shape) in shapes.iter().enumerate() {
        let distances: Vec<f64> = shapes
            .iter()
            .take(at)
            .map(|before| before.distance(shape, gap, families))
            .collect();
        let place = distances.iter().zip(&from_left).map(|(distance, left)| distance + left);
        let place = place.fold(0.0, f64::max);
        if let (Some(left), Some(apart)) = (from_left.get_mut(at), apart.get_mut(at)) {
            *left = place;
            *apart = distances;
        }
    }
    let last = from_left.last().copied().unwrap_or_default();
    let mut from_right = vec![last; count];
    for (at, distances) in apart.iter().enumerate().rev() {
        let right = from_right.get(at).copied().unwrap_or_default();
        for (before, distance) in from_right.iter_mut().zip(distances) {
            *before = before.min(right - distance);
        }
    }
    let places: Vec<f64> = from_left.iter().zip(&from_right).map(|(a, b)| (a + b) / 2.0).collect();
    let middle = (places.first().copied().unwrap_or_default() + last) / 2.0;
    places.iter().map(|place| place - middle).collect()
}

#[cfg(test)]
mod tests {
    use super::lay_out;

    #[test]
    fn parents_stand_in_the_middle_and_siblings_side_by_side() {
        let parents = [None, Some(0), Some(0), Some(2), Some(2)];
        let middles = lay_out(&parents, &[10.0; 5], 2.0, 4.0);
        assert_eq!(middles, [6.0 + 5.0, 5.0, 17.0, 11.0, 23.0]);
    }

    #[test]
    fn a_mirrored_tree_is_drawn_as_the_mirror() {
        // A wide family, two single nodes, a wide family.
        let parents = [
            None,
            Some(0),
            Some(1),
            Some(1),
            Some(1),
            Some(0),
            Some(0),
            Some(0),
            Some(7),
            Some(7),
            Some(7),
        ];
        let middles = lay_out(&parents, &[10.0; 11], 2.0, 4.0);
        let row = [middles[1], middles[5], middles[6], middles[7]];
        let gaps: Vec<f64> = row.windows(2).map(|ends| ends[1] - ends[0]).collect();
        assert!((gaps[0] - gaps[2]).abs() < 1e-9, "{gaps:?}");
        assert!((middles[0] - (row[0] + row[3]) / 2.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_overlaps_in_large_trees() {
        let parents: Vec<Option<usize>> = (0..200_usize)
            .map(|at| at.checked_sub(1).map(|at| at * 7 % 31 % (at + 1)))
            .collect();
        let sizes: Vec<f64> = (0..200).map(|at| f64::from(8 + at * 13 % 40)).collect();
        let middles = lay_out(&parents, &sizes, 5.0, 8.0);
        let mut depths = Vec::new();
        for parent in &parents {
            depths.push(parent.map_or(0, |parent: usize| depths[parent] + 1));
        }
        for a in 0..200 {
            for b in a + 1..200 {
                let apart = (middles[a] - middles[b]).abs() - (sizes[a] + sizes[b]) / 2.0;
                assert!(depths[a] != depths[b] || apart > 4.99, "{a} {b} {apart}");
            }
        }
    }
}
