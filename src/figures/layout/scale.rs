//! Round numbers for axes.

/// The least of 1, 2, 5, 10, 20, 50 … (and the tenths, hundredths … of these) that is not below a step.
pub(crate) fn round_step(least: f64) -> f64 {
    let mut decade = 1e-6;
    while decade < 1e12 {
        for factor in [1.0, 2.0, 5.0] {
            if decade * factor >= least {
                return decade * factor;
            }
        }
        decade *= 10.0;
    }
    decade
}

/// The multiples of a step from one number to another, at most a thousand.
pub(crate) fn multiples(step: f64, from: f64, to: f64) -> Vec<f64> {
    let first = (from / step - 1e-9).ceil();
    let count = ((to / step + 1e-9).floor() - first).clamp(-1.0, 999.0) as i64 + 1;
    // Hundredths of a step are rounded off, so that 0.1 and 0.2 make 0.3.
    let digits = (1.0 / step).max(1.0) * 100.0;
    (0..count)
        .map(|at| ((first + at as f64) * step * digits).round() / digits)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_marks_are_their_multiples() {
        assert_eq!(round_step(3.0), 5.0);
        assert_eq!(round_step(0.011), 0.02);
        assert_eq!(multiples(0.1, 0.05, 0.35), [0.1, 0.2, 0.3]);
        assert_eq!(multiples(5.0, 0.0, 15.0), [0.0, 5.0, 10.0, 15.0]);
        assert!(multiples(5.0, 1.0, 2.0).is_empty());
    }
}
