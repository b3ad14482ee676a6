//! What the engine must be allowed to do in an account, and nothing more.
//!
//! - [`arn`]: where it may do it; [`policy`]: the IAM policy document.
//!
//! Which action is checked on which resource, and by which condition keys: *Service Authorization
//! Reference* of EC2, DynamoDB and SNS. The last fence against a mistake of ours is here: nothing
//! is deleted that does not carry our tag, and no permission of ours can put that tag on anything
//! but a snapshot that is being made.

pub mod arn;
pub mod policy;

#[cfg(test)]
mod tests;

pub use arn::{Place, PlaceError};
pub use policy::{Document, Parts, policy};
