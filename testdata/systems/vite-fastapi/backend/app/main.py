import os
from contextlib import asynccontextmanager

import psycopg
from fastapi import FastAPI
from pydantic import BaseModel

DATABASE_URL = os.environ["DATABASE_URL"]


@asynccontextmanager
async def lifespan(app: FastAPI):
    with psycopg.connect(DATABASE_URL) as connection:
        connection.execute("create table if not exists tea (name text primary key, minutes int)")
    yield


app = FastAPI(lifespan=lifespan)


class Tea(BaseModel):
    name: str
    minutes: int


@app.get("/healthz")
def health():
    return {"status": "ok"}


@app.get("/teas")
def teas():
    with psycopg.connect(DATABASE_URL) as connection:
        return [{"name": n, "minutes": m} for n, m in connection.execute("select name, minutes from tea order by name")]


@app.post("/teas", status_code=201)
def brew(tea: Tea):
    with psycopg.connect(DATABASE_URL) as connection:
        connection.execute("insert into tea values (%s, %s) on conflict (name) do nothing", (tea.name, tea.minutes))
    return tea
