//! One law for every weight.

use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A law is the scheme that returns itself, whatever the weight's fans.
///
/// A law that belongs to a shape ([`Law::orthogonal`]) is for weights of that shape; drawing it for
/// another returns [`InitError::LawOfAnotherShape`].
impl Scheme for Law {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Ok(self.clone())
    }
}
