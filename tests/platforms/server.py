"""A small HTTP/1.1 server for fake platforms that can do what a real one does on a bad day: hang up before or after it
has carried out a request, answer late, answer nonsense."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import h11
from starlette.datastructures import UploadFile
from starlette.requests import Request as Form


@dataclass(frozen=True)
class Asked:
    """A whole request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    async def fields(self) -> dict[str, Any]:
        """Form fields as text, files as (name, media type, bytes)."""

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": self.body, "more_body": False}

        scope = {
            "type": "http", "method": self.method, "path": self.path, "query_string": b"",
            "headers": [(k.encode(), v.encode()) for k, v in self.headers.items()],
        }  # fmt: skip
        found: dict[str, Any] = {}
        async with Form(scope, receive).form() as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    found[name] = (value.filename, value.content_type, await value.read())
                else:
                    found[name] = value
        return found


@dataclass(frozen=True)
class Answered:
    """An answer, or with ``hang_up`` a connection that is reset instead."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_up: bool = False


class Server:
    """Serves on a port of the loopback (0: a free one) while it is open."""

    def __init__(self, handle: Callable[[Asked], Awaitable[Answered]], port: int = 0) -> None:
        self._handle = handle
        self._connections: set[asyncio.Task[None]] = set()
        self.port = port

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, limit=2**20)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._converse(reader, writer)
        except (ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass  # a client that hung up, or our own end
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER)
        while (asked := await _read(connection, reader)) is not None:
            answered = await self._handle(asked)
            if answered.hang_up:
                _reset(writer)
                return
            headers = [("Content-Length", str(len(answered.body))), *answered.headers.items()]
            writer.write(connection.send(h11.Response(status_code=answered.status, headers=headers)) or b"")
            writer.write(connection.send(h11.Data(data=answered.body)) or b"")
            writer.write(connection.send(h11.EndOfMessage()) or b"")
            await writer.drain()
            if connection.our_state is not h11.DONE:
                return
            connection.start_next_cycle()


async def _read(connection: h11.Connection, reader: asyncio.StreamReader) -> Asked | None:
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            assert request is not None
            headers = {k.decode().lower(): v.decode("latin-1") for k, v in request.headers}
            return Asked(request.method.decode(), request.target.decode(), headers, bytes(body))
        else:
            return None


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with an RST, as a crashed machine would, not politely."""
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
