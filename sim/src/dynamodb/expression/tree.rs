//! What the five languages parse to.
//!
//! Source: DynamoDB Developer Guide, *Comparison operator and function reference*, *Update
//! expressions*, *Key condition expressions*, *Projection expressions*.

use smol_str::SmolStr;

/// A condition, filter or key condition.
#[derive(Clone, PartialEq, Debug)]
pub enum Condition {
    /// All of two or more.
    And(Vec<Condition>),
    /// Any of two or more.
    Or(Vec<Condition>),
    /// The opposite.
    Not(Box<Condition>),
    /// Two operands compared.
    Compare(Operand, Comparator, Operand),
    /// The first lies between the others, both ends included.
    Between(Operand, Operand, Operand),
    /// The first equals one of the others.
    In(Operand, Vec<Operand>),
    /// `attribute_exists(path)`.
    Exists(Path),
    /// `attribute_not_exists(path)`.
    NotExists(Path),
    /// `attribute_type(path, :type)`.
    Type(Path, Operand),
    /// `begins_with(operand, operand)`.
    BeginsWith(Operand, Operand),
    /// `contains(operand, operand)`.
    Contains(Operand, Operand),
}

/// How two operands are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparator {
    /// The same comparison with its sides exchanged.
    #[must_use]
    pub const fn turned(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::NotEqual => Self::NotEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }

    /// The sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// What is compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operand {
    /// What stands at a path.
    Path(Path),
    /// A `:value` token.
    Value(SmolStr),
    /// `size(path)`.
    Size(Path),
}

/// A document path: an attribute, then steps into it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Path {
    /// The attribute.
    pub root: Name,
    /// The steps.
    pub steps: Vec<Step>,
}

/// One step into a document.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// `.name`
    Field(Name),
    /// `[n]`
    Index(usize),
}

/// A name as it was written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Name {
    /// The name itself.
    Plain(SmolStr),
    /// A `#token`.
    Token(SmolStr),
}

/// An update: each clause in the order written.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Update {
    /// `SET path = value`.
    pub set: Vec<(Path, Assigned)>,
    /// `REMOVE path`.
    pub remove: Vec<Path>,
    /// `ADD path :value`.
    pub add: Vec<(Path, SmolStr)>,
    /// `DELETE path :set`.
    pub delete: Vec<(Path, SmolStr)>,
}

impl Update {
    /// Every path that the update changes.
    pub fn targets(&self) -> impl Iterator<Item = &Path> {
        self.set
            .iter()
            .map(|(path, _)| path)
            .chain(&self.remove)
            .chain(self.add.iter().map(|(path, _)| path))
            .chain(self.delete.iter().map(|(path, _)| path))
    }
}

/// The right side of a `SET`.
#[derive(Clone, PartialEq, Debug)]
pub enum Assigned {
    /// What stands at a path.
    Path(Path),
    /// A `:value` token.
    Value(SmolStr),
    /// `a + b`.
    Plus(Box<Assigned>, Box<Assigned>),
    /// `a - b`.
    Minus(Box<Assigned>, Box<Assigned>),
    /// `if_not_exists(path, value)`.
    IfNotExists(Path, Box<Assigned>),
    /// `list_append(a, b)`.
    ListAppend(Box<Assigned>, Box<Assigned>),
}

/// The paths that a projection keeps.
pub type Projection = Vec<Path>;
