package plan

// DevCommand brings the project up for development.
const DevCommand = "docker compose -f compose.yaml -f compose.dev.yaml watch"
