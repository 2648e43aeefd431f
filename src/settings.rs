//! In: the text of a settings file (TOML). Out: what it says as a type, or what is wrong and where.
//!
//! The parser is the `toml` crate's. What it found becomes a small tree first, which little code turns into the hundred
//! tables of designs, profiles and `book.toml`; through the parser's own reader each of them would be ten times as
//! much of the program.

use std::fmt;
use std::ops::Range;

use serde::Deserializer;
use serde::de::value::{MapAccessDeserializer, StrDeserializer};
use serde::de::{self, DeserializeOwned, DeserializeSeed, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

/// Why a settings file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    message: String,
    place: Option<Range<usize>>,
}

impl Error {
    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The bytes of the file where it is wrong, where that can be told.
    pub fn place(&self) -> Option<Range<usize>> {
        self.place.clone()
    }

    /// What is wrong, with line and column of the file's text, both counted from 1.
    pub fn in_text(&self, text: &str) -> String {
        let before = self.place.as_ref().and_then(|place| text.get(..place.start));
        let Some(before) = before else { return self.message.clone() };
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        format!("line {line}, column {column}: {}", self.message)
    }

    /// The same at this place, unless it is known better.
    fn at(mut self, place: Option<&Range<usize>>) -> Self {
        if self.place.is_none() {
            self.place = place.cloned();
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { message: message.to_string(), place: None }
    }
}

/// Reads a settings file.
///
/// # Errors
/// What is no TOML, and what the type does not have or cannot hold.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    T::deserialize(&Node::parse(text)?)
}

/// Reads a settings file as JSON; dates become strings.
///
/// # Errors
/// What is no TOML.
pub fn json(text: &str) -> Result<Json, Error> {
    Node::parse(text).map(Node::into_json)
}

/// Reads settings from JSON.
///
/// # Errors
/// What the type does not have or cannot hold; no place is told.
pub fn from_json<T: DeserializeOwned>(json: Json) -> Result<T, Error> {
    T::deserialize(&Node::from_json(json))
}

/// A value, and the bytes of the file that say it.
#[derive(Debug)]
struct Node {
    value: Value,
    place: Option<Range<usize>>,
}

#[derive(Debug)]
enum Value {
    Nothing,
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

#[derive(Debug)]
struct Entry {
    key: String,
    place: Option<Range<usize>>,
    node: Node,
}

impl Node {
    fn parse(text: &str) -> Result<Self, Error> {
        let table =
            DeTable::parse(text).map_err(|e| Error { message: e.message().to_owned(), place: e.span() })?;
        let place = Some(table.span());
        Ok(Self { value: Value::Table(entries(table.get_ref())?), place })
    }

    fn from_toml(value: &DeValue<'_>, place: Range<usize>) -> Result<Self, Error> {
        let large = |number: &str| Error {
            message: format!("the number {number} is too large"),
            place: Some(place.clone()),
        };
        let value = match value {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Integer(n) => {
                Value::Integer(i64::from_str_radix(n.as_str(), n.radix()).map_err(|_| large(n.as_str()))?)
            }
            DeValue::Float(n) => {
                let number = n.as_str().parse().map_err(|_| large(n.as_str()))?;
                if f64::is_infinite(number) && !n.as_str().contains("inf") {
                    return Err(large(n.as_str()));
                }
                Value::Float(number)
            }
            DeValue::Boolean(is) => Value::Boolean(*is),
            DeValue::Datetime(date) => Value::Text(date.to_string()),
            DeValue::Array(list) => Value::List(
                list.iter().map(|v| Self::from_toml(v.get_ref(), v.span())).collect::<Result<_, _>>()?,
            ),
            DeValue::Table(table) => Value::Table(entries(table)?),
        };
        Ok(Self { value, place: Some(place) })
    }

    fn from_json(json: Json) -> Self {
        let value = match json {
            Json::Null => Value::Nothing,
            Json::Bool(is) => Value::Boolean(is),
            Json::Number(n) => match n.as_i64() {
                Some(n) => Value::Integer(n),
                None => Value::Float(n.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Value::Text(text),
            Json::Array(list) => Value::List(list.into_iter().map(Self::from_json).collect()),
            Json::Object(map) => {
                let entry = |(key, json)| Entry { key, place: None, node: Self::from_json(json) };
                Value::Table(map.into_iter().map(entry).collect())
            }
        };
        Self { value, place: None }
    }

    fn into_json(self) -> Json {
        match self.value {
            Value::Nothing => Json::Null,
            Value::Text(text) => text.into(),
            Value::Integer(n) => n.into(),
            Value::Float(n) => n.into(),
            Value::Boolean(is) => is.into(),
            Value::List(list) => list.into_iter().map(Self::into_json).collect(),
            Value::Table(entries) => entries.into_iter().map(|e| (e.key, e.node.into_json())).collect(),
        }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match &self.value {
            Value::Nothing => Unexpected::Unit,
            Value::Text(text) => Unexpected::Str(text),
            Value::Integer(n) => Unexpected::Signed(*n),
            Value::Float(n) => Unexpected::Float(*n),
            Value::Boolean(is) => Unexpected::Bool(*is),
            Value::List(_) => Unexpected::Seq,
            Value::Table(_) => Unexpected::Map,
        }
    }
}

fn entries(table: &DeTable<'_>) -> Result<Vec<Entry>, Error> {
    let entry = |(key, value): (&toml::Spanned<_>, &toml::Spanned<DeValue<'_>>)| {
        let name: &toml::de::DeString<'_> = key.get_ref();
        Ok(Entry {
            key: name.clone().into_owned(),
            place: Some(key.span()),
            node: Node::from_toml(value.get_ref(), value.span())?,
        })
    };
    table.iter().map(entry).collect()
}

impl<'de> Deserializer<'de> for &Node {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let read = match &self.value {
            Value::Nothing => visitor.visit_unit(),
            Value::Text(text) => visitor.visit_str(text),
            Value::Integer(n) => visitor.visit_i64(*n),
            Value::Float(n) => visitor.visit_f64(*n),
            Value::Boolean(is) => visitor.visit_bool(*is),
            Value::List(list) => visitor.visit_seq(Items(list.iter())),
            Value::Table(entries) => visitor.visit_map(Entries { rest: entries.iter(), value: None }),
        };
        read.map_err(|e| e.at(self.place.as_ref()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value {
            Value::Nothing => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let read = match &self.value {
            Value::Text(name) => visitor.visit_enum(StrDeserializer::new(name)),
            Value::Table(entries) => {
                visitor.visit_enum(MapAccessDeserializer::new(Entries { rest: entries.iter(), value: None }))
            }
            _ => Err(de::Error::invalid_type(self.unexpected(), &"a name")),
        };
        read.map_err(|e| e.at(self.place.as_ref()))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// What is left of a list.
struct Items<'n>(std::slice::Iter<'n, Node>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        self.0.next().map(|node| seed.deserialize(node)).transpose()
    }
}

/// What is left of a table; the value of the key that was read last.
struct Entries<'n> {
    rest: std::slice::Iter<'n, Entry>,
    value: Option<&'n Node>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.value = Some(&entry.node);
        let key = seed.deserialize(StrDeserializer::new(&entry.key));
        key.map(Some).map_err(|e: Error| e.at(entry.place.as_ref()))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let node = self.value.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(node).map_err(|e| e.at(node.place.as_ref()))
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Page {
        size: f64,
        lines: Option<u32>,
        side: Side,
        #[serde(default)]
        notes: Vec<String>,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "kebab-case")]
    enum Side {
        Left,
        Right,
        At(i32),
    }

    #[test]
    fn types_are_read() {
        let page: Page = read("size = 11\nlines = 0x20\nside = \"left\"\nnotes = [\"a\", \"b\"]\n").unwrap();
        let notes = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(page, Page { size: 11.0, lines: Some(32), side: Side::Left, notes });
        let page: Page = read("size = 11.5\nside.at = -3\n").unwrap();
        assert_eq!(page, Page { size: 11.5, lines: None, side: Side::At(-3), notes: Vec::new() });
        assert_eq!(
            json("day = 1900-01-02\nof = [1, { x = 2.5 }]").unwrap().to_string(),
            r#"{"day":"1900-01-02","of":[1,{"x":2.5}]}"#
        );
        let from: Page = from_json(serde_json::json!({ "size": 9, "lines": null, "side": "right" })).unwrap();
        assert_eq!(from, Page { size: 9.0, lines: None, side: Side::Right, notes: Vec::new() });
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let told = |text: &str| read::<Page>(text).unwrap_err().in_text(text);
        let cases = [
            ("size = 1\nside = \"left\"\nlinse = 3\n", "line 3, column 1: unknown field `linse`"),
            ("size = 1\nside = \"up\"\n", "line 2, column 8: unknown variant `up`"),
            ("size = \"x\"\nside = \"left\"\n", "line 1, column 8: invalid type: string \"x\", expected f64"),
            (
                "size = 1\nside = \"left\"\nnotes = [\"a\",\n 7]\n",
                "line 4, column 2: invalid type: integer `7`",
            ),
            ("size = 1\nside = 4\n", "line 2, column 8: invalid type: integer `4`, expected a name"),
            (
                "size = 99999999999999999999\n",
                "line 1, column 8: the number 99999999999999999999 is too large",
            ),
            ("size = 1e999\n", "line 1, column 8: the number 1e999 is too large"),
            ("size = = 1\n", "line 1, column 8: "),
            ("size = 1\n", "line 1, column 1: missing field `side`"),
        ];
        for (text, expected) in cases {
            assert!(told(text).starts_with(expected), "{text}: {}", told(text));
        }
    }
}
