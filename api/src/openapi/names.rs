//! Names for schemas, so that generated clients have types that people can say. A generic type comes as `List_Project` with
//! its entries written out in it; here it becomes `ProjectList` of `Project`. An enum of a parameter gets one name
//! for all operations.

use std::collections::BTreeMap;

use utoipa::openapi::schema::{ArrayItems, Object, Schema};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr};

use super::walk;

/// What a generic type is called, with what it holds before it.
const SUFFIXES: [(&str, &str); 3] = [("List", "List"), ("BucketPage", "Page"), ("TimeBucket", "Bucket")];
/// Parameters whose values are words that no field has: the name of the type.
const WORDS: [(&str, &str); 3] =
    [("order", "ListOrder"), ("variant", "VideoVariant"), ("decision", "CharacterDecision")];

/// Names what has no name of its own, or a bad one.
pub(super) fn give(document: &mut OpenApi) {
    let Some(components) = &mut document.components else { return };
    let mut named = BTreeMap::new();
    for (name, mut schema) in std::mem::take(&mut components.schemas) {
        if let Some((_, held)) = name.split_once('_')
            && let RefOr::T(Schema::Object(object)) = &mut schema
        {
            for field in object.properties.values_mut() {
                take_out(field, held, &mut named);
            }
        }
        // A type that is named in its own right was there first.
        named.insert(said(&name), schema);
    }
    for operation in document.paths.paths.values_mut().flat_map(walk::operations) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter
                && let Some(RefOr::T(Schema::Object(words))) = &parameter.schema
                && words.enum_values.is_some()
                && let Some(name) = name_of(words, &parameter.name, &named)
            {
                let reference = RefOr::Ref(Ref::from_schema_name(&name));
                named.entry(name).or_insert_with(|| RefOr::T(Schema::Object(words.clone())));
                parameter.schema = Some(reference);
            }
        }
        for answer in operation.responses.responses.values_mut() {
            if let RefOr::T(answer) = answer {
                answer.content.values_mut().for_each(rename);
            }
        }
    }
    components.schemas = named;
}

/// The type that has these words, or the name in [`WORDS`].
fn name_of(words: &Object, parameter: &str, named: &BTreeMap<String, RefOr<Schema>>) -> Option<String> {
    let has_them = |schema: &RefOr<Schema>| matches!(schema, RefOr::T(Schema::Object(own)) if own.enum_values == words.enum_values);
    let known = named.iter().find(|(_, schema)| has_them(schema)).map(|(name, _)| name.as_str());
    known
        .or_else(|| WORDS.iter().find(|(word, _)| *word == parameter).map(|(_, name)| *name))
        .map(str::to_owned)
}

/// The entries of a list that are written out become a type called `held`, or a reference by its better name.
fn take_out(field: &mut RefOr<Schema>, held: &str, named: &mut BTreeMap<String, RefOr<Schema>>) {
    let RefOr::T(Schema::Array(array)) = field else { return };
    let ArrayItems::RefOrSchema(items) = &mut array.items else { return };
    match &mut **items {
        RefOr::Ref(to) => to.ref_location = renamed(&to.ref_location),
        RefOr::T(Schema::Object(_) | Schema::AllOf(_)) => {
            let reference = RefOr::Ref(Ref::from_schema_name(held));
            let inline = std::mem::replace(&mut **items, reference);
            named.entry(held.to_owned()).or_insert(inline);
        }
        RefOr::T(_) => {}
    }
}

fn rename(content: &mut RefOr<Content>) {
    if let RefOr::T(content) = content
        && let Some(RefOr::Ref(to)) = &mut content.schema
    {
        to.ref_location = renamed(&to.ref_location);
    }
}

/// `#/components/schemas/List_Project` as `#/components/schemas/ProjectList`.
fn renamed(to: &str) -> String {
    to.rsplit_once('/').map_or_else(|| to.to_owned(), |(folder, name)| format!("{folder}/{}", said(name)))
}

/// `List_Project` as `ProjectList`.
fn said(name: &str) -> String {
    let generic = name.split_once('_').and_then(|(generic, held)| {
        let suffix = SUFFIXES.iter().find(|(known, _)| *known == generic)?.1;
        Some(format!("{held}{suffix}"))
    });
    generic.unwrap_or_else(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_generic_type_is_called_by_what_it_holds() {
        assert_eq!(said("List_Project"), "ProjectList");
        assert_eq!(said("TimeBucket_CostResult"), "CostResultBucket");
        assert_eq!(said("Video"), "Video");
        assert_eq!(renamed("#/components/schemas/List_Project"), "#/components/schemas/ProjectList");
    }
}
