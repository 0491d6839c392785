# syntax=docker/dockerfile:1
FROM rust:1-slim-trixie AS lock
WORKDIR /project
COPY . .
RUN --mount=type=cache,id=cargo-registry,target=/usr/local/cargo/registry \
    cargo generate-lockfile

FROM scratch
COPY --from=lock /project/Cargo.lock /
