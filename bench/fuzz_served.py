"""The Labas that ``bench.fuzz`` posts to: both webhooks over a real store, logging everything; nothing is worked on."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import datetime

import uvicorn
from starlette.applications import Starlette

from bot import logs
from bot.bootstrap import build, open_data, wall_clock
from bot.channels import telegram, whatsapp
from bot.settings import Settings
from dialogues.reading import Reading


class Nobody:
    """Reads nothing: nothing is worked on."""

    async def read(self, text: str, now: datetime) -> Reading:
        return Reading(text=text)


async def serve(settings: Settings) -> None:
    """Until SIGTERM."""
    store = open_data(settings, wall_clock)
    channels = {
        "telegram": telegram.Telegram(settings.telegram_token, settings.telegram_api),
        "whatsapp": whatsapp.channel_of(settings),
    }
    app = build(settings, store, Nobody(), channels, wall_clock)

    def stay(_: str) -> None: ...

    async with telegram.receiving(app, stay) as one, whatsapp.receiving(app, stay) as other:
        site = Starlette(routes=[*one, *other])
        config = uvicorn.Config(site, port=settings.port, log_config=None, access_log=False, lifespan="off")
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    told = Settings(**json.loads(sys.argv[1]))
    logs.configure("DEBUG", as_json=True)
    asyncio.run(serve(told))
