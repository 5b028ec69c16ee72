//! One law for every weight.

use crate::error::InitError;
use crate::law::Law;
use crate::scheme::Scheme;
use crate::weight::Weight;

/// A law is the scheme that answers with itself, whatever the weight's fans.
///
/// One that belongs to a shape ([`Law::orthogonal`]) is for weights of that shape;
/// [`InitError::LawOfAnotherShape`] is returned where it is drawn for another.
impl Scheme for Law {
    fn law(&self, _: &Weight) -> Result<Law, InitError> {
        Ok(self.clone())
    }
}
