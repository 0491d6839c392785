from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route


async def health(request):
    return PlainTextResponse("ok")


async def stock(request):
    return JSONResponse({"quince": 12})


app = Starlette(routes=[Route("/healthz", health), Route("/stock", stock)])
