fn main() {
    println!("{}", notes::titles(std::path::Path::new("pages")).map_or(0, |t| t.len()));
}
