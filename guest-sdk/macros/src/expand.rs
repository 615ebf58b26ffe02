//! From a checked function to the call that serves it.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Ident, ItemFn, PatType, ReturnType, Type};

use crate::signature::{self, Options};

/// The function unchanged, beside its export; or the function beside what is wrong with it, so that one mistake
/// does not make its callers complain too.
pub(crate) fn expand(method: &str, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let options = syn::parse2::<Options>(arguments);
    let function = signature::check(method, item.clone());
    match (options, function) {
        (Ok(options), Ok(function)) => {
            let export = export(method, &options, &function);
            quote! { #function #export }
        }
        (options, function) => {
            let errors = options.err().into_iter().chain(function.err()).map(|error| error.into_compile_error());
            quote! { #item #(#errors)* }
        }
    }
}

fn export(method: &str, options: &Options, function: &ItemFn) -> TokenStream {
    let interface = Ident::new(method, Span::call_site());
    let export = format_ident!("export_{method}");
    let only_one = Ident::new(&format!("a_component_has_one_{method}_handler"), function.sig.ident.span());
    let (parts, body) = (local("parts"), local("body"));
    let answer = answer(options, function);
    quote! {
        // The attribute puts the name at the root of the component's crate, where a second one collides with it.
        #[doc(hidden)]
        #[allow(unused_macros, non_local_definitions)]
        #[macro_export]
        macro_rules! #only_one { () => {} }

        const _: () = {
            struct __RouteletHandler;

            impl ::routelet_sdk::bindings::#interface::exports::routelet::route::#interface::Guest
                for __RouteletHandler
            {
                fn handle(
                    request: ::routelet_sdk::bindings::imports::wasi::http::types::IncomingRequest,
                    response_out: ::routelet_sdk::bindings::imports::wasi::http::types::ResponseOutparam,
                ) {
                    ::routelet_sdk::handler::serve(request, response_out, async |#parts, #body| { #answer });
                }
            }

            // Natively there is nothing to export to; the types are checked all the same.
            #[cfg(target_family = "wasm")]
            ::routelet_sdk::bindings::#interface::#export!(
                __RouteletHandler with_types_in ::routelet_sdk::bindings::#interface
            );
        };
    }
}

/// Takes the arguments one after the other, calls the function, makes a response of what it returns.
fn answer(options: &Options, function: &ItemFn) -> TokenStream {
    let types: Vec<&Type> = function.sig.inputs.iter().filter_map(type_of).collect();
    let arguments: Vec<Ident> = (0..types.len()).map(|position| local(&format!("argument_{position}"))).collect();
    let (parts, body) = (local("parts"), local("body"));
    let limit = options.body_limit.as_ref().map(|limit| {
        quote_spanned! { limit.span() => let #body = ::routelet_sdk::body::BodyStream::with_limit(#body, #limit); }
    });
    let takes = types.iter().zip(&arguments).enumerate().map(|(position, (ty, argument))| {
        let is_last = position + 1 == types.len();
        take(ty, argument, is_last)
    });
    let respond = respond(function, &arguments);
    let unused = types.is_empty().then(|| quote! { let _ = (#parts, #body); });
    quote! { #limit #unused #(#takes)* #respond }
}

fn type_of(argument: &FnArg) -> Option<&Type> {
    match argument {
        FnArg::Typed(PatType { ty, .. }) => Some(ty),
        FnArg::Receiver(_) => None,
    }
}

/// A variable that no name in the user's code can mean, nor the other way round: a handler may be called `body`.
fn local(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

/// Spanned at the type, so that a type which is no extractor is underlined itself.
fn take(ty: &Type, argument: &Ident, is_last: bool) -> TokenStream {
    let (parts, body) = (local("parts"), local("body"));
    let span = ty.span();
    let ty = as_one(ty.to_token_stream(), span);
    if is_last {
        quote_spanned! { span => let #argument = ::routelet_sdk::handler::last::<#ty, _>(#parts, #body).await?; }
    } else {
        quote_spanned! { span => let #argument = ::routelet_sdk::handler::part::<#ty>(#parts).await?; }
    }
}

/// The same tokens, all of them standing for the whole: else the compiler complains about `Json<T>`, and then about
/// `Json` once more.
fn as_one(tokens: TokenStream, whole: Span) -> TokenStream {
    let respanned = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), as_one(group.stream(), whole)).into();
        }
        token.set_span(whole.resolved_at(token.span()));
        token
    });
    respanned.collect()
}

/// Spanned at the type returned, so that a type which is no response is underlined itself.
fn respond(function: &ItemFn, arguments: &[Ident]) -> TokenStream {
    let name = &function.sig.ident;
    let span = match &function.sig.output {
        ReturnType::Default => name.span(),
        ReturnType::Type(_, ty) => ty.span(),
    };
    let wait = function.sig.asyncness.map(|_| quote_spanned! { span => .await });
    quote_spanned! { span =>
        let returned = #name(#(#arguments),*) #wait;
        ::core::result::Result::Ok(::routelet_sdk::handler::respond(returned))
    }
}
