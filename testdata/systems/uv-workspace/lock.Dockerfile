# syntax=docker/dockerfile:1
FROM python:3.13-slim-trixie AS lock
COPY --from=ghcr.io/astral-sh/uv:latest /uv /bin/
WORKDIR /project
COPY . .
RUN uv lock

FROM scratch
COPY --from=lock /project/uv.lock /
