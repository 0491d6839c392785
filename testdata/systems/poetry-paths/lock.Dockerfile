# syntax=docker/dockerfile:1
FROM python:3.14-slim-trixie AS lock
RUN --mount=type=cache,id=pip,target=/root/.cache/pip \
    python -m venv /opt/poetry && \
    /opt/poetry/bin/pip install poetry==2.2.1
WORKDIR /project
COPY . .
RUN --mount=type=cache,id=poetry,target=/root/.cache/pypoetry \
    /opt/poetry/bin/poetry lock --no-interaction --directory services/orders && \
    /opt/poetry/bin/poetry lock --no-interaction --directory services/stock

FROM scratch
COPY --from=lock /project/services/orders/poetry.lock /services/orders/
COPY --from=lock /project/services/stock/poetry.lock /services/stock/
