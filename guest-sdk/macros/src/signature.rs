//! Which functions can be handlers. Looks at their form only; the types are judged by the compiler.

use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, FnArg, Ident, ItemFn, Result, ReturnType, Safety, Token, Type};

/// What may stand in the parentheses of an attribute.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) body_limit: Option<Expr>,
}

impl Parse for Options {
    fn parse(input: ParseStream) -> Result<Self> {
        const EXPECTED: &str = "expected nothing, or `body_limit = BYTES`";
        let mut options = Self::default();
        if input.is_empty() {
            return Ok(options);
        }
        let name: Ident = input.parse().map_err(|error| Error::new(error.span(), EXPECTED))?;
        if name != "body_limit" {
            return Err(Error::new(name.span(), format!("found `{name}`, {EXPECTED}")));
        }
        input.parse::<Token![=]>()?;
        options.body_limit = Some(input.parse()?);
        if !input.is_empty() {
            return Err(input.error(EXPECTED));
        }
        Ok(options)
    }
}

/// The function, if its form is that of a handler; else every complaint about it at once.
pub(crate) fn check(method: &str, item: proc_macro2::TokenStream) -> Result<ItemFn> {
    let function: ItemFn = syn::parse2(item).map_err(|error| explain(method, error))?;
    let complaints = complaints(&function);
    complaints
        .into_iter()
        .reduce(|mut all, next| {
            all.combine(next);
            all
        })
        .map_or(Ok(function), Err)
}

fn explain(method: &str, error: Error) -> Error {
    if error.to_string().starts_with("expected `fn`") || error.to_string().starts_with("expected one of") {
        let expected = format!("#[{method}] stands before a function: async fn answer() -> impl IntoResponse");
        return Error::new(error.span(), expected);
    }
    error
}

fn complaints(function: &ItemFn) -> Vec<Error> {
    let signature = &function.sig;
    let generics = &signature.generics;
    let mut complaints = Vec::new();
    if !generics.params.is_empty() {
        complaints.push(Error::new(generics.span(), "a handler cannot be generic: nobody calls it with a type"));
    }
    if let Safety::Unsafe(token) = &signature.safety {
        complaints
            .push(Error::new(token.span(), "a handler cannot be unsafe: the host calls it, and knows no conditions"));
    }
    if let Some(variadic) = &signature.variadic {
        complaints.push(Error::new(variadic.span(), "a handler takes extractors, a fixed number of them"));
    }
    complaints.extend(signature.inputs.iter().filter_map(argument_complaint));
    if let ReturnType::Type(_, returned) = &signature.output
        && let Type::Never(never) = &**returned
    {
        complaints.push(Error::new(never.span(), "a handler has to return, or the client waits for ever"));
    }
    complaints
}

fn argument_complaint(argument: &FnArg) -> Option<Error> {
    match argument {
        FnArg::Receiver(receiver) => {
            Some(Error::new(receiver.span(), "a handler is a free function: it has no `self`; take extractors"))
        }
        FnArg::Typed(typed) => match &*typed.ty {
            Type::ImplTrait(ty) => Some(Error::new(ty.span(), "an argument names its extractor: `impl` does not")),
            Type::Reference(ty) => Some(Error::new(ty.span(), "an extractor is taken by value: leave out the `&`")),
            _ => None,
        },
    }
}
