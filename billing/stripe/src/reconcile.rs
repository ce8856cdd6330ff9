//! Compares our book with Stripe's, organization by organization and day by day, and does what `compare` decides.

use kinora_billing::mirror::{self, Difference, Told};
use kinora_billing::{DAY_US, Db, Error as BillingError};

use crate::compare::{Verdict, decide, next_name, statement};
use crate::error::Error;
use crate::meters::Window;
use crate::mirror::{Mirror, after};

/// Seconds, and microseconds, in a day.
const DAY_S: i64 = 86_400;

/// A day is compared when it has been over for this long, microseconds: Stripe's sums are behind.
const REST_US: i64 = 6 * 3_600_000_000;

/// How many days are compared each night. More than one, because a row may be unsure for a day before it is sent again.
const DAYS: i32 = 3;

/// Most older days of organizations, one of each counted by itself, that are compared each night because usage of theirs was
/// not told in time. The newest come first.
const OLD_MAX: i64 = 500;

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Organizations whose books agree.
    pub agree: u32,
    /// Organizations that have to be looked at later: something is on its way, or Stripe could not be asked.
    pub later: u32,
    /// Differences, each with what was done about it.
    pub differences: Vec<Difference>,
}

/// Why one organization could not be compared.
#[derive(Debug, thiserror::Error)]
enum Fault {
    #[error(transparent)]
    Billing(#[from] BillingError),
    #[error(transparent)]
    Stripe(#[from] Error),
}

/// What became of one organization's comparison.
enum Found {
    Agree,
    Later,
    Differ(Difference),
}

impl Mirror {
    /// Compares the days that became due since `compared`, and says up to which day that was.
    pub(crate) async fn compare_due(&self, meter: &str, compared: Option<i32>) -> Option<i32> {
        let today = (self.clock)().saturating_sub(REST_US).div_euclid(DAY_US);
        let newest = i32::try_from(today).ok()?.checked_sub(1)?;
        if compared.is_some_and(|compared| compared >= newest) {
            return compared;
        }
        for day in newest.saturating_sub(DAYS).saturating_add(1)..=newest {
            match self.reconcile(meter, day).await {
                Ok(found) => {
                    tracing::info!(
                        day,
                        agree = found.agree,
                        later = found.later,
                        "our book was compared with Stripe's"
                    );
                }
                Err(fault) => {
                    tracing::error!(%fault, day, "our book cannot be compared with Stripe's");
                    return compared;
                }
            }
        }
        if let Err(fault) = self.compare_old(meter, newest.saturating_sub(DAYS).saturating_add(1)).await {
            tracing::error!(%fault, "older days of our book cannot be compared with Stripe's");
            return compared;
        }
        Some(newest)
    }

    /// Compares what was not told in time of the days before `day`, and what has been told of them of late.
    ///
    /// # Errors
    /// When the database fails.
    async fn compare_old(&self, meter: &str, day: i32) -> Result<Reconciled, BillingError> {
        let settled_us = (self.clock)().saturating_sub(i64::from(DAYS).saturating_mul(DAY_US));
        let open = move |db: &mut Db| mirror::open_days(db, day, settled_us, OLD_MAX);
        let pairs = self.store.run(open).await?;
        if i64::try_from(pairs.len()).is_ok_and(|count| count >= OLD_MAX) {
            tracing::warn!(OLD_MAX, "more older days wait to be told than are compared in one night");
        }
        let mut found = Reconciled::default();
        for (day, organization, customer) in pairs {
            self.compare_one(meter, (organization, customer), day, &mut found).await?;
        }
        Ok(found)
    }

    /// Compares one UTC day, counted in days since 1970, for every organization that Stripe knows or should know.
    ///
    /// # Errors
    /// When the database fails. An organization about which Stripe cannot be asked counts as `later`.
    pub async fn reconcile(&self, meter: &str, day: i32) -> Result<Reconciled, BillingError> {
        let mut found = Reconciled::default();
        for whose in self.store.run(mirror::customers).await? {
            self.compare_one(meter, whose, day, &mut found).await?;
        }
        Ok(found)
    }

    /// One organization and one day, into `found`.
    async fn compare_one(
        &self,
        meter: &str,
        (organization, customer): (String, Option<String>),
        day: i32,
        found: &mut Reconciled,
    ) -> Result<(), BillingError> {
        let (now_us, whose) = ((self.clock)(), organization.clone());
        let until_us = after(now_us, self.settings.claim);
        // Nothing is sent for this organization while its two sums are read.
        let by = self.settings.name.clone();
        let claim =
            move |db: &mut Db| db.write_tx(|db| mirror::claim_lane(db, &whose, &by, now_us, until_us));
        if !self.store.run(claim).await? {
            found.later = found.later.saturating_add(1);
            return Ok(());
        }
        let compared = self.compare(meter, (&organization, customer.as_deref()), day).await;
        let whose = organization.clone();
        self.store.run(move |db| db.write_tx(|db| mirror::release_lane(db, &whose))).await?;
        match compared {
            Ok(Found::Agree) => found.agree = found.agree.saturating_add(1),
            Ok(Found::Later) => found.later = found.later.saturating_add(1),
            Ok(Found::Differ(difference)) => found.differences.push(difference),
            Err(Fault::Billing(fault)) => return Err(fault),
            Err(Fault::Stripe(fault)) => {
                tracing::warn!(%fault, organization, day, "Stripe cannot be asked what it counted");
                found.later = found.later.saturating_add(1);
            }
        }
        Ok(())
    }

    /// What Stripe counted of a customer on a day, micro-dollars.
    async fn theirs(&self, meter: &str, customer: &str, day: i32) -> Result<i64, Error> {
        let start_s = i64::from(day).saturating_mul(DAY_S);
        let span = (start_s, start_s.saturating_add(DAY_S));
        let sums = self.client.meter_summaries(meter, customer, span, Some(Window::Day)).await?;
        let theirs = sums.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount.get()));
        theirs.ok_or_else(|| Error::Unreadable("sums that do not fit".to_owned()))
    }

    /// One organization and one day.
    async fn compare(
        &self,
        meter: &str,
        (organization, customer): (&str, Option<&str>),
        day: i32,
    ) -> Result<Found, Fault> {
        let whose = organization.to_owned();
        let rows = self.store.run(move |db| mirror::usage_of_day(db, &whose, day)).await?;
        let theirs = match customer {
            Some(customer) => self.theirs(meter, customer, day).await?,
            // It has counted nothing of somebody it does not know.
            None => 0,
        };
        let now_us = (self.clock)();
        let action = match decide(&rows, theirs, now_us) {
            Verdict::Agree => return Ok(Found::Agree),
            Verdict::Wait => return Ok(Found::Later),
            Verdict::Repair { confirm, again } => self.repair(&rows, confirm, again).await?,
            Verdict::Cancel(at) => self.take_back(&rows, at).await?,
            Verdict::List(why) if customer.is_none() => {
                format!("listed: Stripe does not know the organization yet; {why}")
            }
            Verdict::List(why) => format!("listed: {why}"),
        };
        let difference = Difference {
            organization_id: organization.to_owned(),
            day,
            ours_micros: statement(&rows).unwrap_or(i64::MAX),
            theirs_micros: theirs,
            action,
            found_at: now_us,
        };
        let noted = difference.clone();
        self.store.run(move |db| db.write_tx(|db| mirror::note_difference(db, &noted))).await?;
        Ok(Found::Differ(difference))
    }

    async fn repair(&self, rows: &[Told], confirm: Vec<usize>, again: Vec<usize>) -> Result<String, Fault> {
        let action = format!("{} rows had arrived, {} are sent again", confirm.len(), again.len());
        let (rows, now_us) = (rows.to_vec(), (self.clock)());
        let write = move |db: &mut Db| {
            for told in confirm.iter().filter_map(|at| rows.get(*at)) {
                mirror::confirm(db, &told.id, &told.name, now_us)?;
            }
            for told in again.iter().filter_map(|at| rows.get(*at)) {
                if let Some(name) = next_name(told) {
                    mirror::send_again(db, &told.id, &name)?;
                }
            }
            Ok::<_, BillingError>(())
        };
        self.store.run(move |db| db.write_tx(write)).await?;
        Ok(action)
    }

    async fn take_back(&self, rows: &[Told], at: usize) -> Result<String, Fault> {
        let Some(told) = rows.get(at) else { return Ok("listed: no such row".to_owned()) };
        match self.client.cancel_meter_event(&format!("cancel-{}", told.name), &told.name).await {
            Ok(()) | Err(Error::Unreadable(_)) => {}
            Err(Error::Refused(refusal)) => {
                return Ok(format!("listed: {} is not taken back: {refusal}", told.name));
            }
            Err(fault) => return Err(fault.into()),
        }
        let (id, now_us) = (told.id.clone(), (self.clock)());
        // What counts from now on is the event by the row's first name.
        self.store.run(move |db| db.write_tx(|db| mirror::confirm(db, &id, &id, now_us))).await?;
        Ok(format!("{} was taken back", told.name))
    }
}
