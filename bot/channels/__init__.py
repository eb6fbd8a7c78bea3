"""The table of channels: one line each. A channel is a folder here; nothing outside it knows its platform."""

from __future__ import annotations

from bot.channels.base import Limits

# Text, buttons, label: Telegram's and WhatsApp's own limits (dossier platforms.md 1.2 and 2.2).
LIMITS: dict[str, Limits] = {
    "terminal": Limits(text=4096, buttons=100, label=64, few_buttons=100, few_label=64),
    "web": Limits(text=4096, buttons=20, label=64, few_buttons=20, few_label=64),
    "telegram": Limits(text=4096, buttons=20, label=64, few_buttons=20, few_label=64),
    "whatsapp": Limits(text=4096, buttons=10, label=24, few_buttons=3, few_label=20, choice_id=200),
}
