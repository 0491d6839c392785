# syntax=docker/dockerfile:1
FROM rust:1-slim-trixie AS lock
WORKDIR /project
COPY . .
RUN cargo generate-lockfile

FROM scratch
COPY --from=lock /project/Cargo.lock /
