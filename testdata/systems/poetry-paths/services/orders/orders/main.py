from measures import pounds
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


async def health(request):
    return PlainTextResponse("ok")


async def order(request):
    return JSONResponse({"fruit": "medlar", "pounds": pounds(5)})


app = Starlette(routes=[Route("/healthz", health), Route("/order", order)])
