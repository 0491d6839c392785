use tiny_http::{Response, Server};

fn main() {
    let server = Server::http("0.0.0.0:8102").expect("listening");
    for request in server.incoming_requests() {
        let _ = request.respond(Response::from_string("one moon"));
    }
}
