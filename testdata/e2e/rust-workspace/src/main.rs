use std::{env, path::Path};

use tiny_http::{Response, Server};

fn main() {
    let host = env::var("HOST").unwrap_or_else(|_| "127.0.0.1".into());
    let port: u16 = env::var("PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(4100);
    let server = Server::http(format!("{host}:{port}")).expect("the address is free");
    println!("board listens on {host}:{port}");
    for request in server.incoming_requests() {
        let answer = match request.url() {
            "/healthz" => "ok".to_string(),
            _ => notes::titles(Path::new("pages")).map_or_else(|e| e.to_string(), |t| t.join("\n")),
        };
        if let Err(e) = request.respond(Response::from_string(answer)) {
            eprintln!("answering: {e}");
        }
    }
}
