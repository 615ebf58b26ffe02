//! `POST /form`: the fields of an HTML form as a struct.

use routelet_sdk::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Contact {
    name: String,
    email: String,
    // A checkbox is sent only if it is ticked.
    #[serde(default)]
    newsletter: bool,
}

#[post]
async fn contact(Form(contact): Form<Contact>) -> Json<Contact> {
    Json(contact)
}
