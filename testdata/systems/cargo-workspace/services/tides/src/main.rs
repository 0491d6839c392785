use tiny_http::{Response, Server};

fn main() {
    let server = Server::http("0.0.0.0:8101").expect("listening");
    for request in server.incoming_requests() {
        let text = match request.url() {
            "/healthz" => "ok".to_string(),
            _ => format!("two tides a day, for {} days", almanac::lunation()),
        };
        let _ = request.respond(Response::from_string(text));
    }
}
