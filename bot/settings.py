"""Settings: typed, read once from the environment, refused at start with a sentence.

Each field's description is what README prints; a test compares the two.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError


class Settings(BaseSettings):
    """Everything that can be set. A secret may come from a file: ``LABAS_TELEGRAM_TOKEN_FILE`` and the like."""

    model_config = SettingsConfigDict(env_prefix="LABAS_", extra="ignore", env_ignore_empty=True)

    data: Path = Field(Path("data"), description="Folder for the database, the keys and run-time files")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data folder")
    keys_file: Path | None = Field(
        None, description="File with the encryption keys; default: keys.json in the data folder"
    )
    host: str = Field("127.0.0.1", description="Address that the web server listens on")
    port: int = Field(8080, ge=0, le=65535, description="Port of the web server; 0 takes a free one")
    public_url: str = Field("", description="Address under which the world reaches us (https://…); turns webhooks on")
    nlu_url: str = Field(
        "", description="One or more addresses of running NLU servers, comma-separated; empty starts a child"
    )
    nlu_token: str = Field("", description="Token of those NLU servers")
    nlu_token_file: Path | None = Field(None, description="File that holds the NLU token")
    telegram_token: str = Field("", description="Bot token from BotFather; empty leaves Telegram off")
    telegram_token_file: Path | None = Field(None, description="File that holds the bot token")
    telegram_secret: str = Field("", description="Secret of the Telegram webhook (1 to 256 of A-Z a-z 0-9 _ -)")
    telegram_secret_file: Path | None = Field(None, description="File that holds the webhook secret")
    telegram_api: str = Field("https://api.telegram.org", description="Base address of the Bot API server")
    whatsapp_token: str = Field("", description="Access token of the WhatsApp Cloud API; empty leaves WhatsApp off")
    whatsapp_token_file: Path | None = Field(None, description="File that holds the access token")
    whatsapp_phone_id: str = Field("", description="Id of the WhatsApp phone number that sends (not the number itself)")
    whatsapp_account_id: str = Field("", description="Id of the WhatsApp Business account that holds the templates")
    whatsapp_secret: str = Field(
        "",
        description="App secret that signs webhooks (16 characters or more); two, comma-separated, while it is changed",
    )
    whatsapp_secret_file: Path | None = Field(None, description="File that holds the app secret")
    whatsapp_verify_token: str = Field("", description="Word of your choice that Meta says when the webhook is set up")
    whatsapp_verify_token_file: Path | None = Field(None, description="File that holds that word")
    whatsapp_api: str = Field("https://graph.facebook.com", description="Base address of the Graph API")
    whatsapp_daily_people: int = Field(
        0, ge=0, description="How many people a day may be written to first (Meta's tier); 0 asks Meta"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_json: bool = Field(False, description="One JSON object a log line instead of text")

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        if value.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
            raise ValueError("must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("public_url")
    @classmethod
    def _public_is_https(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("must begin with https://")
        return value.rstrip("/")

    @field_validator("telegram_api", "whatsapp_api")
    @classmethod
    def _no_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("whatsapp_api")
    @classmethod
    def _an_address(cls, value: str) -> str:
        if not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("must begin with https://")
        return value

    @field_validator("whatsapp_phone_id", "whatsapp_account_id")
    @classmethod
    def _an_id(cls, value: str) -> str:
        # It becomes a part of addresses that are called.
        if value and not (value.isascii() and value.isdigit()):
            raise ValueError("must be the number that Meta shows as its id, digits only")
        return value

    @property
    def store_url(self) -> str:
        """The database to open."""
        return self.database_url or f"sqlite:///{(self.data / 'labas.db').resolve()}"

    @property
    def keys_path(self) -> Path:
        """The file with the encryption keys."""
        return self.keys_file or self.data / "keys.json"


# Names with our prefix that are read elsewhere: where the NLU part keeps its things, and the browser of the tests.
_ELSEWHERE = frozenset({"LABAS_MODELS", "LABAS_NLU_ENVIRONMENT", "LABAS_NLU_TENSORFLOW", "LABAS_CHROMIUM"})


_SECRETS = (
    "nlu_token", "telegram_token", "telegram_secret", "whatsapp_token", "whatsapp_secret", "whatsapp_verify_token",
)  # fmt: skip


def unknown_names() -> list[str]:
    """Variables with our prefix that nobody reads: most likely misspelt."""
    known = {f"LABAS_{name.upper()}" for name in Settings.model_fields} | _ELSEWHERE
    return sorted(name for name in os.environ if name.startswith("LABAS_") and name not in known)


def read_settings() -> Settings:
    """The settings of this process; raises ``SettingsError`` with one sentence that names the variable."""
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "LABAS_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name} is wrong: {first['msg']}.") from error
    return _with_secrets(settings)


def _with_secrets(settings: Settings) -> Settings:
    """Secrets read from the files that hold them."""
    read: dict[str, str] = {}
    for name in _SECRETS:
        path: Path | None = getattr(settings, f"{name}_file")
        if path is None:
            continue
        try:
            read[name] = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"LABAS_{name.upper()}_FILE cannot be read: {type(error).__name__}.") from error
    return settings.model_copy(update=read)
