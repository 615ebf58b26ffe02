module sample-routes

go 1.24

require github.com/routelet/routelet/guest-sdk/go v0.0.0

// `routelet build` and `routelet dev` unpack the SDK; .routelet/ is never committed.
replace github.com/routelet/routelet/guest-sdk/go => ./.routelet/sdk/guest-sdk/go
