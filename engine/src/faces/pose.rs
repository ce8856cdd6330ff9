//! Where a head is turned, from the points of its face.

use super::landmarks::Landmarks;

/// Six points of a face: which landmark, and where it is on a mean head, centimetres to the right, down, and towards the
/// camera. The numbers are those of `MediaPipe`'s canonical face (vertices 1, 152, 33, 263, 61 and 291), to a millimetre.
const HEAD: [(usize, [f32; 3]); 6] = [
    (30, [0.0, 1.1, 7.5]),   // tip of the nose
    (8, [0.0, 9.4, 4.3]),    // chin
    (36, [-4.4, -2.7, 3.2]), // outer corners of the eyes
    (45, [4.4, -2.7, 3.2]),
    (48, [-2.5, 4.3, 4.3]), // corners of the mouth
    (54, [2.5, 4.3, 4.3]),
];

/// The turn of the head about the neck, degrees in (-180, 180]: 0 to the camera, positive towards the right edge of the
/// picture. `None` when the points do not span a face.
///
/// The six points are fitted by a camera without perspective, the first step of POS (D. `DeMenthon` and L. Davis, "Model-based
/// object pose in 25 lines of code", 1995): points in the picture are `s (i . p, j . p)` plus a shift, least squares for `s i` and
/// `s j`, which are the first two rows of the rotation. The third, `k = i x j`, is the direction to the camera as the head sees
/// it, so the turn is `atan2(-k_x, k_z)`: a nod and a tilt that follow it do not change it. A face whose nose is longer or shorter than the mean is
/// told a few degrees wrong, and towards the profile the points themselves are.
#[must_use]
pub fn yaw_degrees(landmarks: &Landmarks) -> Option<f32> {
    let count = HEAD.len() as f32;
    let mean: [f32; 3] = [0, 1, 2].map(|axis| HEAD.iter().map(|(_, point)| point[axis]).sum::<f32>() / count);
    let head = HEAD.map(|(_, point)| [0, 1, 2].map(|axis| point[axis] - mean[axis]));
    let sum = |a: usize, b: usize| head.iter().map(|point| point[a] * point[b]).sum::<f32>();
    // The head is the same on both sides, so what is to the right is independent of the other two.
    let (xx, yy, zz, yz) = (sum(0, 0), sum(1, 1), sum(2, 2), sum(1, 2));
    let row = |axis: usize| {
        // The head's points are about their mean, so it is the same from where in the picture one counts.
        let from = landmarks.0[HEAD[0].0][axis];
        let seen = HEAD.map(|(at, _)| landmarks.0[at][axis] - from);
        let [x, y, z] =
            [0, 1, 2].map(|part| seen.iter().zip(&head).map(|(seen, point)| seen * point[part]).sum::<f32>());
        let determinant = yy * zz - yz * yz;
        unit([x / xx, (zz * y - yz * z) / determinant, (yy * z - yz * y) / determinant])
    };
    let (i, j) = (row(0)?, row(1)?);
    Some((i[2] * j[1] - i[1] * j[2]).atan2(i[0] * j[1] - i[1] * j[0]).to_degrees())
}

/// The row, pixels a centimetre, as a unit vector.
fn unit(row: [f32; 3]) -> Option<[f32; 3]> {
    let length = row.iter().map(|number| number * number).sum::<f32>().sqrt();
    (length > f32::EPSILON && length.is_finite()).then(|| row.map(|number| number / length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How deep the head of a test is beside the mean one, and how far away the camera is, centimetres.
    struct Camera {
        depth: f32,
        distance: f32,
    }

    /// The points that a camera sees of a head that is turned by `yaw`, then nods by `nod` and tilts by `tilt`, degrees.
    fn seen(yaw: f32, nod: f32, tilt: f32, camera: &Camera) -> Landmarks {
        let mut points = [[0.0; 2]; 68];
        for (at, [x, y, z]) in HEAD {
            let (x, z) = turned(x, z * camera.depth, yaw);
            let (z, y) = turned(z, y, nod);
            let (x, y) = turned(x, y, tilt);
            let scale = camera.distance / (camera.distance - z);
            points[at] = [400.0 + x * scale * 10.0, 300.0 + y * scale * 10.0];
        }
        Landmarks(points)
    }

    fn turned(a: f32, b: f32, degrees: f32) -> (f32, f32) {
        let (sin, cos) = degrees.to_radians().sin_cos();
        (a * cos + b * sin, b * cos - a * sin)
    }

    const FAR: Camera = Camera { depth: 1.0, distance: 1e5 };

    #[test]
    fn the_turn_of_a_far_mean_head_is_exact() {
        for yaw in [-70.0, -30.0, -5.0, 0.0, 12.0, 45.0, 80.0] {
            let found = yaw_degrees(&seen(yaw, 0.0, 0.0, &FAR)).unwrap();
            assert!((found - yaw).abs() < 0.1, "{found} for {yaw}");
            let found = yaw_degrees(&seen(yaw, 15.0, -20.0, &FAR)).unwrap();
            assert!((found - yaw).abs() < 0.1, "{found} for {yaw}, nodding and tilted");
        }
    }

    #[test]
    fn other_heads_before_near_cameras_are_told_nearly_right_and_in_order() {
        for depth in [0.8, 1.0, 1.25] {
            for (nod, tilt) in [(0.0, 0.0), (15.0, 0.0), (-15.0, 10.0)] {
                let camera = Camera { depth, distance: 60.0 };
                let turns = (-12..=12).map(|step| step as f32 * 5.0);
                let found: Vec<(f32, f32)> =
                    turns.map(|yaw| (yaw, yaw_degrees(&seen(yaw, nod, tilt, &camera)).unwrap())).collect();
                assert!(found.is_sorted_by(|(_, a), (_, b)| a < b), "{found:?}");
                for (yaw, found) in found {
                    assert!(
                        (found - yaw).abs() < 3.0 + yaw.abs() * 0.35,
                        "{found} for {yaw}, {depth} {nod} {tilt}"
                    );
                }
            }
        }
    }

    #[test]
    fn points_that_are_no_face_have_no_turn() {
        assert_eq!(yaw_degrees(&Landmarks([[7.0, 7.0]; 68])), None);
    }
}
