"""A service that takes notices: `sink.py LOG`. Prints its port, and writes a line for each request before it answers.

The line holds the time, the idempotency key and the body. While a file LOG.down exists, it answers what stands in it, such
as `503` or `429 17`; an empty one: nothing at all.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time


async def serve(log: str) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                await take(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        at = time.time()
        lines = [line.partition(":") for line in head.split("\r\n")[1:]]
        headers = {name.lower(): value.strip() for name, _, value in lines}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        status = read_status(f"{log}.down")
        os.write(
            out, f"{at:.6f} {headers.get('idempotency-key', '-')} {status or 0} ".encode() + body + b"\n"
        )
        if status is None:
            await asyncio.sleep(3_600)
            return
        code, _, wait = status.partition(" ")
        after = f"Retry-After: {wait}\r\n" if wait else ""
        writer.write(f"HTTP/1.1 {code} Said\r\n{after}Content-Length: 2\r\n\r\nok".encode())
        await writer.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


def read_status(path: str) -> str | None:
    """What is answered; None: nothing."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip() or None
    except FileNotFoundError:
        return "200"


asyncio.run(serve(sys.argv[1]))
