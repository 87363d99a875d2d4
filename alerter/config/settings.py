"""What the environment says: paths, addresses and secrets, never written in YAML."""

import os
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from `ALERTER_*`; the names are those of the documentation."""

    model_config = SettingsConfigDict(env_prefix="ALERTER_", extra="ignore", env_ignore_empty=True)

    config: Path | None = None
    database: str | None = None
    telegram_token: SecretStr | None = None
    telegram_token_file: Path | None = None
    telegram_api: str = "https://api.telegram.org"
    deadman_url: SecretStr | None = None
    http: str | None = None
    """Address of health, metrics and status over HTTP, like `127.0.0.1:9130`; off without it."""
    keep_items_days: int = Field(default=180, ge=30)
    """News is forgotten after so many days; replays and `explain` reach back no further."""
    keep_messages_days: int = Field(default=400, ge=30)
    """Messages that were told or given up are forgotten after so many days."""

    def token(self) -> str | None:
        """Return the bot token from the variable, the file, or the systemd credential; None when there is none.

        Raises:
            OSError: when the named file cannot be read.
        """
        if self.telegram_token is not None:
            return self.telegram_token.get_secret_value().strip() or None
        path = self.telegram_token_file or _credential("telegram_token")
        return path.read_text(encoding="utf-8").strip() or None if path else None

    def database_url(self) -> str:
        """Return the database's URL: the variable, or SQLite in the state directory."""
        if self.database:
            return self.database
        state = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
        base = Path(state) if state else Path(os.environ.get("XDG_STATE_HOME", Path.home() / ".local/state")) / "alerter"
        return f"sqlite:///{base / 'alerter.db'}"

    def config_directory(self) -> Path:
        """Return the directory of the configuration: the variable, or what the package ships."""
        return self.config or shipped_config()


def shipped_config() -> Path:
    """Return the configuration inside the installed package, or beside it in a checkout."""
    inside = Path(__file__).parent.parent / "_config"
    return inside if inside.is_dir() else Path(__file__).parents[2] / "config"


def _credential(name: str) -> Path | None:
    directory = os.environ.get("CREDENTIALS_DIRECTORY")
    path = Path(directory) / name if directory else None
    return path if path and path.is_file() else None
