"""Which birds were seen where."""

from fastapi import FastAPI, HTTPException

from app.birds import SEEN

app = FastAPI(title="Bird log")


@app.get("/")
def places() -> list[str]:
    return sorted(SEEN)


@app.get("/places/{name}")
def birds(name: str) -> list[str]:
    if name not in SEEN:
        raise HTTPException(404, "no such place")
    return SEEN[name]


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
