"""A client that does nothing but post, over connections that stay open: for storms, where a real one costs too much."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Answer:
    """An answer; names of headers are in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes


class Poster:
    """``connections`` at once to one plain-HTTP address. Open it with ``async with``."""

    def __init__(self, base: str, connections: int, timeout: float = 30.0) -> None:
        parts = urlsplit(base)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._timeout = timeout
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter] | None] = asyncio.Queue()
        for _ in range(connections):
            self._free.put_nowait(None)

    async def __aenter__(self) -> Poster:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection that is not in use."""
        while not self._free.empty():
            if (connection := self._free.get_nowait()) is not None:
                connection[1].close()

    async def post(self, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """ConnectionError or TimeoutError when there is no answer; the connection is then another one the next time."""
        connection = await self._free.get()
        kept = None
        try:
            async with asyncio.timeout(self._timeout):
                if connection is None or connection[0].at_eof():
                    # The other side closes what was idle for long.
                    connection = await asyncio.open_connection(self._host, self._port)
                answer = await self._exchange(*connection, path, body, headers)
                if answer.headers.get("connection", "").lower() != "close":
                    kept = connection
                return answer
        except asyncio.IncompleteReadError as error:
            raise ConnectionError("no answer") from error
        finally:
            if connection is not None and kept is None:
                connection[1].close()
            self._free.put_nowait(kept)

    async def _exchange(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        path: str,
        body: bytes,
        headers: dict[str, str],
    ) -> Answer:
        lines = [f"POST {path} HTTP/1.1", f"Host: {self._host}:{self._port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        first, *rest = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        found = dict(line.split(": ", 1) for line in rest if ": " in line)
        found = {name.lower(): value for name, value in found.items()}
        content = await reader.readexactly(int(found.get("content-length", "0")))
        return Answer(int(first.split(" ")[1]), found, content)
