//! DynamoDB's number: an exact decimal of up to 38 significant digits.
//!
//! Source: DynamoDB Developer Guide, *Supported data types* (Number): magnitude from 1E-130 to
//! 9.99…E+125, up to 38 digits, trailing zeros trimmed.

use std::cmp::Ordering;
use std::fmt;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Digits that a number may have.
const DIGITS_MAX: u32 = 38;
/// The power of ten of the first digit, at most.
const MAGNITUDE_MAX: i32 = 125;
/// The power of ten of the first digit, at least.
const MAGNITUDE_MIN: i32 = -130;

/// An exact decimal number.
///
/// Equal numbers have equal representations, however they were written: `1`, `1.0` and `10E-1` are
/// one number.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Number(Form);

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Form {
    /// Every whole number of 64 bits, so that the usual number costs nothing.
    Whole(i64),
    /// Every other number.
    Decimal(Box<Decimal>),
}

/// `digits × 10^exponent`, with the sign apart; the last digit is not zero unless all are.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Decimal {
    negative: bool,
    digits: u128,
    exponent: i32,
}

/// Why a text or a sum is not a number of DynamoDB.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NumberError {
    /// Not the text of a number.
    #[error("The parameter cannot be converted to a numeric value")]
    NotANumber,
    /// More digits than are kept.
    #[error("Attempting to store more than 38 significant digits in a Number")]
    TooPrecise,
    /// Too large to keep.
    #[error(
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )]
    TooLarge,
    /// Too near to zero to keep.
    #[error(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    )]
    TooSmall,
}

impl Number {
    /// Reads DynamoDB's text: an optional sign, digits with at most one point, an optional
    /// exponent.
    ///
    /// # Errors
    /// The text is no number, or one out of range.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if let Ok(whole) = text.parse::<i64>() {
            return Ok(whole.into());
        }
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (
                mantissa,
                exponent
                    .parse::<i32>()
                    .map_err(|_| NumberError::NotANumber)?,
            ),
            None => (text, 0),
        };
        let (negative, unsigned) = match mantissa.as_bytes().first() {
            Some(b'-') => (true, &mantissa[1..]),
            Some(b'+') => (false, &mantissa[1..]),
            _ => (false, mantissa),
        };
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(NumberError::NotANumber);
        }
        read_digits(negative, whole, fraction, exponent)
    }

    /// The number, when it is a whole number of 64 bits.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Form::Whole(whole) => Some(whole),
            Form::Decimal(_) => None,
        }
    }

    /// The exact sum.
    ///
    /// # Errors
    /// The sum does not fit into 38 digits or the range. That AWS refuses such a sum instead of
    /// rounding it is an assumption.
    pub fn plus(&self, other: &Self) -> Result<Self, NumberError> {
        if let (Form::Whole(left), Form::Whole(right)) = (&self.0, &other.0)
            && let Some(sum) = left.checked_add(*right)
        {
            return Ok(sum.into());
        }
        let (left, right) = (self.decimal(), other.decimal());
        // Zero has no digits to align.
        if left.digits == 0 {
            return Ok(other.clone());
        }
        if right.digits == 0 {
            return Ok(self.clone());
        }
        let exponent = left.exponent.min(right.exponent);
        let a = left.scaled_to(exponent).ok_or(NumberError::TooPrecise)?;
        let b = right.scaled_to(exponent).ok_or(NumberError::TooPrecise)?;
        let (negative, digits) = if left.negative == right.negative {
            let sum = a.checked_add(b).ok_or(NumberError::TooPrecise)?;
            (left.negative, sum)
        } else if a >= b {
            (left.negative, a - b)
        } else {
            (right.negative, b - a)
        };
        Self::from_parts(negative, digits, exponent)
    }

    /// The exact difference; see [`Self::plus`] for the errors.
    ///
    /// # Errors
    /// As [`Self::plus`].
    pub fn minus(&self, other: &Self) -> Result<Self, NumberError> {
        let mut opposite = other.decimal();
        opposite.negative = !opposite.negative;
        self.plus(&Self::from_parts(
            opposite.negative,
            opposite.digits,
            opposite.exponent,
        )?)
    }

    /// Bytes that the number takes in an item: one for two significant digits, one more, and one
    /// for a minus.
    ///
    /// Source: DynamoDB Developer Guide, *Item sizes and formats*: "approximately (number of
    /// UTF-8-encoded bytes of attribute name) + (1 byte per two significant digits) + (1 byte)".
    #[must_use]
    pub fn size(&self) -> usize {
        let (negative, digits) = match &self.0 {
            Form::Whole(0) => (false, 0),
            Form::Whole(whole) => {
                let mut rest = whole.unsigned_abs();
                while rest % 10 == 0 {
                    rest /= 10;
                }
                (*whole < 0, rest.ilog10() + 1)
            }
            Form::Decimal(decimal) => (decimal.negative, decimal.digits.ilog10() + 1),
        };
        digits.div_ceil(2) as usize + 1 + usize::from(negative)
    }

    fn decimal(&self) -> Decimal {
        match &self.0 {
            Form::Whole(whole) => Decimal {
                negative: *whole < 0,
                digits: u128::from(whole.unsigned_abs()),
                exponent: 0,
            },
            Form::Decimal(decimal) => (**decimal).clone(),
        }
    }

    fn from_parts(negative: bool, digits: u128, exponent: i32) -> Result<Self, NumberError> {
        if digits == 0 {
            return Ok(0.into());
        }
        let (mut digits, mut exponent) = (digits, exponent);
        while digits % 10 == 0 {
            digits /= 10;
            exponent = exponent.saturating_add(1);
        }
        let length = digits.ilog10() + 1;
        if length > DIGITS_MAX {
            return Err(NumberError::TooPrecise);
        }
        let magnitude = exponent.saturating_add_unsigned(length - 1);
        if magnitude > MAGNITUDE_MAX {
            return Err(NumberError::TooLarge);
        }
        if magnitude < MAGNITUDE_MIN {
            return Err(NumberError::TooSmall);
        }
        let decimal = Decimal {
            negative,
            digits,
            exponent,
        };
        Ok(decimal.whole().map_or_else(
            || Self(Form::Decimal(Box::new(decimal.clone()))),
            Self::from,
        ))
    }
}

/// Digits before and after the point to a number; zeros at either end are not significant.
fn read_digits(
    negative: bool,
    whole: &str,
    fraction: &str,
    exponent: i32,
) -> Result<Number, NumberError> {
    let mut digits: u128 = 0;
    let mut exponent = exponent;
    // Zeros wait until a digit after them makes them significant.
    let mut zeros: u32 = 0;
    for (byte, after_point) in whole
        .bytes()
        .map(|byte| (byte, false))
        .chain(fraction.bytes().map(|byte| (byte, true)))
    {
        if !byte.is_ascii_digit() {
            return Err(NumberError::NotANumber);
        }
        if after_point {
            exponent = exponent.checked_sub(1).ok_or(NumberError::TooSmall)?;
        }
        zeros += 1;
        if byte != b'0' {
            digits = 10_u128
                .checked_pow(zeros)
                .and_then(|scale| digits.checked_mul(scale))
                .or((digits == 0).then_some(0))
                .and_then(|digits| digits.checked_add(u128::from(byte - b'0')))
                .ok_or(NumberError::TooPrecise)?;
            zeros = 0;
        }
    }
    Number::from_parts(negative, digits, exponent.saturating_add_unsigned(zeros))
}

impl Decimal {
    /// The digits when written with a smaller or equal exponent; none when they do not fit.
    fn scaled_to(&self, exponent: i32) -> Option<u128> {
        let shift = self.exponent.checked_sub(exponent)?.try_into().ok()?;
        self.digits.checked_mul(10_u128.checked_pow(shift)?)
    }

    fn whole(&self) -> Option<i64> {
        let shift = self.exponent.try_into().ok()?;
        let digits = self.digits.checked_mul(10_u128.checked_pow(shift)?)?;
        let digits = i128::try_from(digits).ok()?;
        i64::try_from(if self.negative { -digits } else { digits }).ok()
    }

    /// The power of ten of the first digit.
    fn magnitude(&self) -> i32 {
        self.digits
            .checked_ilog10()
            .map_or(i32::MIN, |log| self.exponent.saturating_add_unsigned(log))
    }

    fn compare_sizes(&self, other: &Self) -> Ordering {
        self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // Same first digit, so both fit when written with the smaller exponent.
            let exponent = self.exponent.min(other.exponent);
            self.scaled_to(exponent).cmp(&other.scaled_to(exponent))
        })
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        if let (Form::Whole(left), Form::Whole(right)) = (&self.0, &other.0) {
            return left.cmp(right);
        }
        let (left, right) = (self.decimal(), other.decimal());
        match (left.negative, right.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => left.compare_sizes(&right),
            (true, true) => right.compare_sizes(&left),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for Number {
    fn from(whole: i64) -> Self {
        Self(Form::Whole(whole))
    }
}

/// In JSON: a number when it is whole and has 64 bits, otherwise its text.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Form::Whole(whole) => serializer.serialize_i64(whole),
            Form::Decimal(_) => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or the text of a number")
            }

            fn visit_i64<E: Error>(self, whole: i64) -> Result<Number, E> {
                Ok(whole.into())
            }

            fn visit_u64<E: Error>(self, whole: u64) -> Result<Number, E> {
                Number::parse(&whole.to_string()).map_err(E::custom)
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
                Number::parse(text).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Text)
    }
}

impl fmt::Display for Number {
    /// Plain digits, never an exponent, as DynamoDB answers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimal = match &self.0 {
            Form::Whole(whole) => return write!(f, "{whole}"),
            Form::Decimal(decimal) => decimal,
        };
        if decimal.negative {
            f.write_str("-")?;
        }
        let digits = decimal.digits.to_string();
        if let Ok(zeros) = usize::try_from(decimal.exponent) {
            return write!(f, "{digits}{:0<zeros$}", "");
        }
        let fraction = usize::try_from(decimal.exponent.unsigned_abs()).unwrap_or_default();
        match digits.len().checked_sub(fraction) {
            None | Some(0) => write!(f, "0.{digits:0>fraction$}"),
            Some(whole) => write!(f, "{}.{}", &digits[..whole], &digits[whole..]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        Number::parse(text).map_or_else(|error| error.to_string(), |number| number.to_string())
    }

    #[test]
    fn numbers_read_back_without_loss() {
        let rows = [
            ("0", "0"),
            ("-0", "0"),
            ("007", "7"),
            ("+1.50", "1.5"),
            ("10E-1", "1"),
            ("1e2", "100"),
            ("-.5", "-0.5"),
            ("0.0001", "0.0001"),
            ("9223372036854775807", "9223372036854775807"),
            ("9223372036854775808", "9223372036854775808"),
            ("-9223372036854775808", "-9223372036854775808"),
            (
                "12345678901234567890123456789012345678",
                "12345678901234567890123456789012345678",
            ),
            ("1E39", "1000000000000000000000000000000000000000"),
            (
                "123456789012345678901234567890123456789",
                "Attempting to store more than 38 significant digits in a Number",
            ),
            (
                "1E126",
                "Number overflow. Attempting to store a number with magnitude larger than supported range",
            ),
            (
                "1E-131",
                "Number underflow. Attempting to store a number with magnitude smaller than supported range",
            ),
            ("", "The parameter cannot be converted to a numeric value"),
            (".", "The parameter cannot be converted to a numeric value"),
            ("1x", "The parameter cannot be converted to a numeric value"),
        ];
        for (text, expected) in rows {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_are_ordered_by_value_and_not_by_text() {
        let ascending = [
            "-1E100", "-2", "-1.5", "-1", "-0.1", "0", "1E-100", "0.1", "1", "1.5", "2", "10",
            "1E100",
        ];
        let numbers: Vec<Number> = ascending
            .iter()
            .map(|text| Number::parse(text).unwrap())
            .collect();
        assert!(numbers.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn sums_are_exact_or_refused() {
        let sum = |a: &str, b: &str| {
            Number::parse(a)
                .unwrap()
                .plus(&Number::parse(b).unwrap())
                .map_or_else(|error| format!("{error:?}"), |number| number.to_string())
        };
        assert_eq!(sum("0.1", "0.2"), "0.3");
        assert_eq!(sum("9223372036854775807", "1"), "9223372036854775808");
        assert_eq!(sum("1.5", "-0.5"), "1");
        assert_eq!(sum("1E100", "1"), "TooPrecise");
        let zero = Number::from(0);
        let smallest = Number::from(i64::MIN);
        assert_eq!(
            zero.minus(&smallest).unwrap().to_string(),
            "9223372036854775808"
        );
    }

    #[test]
    fn a_number_takes_a_byte_for_two_digits_and_one_more() {
        let size = |text: &str| Number::parse(text).unwrap().size();
        assert_eq!(
            [size("0"), size("7"), size("1774663200000"), size("-1.25")],
            [1, 2, 5, 4]
        );
    }
}
