//! Reads the operations out of the tree, following every reference on the way.

use indexmap::IndexMap;
use serde_json::Value;

use super::{
    Discriminator, Method, Operation, Parameter, ParameterLocation, RequestBody, Response,
    ResponseHeader,
};
use crate::node::Node;
use crate::place::ReadError;
use crate::pointer;

/// Every operation, in the order of the file.
pub(crate) fn read_operations(root: &Node<'_>) -> Result<Vec<Operation>, ReadError> {
    let secured_by_default = root.get("security").is_some_and(|security| requires(security.value));
    let mut operations: Vec<Operation> = Vec::new();
    for (path, item) in root.require("paths")?.entries()? {
        if path.starts_with("x-") {
            continue;
        }
        let shared = read_parameters(&item)?;
        for (key, operation) in item.entries()? {
            let Some(method) = Method::from_key(key) else { continue };
            let mut read = read_operation(method, path, &operation, secured_by_default)?;
            inherit(&mut read.parameters, &shared);
            if let Some(first) = operations.iter().find(|first| first.id == read.id) {
                return Err(operation.get("operationId").unwrap_or(operation.clone()).error(
                    format!("`{}` already names {} {}", read.id, first.method, first.path),
                    "give each operation an `operationId` of its own",
                ));
            }
            operations.push(read);
        }
    }
    Ok(operations)
}

fn read_operation(
    method: Method,
    path: &str,
    operation: &Node<'_>,
    secured_by_default: bool,
) -> Result<Operation, ReadError> {
    let mut responses = IndexMap::new();
    for (key, response) in operation.require("responses")?.entries()? {
        // Ranges, `default` and `x-` keys are left out; see the module's documentation.
        if let Ok(status) = key.parse::<u16>() {
            responses.insert(status, read_response(status, response)?);
        }
    }
    let provenance = operation.get("x-provenance");
    let security = operation.get("security");
    Ok(Operation {
        id: operation.require("operationId")?.string()?,
        method,
        path: path.to_owned(),
        summary: operation.text_or_empty("summary")?,
        description: operation.text_or_empty("description")?,
        provenance: provenance.and_then(|text| text.value.as_str()?.parse().ok()),
        parameters: read_parameters(operation)?,
        request_body: operation.get("requestBody").map(read_request_body).transpose()?,
        responses,
        refusals: operation.strings_or_none("x-refusals")?,
        secured: security.map_or(secured_by_default, |security| requires(security.value)),
        pointer: operation.pointer.clone(),
    })
}

/// Does a `security` list leave no way in without credentials?
fn requires(security: &Value) -> bool {
    security.as_array().is_some_and(|alternatives| {
        !alternatives.is_empty()
            && alternatives.iter().all(|one| one.as_object().is_some_and(|one| !one.is_empty()))
    })
}

/// Puts the path item's parameters before the operation's, unless it has one of the same name.
fn inherit(parameters: &mut Vec<Parameter>, shared: &[Parameter]) {
    let own = std::mem::take(parameters);
    let overridden = |inherited: &Parameter| {
        own.iter().any(|own| own.name == inherited.name && own.location == inherited.location)
    };
    parameters.extend(shared.iter().filter(|inherited| !overridden(inherited)).cloned());
    parameters.extend(own);
}

fn read_parameters(owner: &Node<'_>) -> Result<Vec<Parameter>, ReadError> {
    let Some(list) = owner.get("parameters") else { return Ok(Vec::new()) };
    let mut parameters = Vec::new();
    for parameter in list.items()? {
        let parameter = parameter.followed()?;
        let place = parameter.require("in")?;
        let location = match place.str()? {
            "path" => ParameterLocation::Path,
            "query" => ParameterLocation::Query,
            "header" => ParameterLocation::Header,
            "cookie" => continue,
            other => {
                return Err(place.error(
                    format!("a parameter cannot be sent in `{other}`"),
                    "write `path`, `query` or `header`",
                ));
            }
        };
        // A parameter with `content` has no schema of its own; the lint refuses it, and its value
        // is taken as it comes.
        let schema = match parameter.get("schema") {
            Some(schema) => schema.followed()?.pointer,
            None => pointer::join(&parameter.pointer, "schema"),
        };
        parameters.push(Parameter {
            name: parameter.require("name")?.string()?,
            location,
            required: parameter.flag("required")?,
            schema,
            description: parameter.text_or_empty("description")?,
            pointer: parameter.pointer,
        });
    }
    Ok(parameters)
}

fn read_request_body(body: Node<'_>) -> Result<RequestBody, ReadError> {
    let body = body.followed()?;
    let content = body.require("content")?;
    let (media_type, media) = preferred(&content)?.ok_or_else(|| {
        content.error("a request body without a media type", "write `application/json`")
    })?;
    let schema = media.require("schema")?.followed()?;
    Ok(RequestBody {
        required: body.flag("required")?,
        media_type: media_type.to_owned(),
        discriminator: read_discriminator(&schema)?,
        schema: schema.pointer,
        examples: read_examples(&media)?,
        pointer: body.pointer,
    })
}

/// Reads one response, following references.
pub(crate) fn read_response(status: u16, response: Node<'_>) -> Result<Response, ReadError> {
    let response = response.followed()?;
    let mut headers = IndexMap::new();
    if let Some(declared) = response.get("headers") {
        for (name, header) in declared.entries()? {
            let header = header.followed()?;
            let read = ResponseHeader {
                required: header.flag("required")?,
                schema: header.require("schema")?.followed()?.pointer,
                description: header.text_or_empty("description")?,
            };
            headers.insert(name.to_owned(), read);
        }
    }
    let content = response.get("content");
    let media = content.as_ref().map(preferred).transpose()?.flatten();
    let (media_type, schema, examples) = match media {
        None => (None, None, IndexMap::new()),
        Some((media_type, media)) => {
            let schema = media.get("schema").map(Node::followed).transpose()?;
            let examples = read_examples(&media)?;
            (Some(media_type.to_owned()), schema.map(|schema| schema.pointer), examples)
        }
    };
    Ok(Response {
        status,
        description: response.text_or_empty("description")?,
        headers,
        media_type,
        schema,
        examples,
        pointer: response.pointer,
    })
}

/// The JSON media type of a body, or else its first.
fn preferred<'d>(content: &Node<'d>) -> Result<Option<(&'d str, Node<'d>)>, ReadError> {
    let mut entries = content.entries()?;
    let json = entries.iter().position(|(media_type, _)| is_json(media_type)).unwrap_or(0);
    Ok((json < entries.len()).then(|| entries.swap_remove(json)))
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn read_examples(media: &Node<'_>) -> Result<IndexMap<String, Value>, ReadError> {
    let mut examples = IndexMap::new();
    if let Some(example) = media.get("example") {
        examples.insert("example".to_owned(), example.value.clone());
    }
    if let Some(named) = media.get("examples") {
        for (name, example) in named.entries()? {
            // An `externalValue` lies in another place, which nothing here reads.
            if let Some(value) = example.followed()?.get("value") {
                examples.insert(name.to_owned(), value.value.clone());
            }
        }
    }
    Ok(examples)
}

/// The discriminator of a `oneOf`; a tag that the mapping leaves out is the name of its schema.
pub(crate) fn read_discriminator(schema: &Node<'_>) -> Result<Option<Discriminator>, ReadError> {
    let (Some(discriminator), Some(variants)) = (schema.get("discriminator"), schema.get("oneOf"))
    else {
        return Ok(None);
    };
    let property = discriminator.require("propertyName")?.string()?;
    let mut mapping = IndexMap::new();
    if let Some(declared) = discriminator.get("mapping") {
        for (tag, target) in declared.entries()? {
            let written = target.str()?;
            // A bare name stands for a schema under `components`.
            let reference = if written.contains(['#', '/', '.']) {
                written.to_owned()
            } else {
                format!("#/components/schemas/{written}")
            };
            let pointer = pointer::of_reference(&reference)
                .filter(|pointer| schema.document.at(pointer).is_some());
            let pointer = pointer.ok_or_else(|| {
                target.error(
                    format!("the reference `{written}` leads nowhere"),
                    "refer to a schema under `#/components/schemas/`",
                )
            })?;
            mapping.insert(tag.to_owned(), pointer);
        }
    } else {
        for variant in variants.items()? {
            if variant.value.get("$ref").is_some() {
                let pointer = variant.followed()?.pointer;
                mapping.insert(pointer::last(&pointer), pointer);
            }
        }
    }
    Ok(Some(Discriminator { property, mapping }))
}
