//! `POST /form`: the fields of an HTML form as a struct.

use routelet_sdk::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Deserialize, Serialize)]
struct Contact {
    name: String,
    email: String,
    // A checkbox is absent unless it is ticked.
    #[serde(default)]
    newsletter: Option<String>,
}

#[post]
async fn contact(Form(contact): Form<Contact>) -> Json<Contact> {
    Json(contact)
}
