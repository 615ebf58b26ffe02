module github.com/routelet/routelet/guest-sdk/go

go 1.24
