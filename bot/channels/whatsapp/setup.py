"""From the settings to a channel; a wrong or missing one ends the start with a sentence."""

from __future__ import annotations

from bot.channels.whatsapp.catalogue import TemplateError, forms
from bot.channels.whatsapp.channel import FIRST_TIER, WhatsApp
from bot.channels.whatsapp.client import Client
from bot.channels.whatsapp.signature import secrets_of
from bot.errors import SettingsError
from bot.settings import Settings

_NEEDED = ("whatsapp_token", "whatsapp_phone_id", "whatsapp_account_id", "whatsapp_secret", "whatsapp_verify_token")
_SHORTEST_WORD = 8
# Who guesses the secret can speak as anybody. Meta's have 32 hexadecimal digits; a sample has few different ones.
_SHORTEST_SECRET, _FEWEST_LETTERS = 16, 6


def client_of(settings: Settings) -> Client:
    """The Graph API for our number. ``SettingsError`` when a setting is missing."""
    missing = [f"LABAS_{name.upper()}" for name in _NEEDED if not getattr(settings, name)]
    if missing:
        raise SettingsError(f"WhatsApp needs {' and '.join(missing)} too; docs/whatsapp.md says where to find them.")
    return Client(
        settings.whatsapp_token, settings.whatsapp_api, settings.whatsapp_phone_id, settings.whatsapp_account_id
    )


def channel_of(settings: Settings) -> WhatsApp:
    """The channel. ``SettingsError`` when a setting is missing or wrong, or a template lacks a text."""
    client = client_of(settings)
    secrets = secrets_of(settings.whatsapp_secret)
    if not secrets:
        raise SettingsError("LABAS_WHATSAPP_SECRET holds no secret.")
    if any(len(secret) < _SHORTEST_SECRET or len(set(secret)) < _FEWEST_LETTERS for secret in secrets):
        raise SettingsError("LABAS_WHATSAPP_SECRET is no app secret of Meta's, which has 32 letters and digits.")
    if len(settings.whatsapp_verify_token) < _SHORTEST_WORD:
        raise SettingsError(f"LABAS_WHATSAPP_VERIFY_TOKEN must have at least {_SHORTEST_WORD} characters.")
    try:
        forms()
    except TemplateError as error:
        raise SettingsError(str(error)) from error
    return WhatsApp(client, settings.whatsapp_daily_people or FIRST_TIER)
