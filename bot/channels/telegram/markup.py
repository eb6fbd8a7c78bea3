"""How a message looks on Telegram: its text in pieces that fit, its buttons in rows."""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot import render
from bot.channels.pieces import pieces as cut_up
from bot.messages import Button, Outgoing

TEXT_LENGTH = 4096
MOST_BUTTONS = 100
# Two buttons share the width of a phone when both labels are at most so long.
_SHORT_LABEL = 16
_SHARE_LOCATION = "choice.share_location"

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


def markup(message: Outgoing) -> Markup:
    """The keyboard of a message.

    A plain message takes away the keyboard that asked for a location, whether or not there is one: nothing has to be
    remembered, and on a phone that shows none nothing happens.
    """
    if message.buttons:
        return InlineKeyboardMarkup(_rows(message.buttons[:MOST_BUTTONS]))
    if message.ask_location:
        share = KeyboardButton(text=_share_label(message.language), request_location=True)
        return ReplyKeyboardMarkup([[share]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove()


def _rows(buttons: tuple[Button, ...]) -> list[list[InlineKeyboardButton]]:
    wide = any(len(button.label) > _SHORT_LABEL for button in buttons)
    per_row = 1 if wide else 2
    # By keyword: the library's second positional argument is a URL.
    made = [InlineKeyboardButton(text=button.label, callback_data=button.id) for button in buttons]
    return [made[start : start + per_row] for start in range(0, len(made), per_row)]


def _share_label(language: str) -> str:
    try:
        return f"📍 {render.words(_SHARE_LOCATION, language)}"
    except render.MissingMessage:
        return "📍"


def pieces(text: str, room: int = TEXT_LENGTH) -> list[str]:
    """``bot.channels.pieces.pieces`` with Telegram's room."""
    return cut_up(text, room)
