//! What a receipt says. Amounts are dollars with six decimals, exact.

use kinora_billing::Micros;
use kinora_billing::StatementLine;
use serde::Serialize;
use utoipa::ToSchema;

/// A receipt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoReceipt)]
pub struct Receipt {
    /// Always `video.receipt`.
    #[schema(example = "video.receipt")]
    pub object: &'static str,
    /// What it says, to be read.
    pub payload: Payload,
    /// The same, signed: a JSON Web Signature in compact form. Only this proves anything.
    pub signed: String,
}

/// What a receipt says.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoReceiptPayload)]
pub struct Payload {
    /// Always `kinora`.
    #[schema(example = "kinora")]
    pub iss: &'static str,
    /// The video.
    #[schema(example = "video_019aabc2f1e87d0e8f6a3c1b5d7e9f01")]
    pub sub: String,
    /// When it was completed, Unix seconds. The receipt of a video is always the same.
    pub iat: i64,
    /// Who was charged.
    pub organization: String,
    /// Through which project.
    pub project: String,
    /// The model, by its id.
    #[schema(example = "kinora-mini")]
    pub model: String,
    /// What was done.
    #[schema(example = "create")]
    pub operation: String,
    /// Width and height, pixels.
    #[schema(example = "1280x720")]
    pub size: String,
    /// SHA-256 of the clip, lower-case hexadecimal.
    pub clip_sha256: String,
    /// Length of the clip, bytes.
    pub clip_bytes: i64,
    /// Always `usd`.
    #[schema(example = "usd")]
    pub currency: &'static str,
    /// The price list.
    #[schema(example = "2026-01-01-example")]
    pub price_list: String,
    /// SHA-256 of the price list's file, lower-case hexadecimal.
    pub price_list_sha256: String,
    /// What was charged, line by line.
    pub lines: Vec<ReceiptLine>,
    /// The sum of the lines.
    #[schema(example = "0.004000")]
    pub total: String,
    /// What it took to compute.
    pub compute: ReceiptCompute,
}

/// One charged quantity.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoReceiptLine)]
pub struct ReceiptLine {
    /// `second`, `job` or `reference`.
    #[schema(example = "second")]
    pub component: String,
    /// How much of it was delivered, with three decimals.
    #[schema(example = "4.000")]
    pub quantity: String,
    /// What one costs on the list.
    #[schema(example = "0.001000")]
    pub unit: String,
    /// What was taken off, hundredths of a percent.
    pub discount_basis_points: i32,
    /// What was charged.
    #[schema(example = "0.004000")]
    pub amount: String,
}

impl From<StatementLine> for ReceiptLine {
    fn from(line: StatementLine) -> Self {
        Self {
            component: line.component,
            quantity: format!("{}.{:03}", line.quantity_milli / 1_000, line.quantity_milli % 1_000),
            unit: Micros::new(line.unit_micros).dollars(),
            discount_basis_points: line.discount_basis_points,
            amount: Micros::new(line.amount_micros).dollars(),
        }
    }
}

/// What a clip took to compute.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = VideoReceiptCompute)]
pub struct ReceiptCompute {
    /// The device, by the name its system gives it.
    pub device: String,
    /// What the device was driven by.
    #[schema(example = "wgpu")]
    pub backend: String,
    /// Time the device was held, microseconds.
    pub device_us: u64,
    /// Floating-point operations, counted from the model's shape.
    pub flops: u64,
    /// What that cost the operator.
    #[schema(example = "0.000068")]
    pub cost: String,
}
