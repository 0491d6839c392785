//! What the sea and the moon have in common.

/// The days of one lunation, rounded.
pub fn lunation() -> u32 {
    30
}
