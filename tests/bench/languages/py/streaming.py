import asyncio

from routelet import get


@get
async def stream():
    yield "one\n"
    await asyncio.sleep(0.2)
    yield "two\n"
