//! Which function an exported `handle` is, told by the resources it takes. It compares types and
//! knows no name of an interface but that of the types.

use std::collections::HashMap;

use wasmparser::{
    component_types::{
        ComponentAnyTypeId, ComponentDefinedType, ComponentEntityType, ComponentFuncType, ComponentItem,
        ComponentValType, ResourceId,
    },
    types::TypesRef,
};

/// What a function `handle` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Handle {
    /// `func(request: incoming-request, response-out: response-outparam)`.
    Wasi02,
    /// `async func(request: request) -> result<response, error-code>`.
    Wasi03,
    /// Something else, which no host can call.
    Other,
}

/// The resources of `wasi:http/types` that a component imports, by what they are there. A component
/// may import several versions of it, whose resources are one to the host.
#[derive(Debug, Default)]
pub(super) struct HttpResources(HashMap<ResourceId, Resource>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Resource {
    IncomingRequest,
    ResponseOutparam,
    Request,
}

/// The interface that declares them.
const HTTP_TYPES: &str = "wasi:http/types@";

impl HttpResources {
    /// Adds the resources of an import, if it is one that has them.
    pub(super) fn take(&mut self, name: &str, import: &ComponentItem, types: TypesRef<'_>) {
        let ComponentEntityType::Instance(id) = import.ty else {
            return;
        };
        if !name.starts_with(HTTP_TYPES) {
            return;
        }
        let exports = &types[id].exports;
        let named = exports.iter().filter_map(|(name, item)| Some((resource(item)?, Resource::named(name)?)));
        self.0.extend(named);
    }

    /// What the item named `handle` is.
    pub(super) fn handle(&self, item: &ComponentItem, types: TypesRef<'_>) -> Handle {
        let ComponentEntityType::Func(id) = item.ty else {
            return Handle::Other;
        };
        self.of_function(&types[id], types)
    }

    fn of_function(&self, function: &ComponentFuncType, types: TypesRef<'_>) -> Handle {
        let taken = |at: usize| self.owned(function.params.get(at)?.1, types);
        let (count, is_async) = (function.params.len(), function.async_);
        match (count, taken(0), taken(1), function.result) {
            (2, Some(Resource::IncomingRequest), Some(Resource::ResponseOutparam), None) if !is_async => Handle::Wasi02,
            (1, Some(Resource::Request), None, Some(_)) => Handle::Wasi03,
            _ => Handle::Other,
        }
    }

    /// The resource that a value hands over, if it is one of these.
    fn owned(&self, value: ComponentValType, types: TypesRef<'_>) -> Option<Resource> {
        let ComponentValType::Type(id) = value else {
            return None;
        };
        match &types[id] {
            ComponentDefinedType::Own(id) => self.0.get(&id.resource()).copied(),
            _ => None,
        }
    }
}

impl Resource {
    fn named(name: &str) -> Option<Self> {
        match name {
            "incoming-request" => Some(Self::IncomingRequest),
            "response-outparam" => Some(Self::ResponseOutparam),
            "request" => Some(Self::Request),
            _ => None,
        }
    }
}

fn resource(item: &ComponentItem) -> Option<ResourceId> {
    match item.ty {
        ComponentEntityType::Type { created: ComponentAnyTypeId::Resource(id), .. } => Some(id.resource()),
        _ => None,
    }
}
