# syntax=docker/dockerfile:1
FROM python:3.13-slim-trixie AS lock
RUN --mount=type=cache,id=pip,target=/root/.cache/pip \
    python -m venv /opt/poetry && /opt/poetry/bin/pip install poetry==2.2.1
WORKDIR /project
COPY . .
RUN /opt/poetry/bin/poetry lock --no-interaction

FROM scratch
COPY --from=lock /project/poetry.lock /
