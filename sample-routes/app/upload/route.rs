//! `POST /upload`: a multipart form, read as it arrives; reports each part's name and size.

use routelet_sdk::prelude::*;
use serde::Serialize;

#[derive(Serialize)]
struct Part {
    field: String,
    file: Option<String>,
    bytes: usize,
}

// One chunk at a time: the memory this needs does not grow with the upload.
#[post]
async fn upload(mut form: Multipart) -> Result<Json<Vec<Part>>, Problem> {
    let mut parts = Vec::new();
    while let Some(mut field) = form.next().await? {
        let mut part = Part { field: field.name().to_owned(), file: field.file_name().map(str::to_owned), bytes: 0 };
        while let Some(chunk) = field.chunk().await? {
            part.bytes += chunk.len();
        }
        parts.push(part);
    }
    Ok(Json(parts))
}
