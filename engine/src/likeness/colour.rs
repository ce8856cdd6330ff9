//! Colours as they are alike to the eye, and groups of them.

use kinora_spec::Rgb;

/// Lightness in [0, 1], then green to red and blue to yellow: Oklab (B. Ottosson, "A perceptual color space for image
/// processing", 2020).
pub(super) type Lab = [f32; 3];

/// Rounds of a grouping; it has settled before.
const ROUNDS: usize = 10;

/// A colour in Oklab.
pub(super) fn lab(rgb: Rgb) -> Lab {
    let [r, g, b] = rgb.map(|byte| {
        let value = f32::from(byte) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let l = (0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_993 * b).cbrt();
    let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
    let s = (0.088_302_46 * r + 0.281_718_84 * g + 0.629_978_7 * b).cbrt();
    [
        0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
        1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
        0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
    ]
}

/// How far apart two colours are: 1 from black to white, about 0.02 where one begins to tell them apart.
pub(super) fn distance(a: Lab, b: Lab) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
}

/// The mean of the middle half by lightness, so that shadows and lights do not count; none of no colours.
pub(super) fn robust_mean(colours: &[Rgb]) -> Option<Rgb> {
    let mut sorted: Vec<(f32, Rgb)> = colours.iter().map(|colour| (lab(*colour)[0], *colour)).collect();
    sorted.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let quarter = sorted.len() / 4;
    mean(sorted[quarter..sorted.len() - quarter].iter().map(|(_, colour)| *colour))
}

/// The mean of some colours; none of none.
pub(super) fn mean(colours: impl Iterator<Item = Rgb>) -> Option<Rgb> {
    let mut sums = [0_u32; 3];
    let mut count = 0;
    for colour in colours {
        count += 1;
        for (sum, byte) in sums.iter_mut().zip(colour) {
            *sum += u32::from(byte);
        }
    }
    (count > 0).then(|| sums.map(|sum| ((sum + count / 2) / count) as u8))
}

/// The middle one of each of red, green and blue; none of no colours.
pub(super) fn median(colours: &[Rgb]) -> Option<Rgb> {
    let middle = |channel: usize| {
        let mut bytes: Vec<u8> = colours.iter().map(|colour| colour[channel]).collect();
        bytes.sort_unstable();
        bytes.get(bytes.len() / 2).copied()
    };
    Some([middle(0)?, middle(1)?, middle(2)?])
}

/// Which group each colour is in, groups numbered from 0: k-means in Oklab. It begins with the colour next to the mean and
/// goes on with the one that is farthest from all so far, until there are `groups_max` or none is farther than `apart_min`.
/// The same colours in the same order give the same groups.
pub(super) fn groups(colours: &[Rgb], groups_max: usize, apart_min: f32) -> Vec<usize> {
    let points: Vec<Lab> = colours.iter().map(|colour| lab(*colour)).collect();
    let Some(all) = centre(points.iter()) else { return vec![] };
    let mut centres = vec![];
    let mut away: Vec<f32> = points.iter().map(|point| -distance(*point, all)).collect();
    while centres.len() < groups_max {
        let Some((at, farthest)) = away.iter().copied().enumerate().max_by(|(_, a), (_, b)| a.total_cmp(b))
        else {
            break;
        };
        if !centres.is_empty() && farthest <= apart_min {
            break;
        }
        for (away, point) in away.iter_mut().zip(&points) {
            let new = distance(*point, points[at]);
            *away = if centres.is_empty() { new } else { away.min(new) };
        }
        centres.push(points[at]);
    }
    let mut own = vec![0; points.len()];
    for _ in 0..ROUNDS {
        for (own, point) in own.iter_mut().zip(&points) {
            *own = nearest(*point, &centres);
        }
        for (group, old) in centres.iter_mut().enumerate() {
            let members = points.iter().zip(&own).filter(|(_, own)| **own == group).map(|(point, _)| point);
            *old = centre(members).unwrap_or(*old);
        }
    }
    own
}

/// The mean of the largest group of colours; none of no colours.
pub(super) fn dominant(colours: &[Rgb], groups_max: usize, apart_min: f32) -> Option<Rgb> {
    let own = groups(colours, groups_max, apart_min);
    let members = |group: usize| own.iter().filter(|own| **own == group).count();
    let largest = (0..groups_max).max_by_key(|group| members(*group))?;
    mean(colours.iter().zip(&own).filter(|(_, own)| **own == largest).map(|(colour, _)| *colour))
}

fn nearest(point: Lab, centres: &[Lab]) -> usize {
    let distances = centres.iter().map(|centre| distance(point, *centre)).enumerate();
    distances.min_by(|(_, a), (_, b)| a.total_cmp(b)).map_or(0, |(at, _)| at)
}

fn centre<'a>(points: impl Iterator<Item = &'a Lab>) -> Option<Lab> {
    let mut sums = [0.0_f32; 3];
    let mut count = 0.0;
    for point in points {
        count += 1.0;
        for (sum, number) in sums.iter_mut().zip(point) {
            *sum += number;
        }
    }
    (count > 0.0).then(|| sums.map(|sum| sum / count))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_of_the_table_of_oklab_are_where_it_says() {
        // Ottosson's values of sRGB's white, red and blue.
        let table = [
            ([255, 255, 255], [1.0, 0.0, 0.0]),
            ([255, 0, 0], [0.627_96, 0.224_86, 0.125_85]),
            ([0, 0, 255], [0.452_01, -0.032_46, -0.311_53]),
        ];
        for (rgb, expected) in table {
            assert!(distance(lab(rgb), expected) < 1e-3, "{rgb:?} {:?}", lab(rgb));
        }
    }

    #[test]
    fn lights_and_shadows_do_not_move_a_robust_mean() {
        let colours = [[255; 3], [100, 80, 60], [102, 80, 60], [98, 80, 60], [100, 80, 60], [0; 3]];
        assert_eq!(robust_mean(&colours), Some([100, 80, 60]));
        assert_eq!(robust_mean(&[]), None);
        assert_eq!(robust_mean(&[[1, 2, 3]]), Some([1, 2, 3]));
    }

    #[test]
    fn as_many_groups_as_colours_are_apart() {
        let colours = [[200, 0, 0], [0, 0, 200], [205, 0, 0], [0, 0, 205], [203, 2, 0]];
        let own = groups(&colours, 6, 0.1);
        assert_eq!((own[0], own[1]), (own[2], own[3]));
        assert_eq!(own[4], own[0]);
        assert_ne!(own[0], own[1]);
        assert_eq!(own.iter().max(), Some(&1));
        assert_eq!(dominant(&colours, 6, 0.1), Some([203, 1, 0]));
        assert_eq!(dominant(&[], 6, 0.1), None);
    }
}
