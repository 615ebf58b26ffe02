//! Whether a component speaks the asynchronous half of the component model. It only recognises
//! it; which engine then runs the component is decided elsewhere.

use wasmparser::{
    CanonicalFunction, CanonicalOption, ComponentDefinedType, ComponentType, ComponentTypeDeclaration,
    InstanceTypeDeclaration, PrimitiveValType,
};

/// Whether a type is, or holds, an async function, a stream, a future or an error context.
///
/// The recursion is bounded: the parser refuses types nested more than a hundred deep.
pub(super) fn in_type(ty: &ComponentType<'_>) -> bool {
    match ty {
        ComponentType::Defined(defined) => in_defined(defined),
        ComponentType::Func(func) => func.async_,
        ComponentType::Component(declarations) => declarations.iter().any(in_component),
        ComponentType::Instance(declarations) => declarations.iter().any(in_instance),
        ComponentType::Resource { .. } => false,
    }
}

/// Whether a canonical function belongs to the asynchronous ABI.
pub(super) fn in_canonical(function: &CanonicalFunction) -> bool {
    match function {
        CanonicalFunction::Lift { options, .. } | CanonicalFunction::Lower { options, .. } => {
            options.iter().any(|option| matches!(option, CanonicalOption::Async | CanonicalOption::Callback(_)))
        }
        CanonicalFunction::ResourceNew { .. }
        | CanonicalFunction::ResourceDrop { .. }
        | CanonicalFunction::ResourceRep { .. } => false,
        // All others, today's and tomorrow's, came with the asynchronous ABI.
        _ => true,
    }
}

fn in_defined(ty: &ComponentDefinedType<'_>) -> bool {
    matches!(
        ty,
        ComponentDefinedType::Stream(_)
            | ComponentDefinedType::Future(_)
            | ComponentDefinedType::Primitive(PrimitiveValType::ErrorContext)
    )
}

fn in_component(declaration: &ComponentTypeDeclaration<'_>) -> bool {
    match declaration {
        ComponentTypeDeclaration::Type(ty) => in_type(ty),
        ComponentTypeDeclaration::CoreType(_)
        | ComponentTypeDeclaration::Alias(_)
        | ComponentTypeDeclaration::Export { .. }
        | ComponentTypeDeclaration::Import(_) => false,
    }
}

fn in_instance(declaration: &InstanceTypeDeclaration<'_>) -> bool {
    match declaration {
        InstanceTypeDeclaration::Type(ty) => in_type(ty),
        InstanceTypeDeclaration::CoreType(_)
        | InstanceTypeDeclaration::Alias(_)
        | InstanceTypeDeclaration::Export { .. } => false,
    }
}
