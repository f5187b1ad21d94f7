"""Settings: what varies by deployment, read once at the start and refused loudly when it makes no sense."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Timing(BaseSettings):
    """The protocol's constants, in Timer seconds; tests set them to milliseconds."""

    model_config = SettingsConfigDict(env_prefix="OUTREACH_TIMING_", frozen=True)

    post_timeout: float = 10
    give_back: float = 1
    settle: float = 120
    look_again: float = 60
    lease: float = 160
    unknown_to_task: float = 600
    stop_wait: float = 10
    tick: float = 0.5


class Settings(BaseSettings):
    """One deployment, from the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    database_url: str = Field("sqlite:///var/outreach.db", validation_alias="DATABASE_URL")
    port: int = Field(8080, validation_alias="PORT")
    public_url: str = Field("http://127.0.0.1:8080", validation_alias="PUBLIC_URL")
    twilio_account_sid: str = Field("", validation_alias="TWILIO_ACCOUNT_SID")
    # Two may be valid while a token is rotated: separate them by a comma.
    twilio_auth_token: SecretStr = Field(SecretStr(""), validation_alias="TWILIO_AUTH_TOKEN")
    twilio_messaging_service_sid: str = Field("", validation_alias="TWILIO_MESSAGING_SERVICE_SID")
    twilio_from: str = Field("", validation_alias="TWILIO_FROM")
    twilio_base_url: str = Field("https://api.twilio.com", validation_alias="TWILIO_BASE_URL")
    key_file: Path = Field(Path("var/keys.json"), validation_alias="OUTREACH_KEY_FILE")
    mode: Literal["live", "demo"] = Field("live", validation_alias="OUTREACH_MODE")
    # Who says whether a number still belongs to who gave it (LAW-37): nobody, or Twilio Lookup.
    number_lookup: Literal["none", "twilio"] = Field("none", validation_alias="OUTREACH_NUMBER_LOOKUP")
    lookup_url: str = Field("https://lookups.twilio.com", validation_alias="TWILIO_LOOKUP_URL")
    # Whether the carrier blocks an opt-out by itself too, and whether a STOP may be asked what it covers (LAW-17).
    provider_stop_filter: Literal["on", "off"] = Field("on", validation_alias="PROVIDER_STOP_FILTER")
    stop_scope_question: bool = Field(False, validation_alias="STOP_SCOPE_QUESTION")
    stop_reply_by: Literal["app", "provider"] = Field("app", validation_alias="STOP_REPLY_BY")
    proxies: int = Field(0, validation_alias="OUTREACH_PROXIES")
    retention_years: int = Field(10, validation_alias="OUTREACH_RETENTION_YEARS")
    timing: Timing = Timing()

    @field_validator("database_url")
    @classmethod
    def _psycopg(cls, url: str) -> str:
        """Heroku-style URLs name the database only; SQLAlchemy must be told the driver."""
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @field_validator("retention_years")
    @classmethod
    def _long_enough(cls, years: int) -> int:
        """LAW-30: never shorter than the law keeps its documents; ten years where members are Medicaid's."""
        if years < 6:
            raise ValueError("HIPAA asks for 6 years (45 CFR 164.316(b)(2)), Medicaid plans for 10 (42 CFR 438.3(u))")
        return years

    @property
    def carrier_configured(self) -> bool:
        """Whether texts leave for a real (or Twilio-compatible) carrier instead of the simulated phones."""
        return bool(self.twilio_account_sid)

    def sender_for(self, program_sender: str) -> str:
        """Return what a text leaves from: the Messaging Service or number of this deployment, else the program's."""
        return self.twilio_messaging_service_sid or self.twilio_from or program_sender

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """The webhook tokens that are valid now."""
        return tuple(token for token in self.twilio_auth_token.get_secret_value().split(",") if token)

    def problems(self) -> list[str]:
        """Say, in words, what is missing or unsafe; empty when everything is well."""
        found = []
        if self.mode == "demo" and self.carrier_configured:
            found.append("OUTREACH_MODE=demo refuses a real carrier: unset TWILIO_ACCOUNT_SID, or the mode.")
        if self.carrier_configured and not self.auth_tokens:
            found.append("TWILIO_AUTH_TOKEN is missing: without it no webhook can be verified.")
        if self.carrier_configured and not (self.twilio_messaging_service_sid or self.twilio_from):
            found.append("Set TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM: a text needs a sender.")
        if self.number_lookup == "twilio" and not self.carrier_configured:
            found.append("OUTREACH_NUMBER_LOOKUP=twilio needs TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
        if self.stop_scope_question and (self.provider_stop_filter == "on" or self.stop_reply_by == "provider"):
            found.append(
                "STOP_SCOPE_QUESTION needs PROVIDER_STOP_FILTER=off and STOP_REPLY_BY=app: a number that the carrier"
                " blocked can answer nothing (LAW-17)."
            )
        if self.provider_stop_filter == "off" and self.stop_reply_by == "provider":
            found.append("PROVIDER_STOP_FILTER=off leaves nobody to confirm a STOP: set STOP_REPLY_BY=app (TWI-30).")
        local = ("http://127.0.0.1", "http://localhost")
        if self.carrier_configured and not self.public_url.startswith(("https://", *local)):
            found.append("PUBLIC_URL must be https: it carries members' replies.")
        return found
