//! The samples of fragments: `moof` boxes, as browsers record them (ISO/IEC 14496-12, 8.8).

use super::UploadError;
use super::boxes::{Atom, Fields};
use super::tables::Gathered;
use super::tracks::{Defaults, Track};

// Flags of `tfhd`.
const BASE: u32 = 0x1;
const DESCRIPTION: u32 = 0x2;
const DURATION: u32 = 0x8;
const SIZE: u32 = 0x10;
const FROM_FRAGMENT: u32 = 0x2_0000;

// Flags of `trun`.
const RUN_OFFSET: u32 = 0x1;
const RUN_FIRST_FLAGS: u32 = 0x4;
const RUN_DURATION: u32 = 0x100;
const RUN_SIZE: u32 = 0x200;
const RUN_FLAGS: u32 = 0x400;
const RUN_SHOWN: u32 = 0x800;

/// Tracks whose samples are wanted, and where they go.
type Wanted<'t, 'a, 'g> = [(&'t Track<'a>, &'g mut Gathered)];

/// Adds the samples of a fragment to those of the wanted tracks.
pub fn gather(
    fragment: Atom<'_>,
    defaults: &[Defaults],
    wanted: &mut Wanted<'_, '_, '_>,
) -> Result<(), UploadError> {
    let start = fragment.start as u64;
    // Where the data of the track before ends: without a base the next track's begin there.
    let mut end = start;
    for atom in fragment.children() {
        let atom = atom?;
        if atom.kind == *b"traf" {
            end = track(atom, (start, end), defaults, wanted)?;
        }
    }
    Ok(())
}

/// Adds the samples of one track of a fragment; returns where its data end.
fn track(
    atom: Atom<'_>,
    (start, before): (u64, u64),
    defaults: &[Defaults],
    wanted: &mut Wanted<'_, '_, '_>,
) -> Result<u64, UploadError> {
    let (_, flags, mut fields) = atom.needed(b"tfhd")?.full()?;
    let id = fields.u32()?;
    let mut values = defaults.iter().find(|values| values.track == id).copied().unwrap_or_default();
    let base = match flags {
        flags if flags & BASE != 0 => fields.u64()?,
        flags if flags & FROM_FRAGMENT != 0 => start,
        _ => before,
    };
    if flags & DESCRIPTION != 0 && fields.u32()? != 1 {
        return Err(UploadError::malformed("a sample is described nowhere"));
    }
    if flags & DURATION != 0 {
        values.ticks = fields.u32()?;
    }
    if flags & SIZE != 0 {
        values.bytes = fields.u32()?;
    }
    let mut gathered =
        wanted.iter_mut().find(|(track, _)| track.id == id).map(|(_, gathered)| &mut **gathered);
    let mut place = base;
    for atom in atom.children() {
        let atom = atom?;
        match &atom.kind {
            b"tfdt" => {
                let (version, _, mut fields) = atom.full()?;
                let time = fields.sized(version)?;
                if let Some(gathered) = &mut gathered {
                    gathered.set_time(time)?;
                }
            }
            b"trun" => {
                let (_, flags, mut fields) = atom.full()?;
                let count = fields.u32()?;
                if flags & RUN_OFFSET != 0 {
                    place = base.saturating_add_signed(fields.i32()?.into());
                }
                if flags & RUN_FIRST_FLAGS != 0 {
                    fields.u32()?;
                }
                let run = Run { flags, count, values, entries: fields };
                place = match &mut gathered {
                    Some(gathered) => run.gather(place, gathered)?,
                    None => run.skip(place)?,
                };
            }
            _ => {}
        }
    }
    Ok(place)
}

/// Samples one after the other.
struct Run<'a> {
    flags: u32,
    count: u32,
    values: Defaults,
    entries: Fields<'a>,
}

impl Run<'_> {
    /// Takes the samples; returns where they end.
    fn gather(mut self, mut place: u64, gathered: &mut Gathered) -> Result<u64, UploadError> {
        gathered.expect(self.count as usize)?;
        for _ in 0..self.count {
            let (ticks, bytes, offset) = self.next()?;
            gathered.push(place, bytes, ticks, offset)?;
            place = place.saturating_add(u64::from(bytes));
        }
        Ok(place)
    }

    /// Passes over the samples; returns where they end. Time in proportion to the bytes of the run, whatever it claims.
    fn skip(mut self, mut place: u64) -> Result<u64, UploadError> {
        if self.flags & RUN_SIZE == 0 {
            let bytes = u64::from(self.count) * u64::from(self.values.bytes);
            return Ok(place.saturating_add(bytes));
        }
        for _ in 0..self.count {
            place = place.saturating_add(u64::from(self.next()?.1));
        }
        Ok(place)
    }

    /// Ticks and bytes of the next sample, and how much later than decoded it is shown.
    fn next(&mut self) -> Result<(u32, u32, i32), UploadError> {
        let mut given = |flag| if self.flags & flag != 0 { self.entries.u32().map(Some) } else { Ok(None) };
        let ticks = given(RUN_DURATION)?.unwrap_or(self.values.ticks);
        let bytes = given(RUN_SIZE)?.unwrap_or(self.values.bytes);
        given(RUN_FLAGS)?;
        let offset = given(RUN_SHOWN)?.unwrap_or(0).cast_signed();
        Ok((ticks, bytes, offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upload::tables::Sample;

    fn full(kind: &[u8; 4], flags: u32, numbers: &[u32]) -> Vec<u8> {
        let words = [&[flags], numbers].concat();
        boxed(kind, &words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>())
    }

    fn boxed(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(8 + body.len() as u32).to_be_bytes(), kind.as_slice(), body].concat()
    }

    /// The samples of track 2, which comes second in a fragment that begins at byte 1000.
    fn second(tracks: &[Vec<u8>]) -> Result<Vec<Sample>, UploadError> {
        let body = tracks.concat();
        let fragment = Atom { kind: *b"moof", start: 1_000, body: &body };
        let mut gathered = Gathered::new(("video", "pictures"), 10, 10_000);
        let defaults = [Defaults { track: 2, ticks: 5, bytes: 7 }];
        let track = Track::plain(2);
        gather(fragment, &defaults, &mut [(&track, &mut gathered)])?;
        Ok(gathered.into_samples())
    }

    fn places(samples: &[Sample]) -> Vec<(usize, usize)> {
        samples.iter().map(|sample| (sample.start, sample.bytes)).collect()
    }

    #[test]
    fn data_begin_at_a_base_at_the_fragment_or_after_the_track_before() {
        let first = boxed(
            b"traf",
            &[full(b"tfhd", 0, &[1]), full(b"trun", RUN_OFFSET | RUN_SIZE, &[2, 100, 20, 30])].concat(),
        );
        let traf = |head: Vec<u8>, run: Vec<u8>| boxed(b"traf", &[head, run].concat());
        let run = full(b"trun", 0, &[2]);
        let after = second(&[first.clone(), traf(full(b"tfhd", 0, &[2]), run.clone())]).unwrap();
        assert_eq!(places(&after), [(1_150, 7), (1_157, 7)]);
        let own = second(&[first.clone(), traf(full(b"tfhd", FROM_FRAGMENT, &[2]), run.clone())]).unwrap();
        assert_eq!(places(&own), [(1_000, 7), (1_007, 7)]);
        let head = full(b"tfhd", BASE | SIZE, &[2, 0, 4_000, 9]);
        let runs = [full(b"trun", RUN_OFFSET, &[1, 50]), run].concat();
        let base = second(&[first, traf(head, runs)]).unwrap();
        assert_eq!(places(&base), [(4_050, 9), (4_059, 9), (4_068, 9)]);
    }

    #[test]
    fn times_go_on_from_where_the_fragment_says() {
        let all = RUN_FIRST_FLAGS | RUN_DURATION | RUN_SIZE | RUN_FLAGS | RUN_SHOWN;
        let run = full(b"trun", all, &[2, 0, 10, 1, 0, 20, 30, 1, 0, (-5i32).cast_unsigned()]);
        let parts = [full(b"tfhd", FROM_FRAGMENT, &[2]), full(b"tfdt", 0, &[900]), run];
        let samples = second(&[boxed(b"traf", &parts.concat())]).unwrap();
        assert_eq!((samples[0].at, samples[0].ticks), (920, 10));
        assert_eq!((samples[1].at, samples[1].ticks), (905, 30));
    }

    #[test]
    fn a_run_that_claims_four_billion_samples_is_refused_or_passed_over() {
        let run = full(b"trun", 0, &[u32::MAX]);
        let of = |id| second(&[boxed(b"traf", &[full(b"tfhd", 0, &[id]), run.clone()].concat())]);
        assert!(matches!(of(2), Err(UploadError::Units { .. })));
        assert_eq!(of(3).unwrap(), []);
        let sized = full(b"trun", RUN_SIZE, &[u32::MAX, 1]);
        assert!(second(&[boxed(b"traf", &[full(b"tfhd", 0, &[3]), sized].concat())]).is_err());
    }
}
