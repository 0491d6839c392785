from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


async def health(request):
    return PlainTextResponse("ok")


async def stock(request):
    return JSONResponse({"medlar": 7})


app = Starlette(routes=[Route("/healthz", health), Route("/stock", stock)])
