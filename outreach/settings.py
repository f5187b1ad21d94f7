"""Settings: what varies by deployment, read once at the start and refused loudly when it makes no sense."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, PositiveFloat, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_BY_CALL = "call:"
_LOCAL = ("http://127.0.0.1", "http://localhost")


def by_call(sender: str) -> str:
    """Return a sender as the calls from it are marked: they have a lane, and limits, of their own (TWI-35)."""
    return f"{_BY_CALL}{sender}"


def number_called_from(sender: str) -> str | None:
    """Return the number that a marked sender's calls come from, or None where it sends texts."""
    return sender.removeprefix(_BY_CALL) if sender.startswith(_BY_CALL) else None


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
    reconcile: float = 300  # what never reached us is looked for
    reconcile_again: float = 60  # after a look that failed
    list_lag: float = 900  # how late a message may show in the carrier's list
    status_after: float = 4 * 3600  # TWI-14
    unconfirmed_after: float = 24 * 3600
    parked_for: float = 24 * 3600  # TWI-13
    call_ends: float = 300  # after that, and every so often, the carrier is asked how a call ended
    call_to_task: float = 7200  # longer than any call: a person finds out
    tick: float = 0.25


class Rates(BaseSettings):
    """What the carrier's limits are, in segments; `inf` is none. What is not set has the default of its sender's kind.

    `senders` is a JSON object of single senders whose own rate is known, such as an upgraded toll-free number.
    """

    model_config = SettingsConfigDict(env_prefix="OUTREACH_RATE_", frozen=True)

    sender: PositiveFloat | None = None  # a second
    senders: dict[str, PositiveFloat] = {}
    campaign: PositiveFloat | None = None  # a second
    brand_day: PositiveFloat | None = None  # a day
    account: PositiveFloat | None = None  # a second
    calls: PositiveFloat = 1.0  # calls begun a second, which is what an account has at first (TWI-35)


class DatabaseLimits(BaseSettings):
    """What a process may take of PostgreSQL: connections, and seconds to wait. SQLite needs none of it."""

    model_config = SettingsConfigDict(env_prefix="OUTREACH_DB_", frozen=True)

    pool: int = Field(20, ge=4)  # connections at most; opened when needed, then kept
    connect: PositiveFloat = 5
    statement: PositiveFloat = 60
    lock: PositiveFloat = 10  # shorter than the 15 seconds that the carrier waits (TWI-22)
    idle: PositiveFloat = 60


class SignOn(BaseSettings):
    """The organisation's own sign-in (OpenID Connect), where it has one; without an issuer there is none."""

    model_config = SettingsConfigDict(env_prefix="OUTREACH_OIDC_", frozen=True)

    issuer: str = ""
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    name: str = ""  # what the button calls it
    domains: str = ""  # of verified addresses, with commas; blank is any: who is not linked does not come in anyhow
    proof: str = "mfa"  # what in `amr` or `acr` says that a second factor was used, with commas

    @property
    def of_domains(self) -> frozenset[str]:
        """The domains that somebody's verified address must be of; none is any."""
        return frozenset(each.strip().lower() for each in self.domains.split(",") if each.strip())

    @property
    def second_factors(self) -> frozenset[str]:
        """The words of the provider that tell of a second factor."""
        return frozenset(each.strip() for each in self.proof.split(",") if each.strip())

    def problems(self) -> list[str]:
        """Say, in words, what is missing or unsafe."""
        if not self.issuer:
            return []
        found = []
        if not (self.client_id and self.client_secret.get_secret_value()):
            found.append("OUTREACH_OIDC_ISSUER needs OUTREACH_OIDC_CLIENT_ID and OUTREACH_OIDC_CLIENT_SECRET.")
        if not self.issuer.startswith(("https://", *_LOCAL)):
            found.append("OUTREACH_OIDC_ISSUER must be https: it says who people are.")
        if find_spec("authlib") is None:
            found.append("OUTREACH_OIDC_ISSUER needs the extra `sso`: pip install 'outreach[sso]'.")
        return found


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
    # What calls come from; blank is TWILIO_FROM, or the program's own number. No Messaging Service can call.
    twilio_voice_from: str = Field("", validation_alias="TWILIO_VOICE_FROM")
    twilio_base_url: str = Field("https://api.twilio.com", validation_alias="TWILIO_BASE_URL")
    # Twilio's host for Messaging Services, asked which numbers are ours; blank is its own with the default base above.
    twilio_messaging_url: str = Field("", validation_alias="TWILIO_MESSAGING_URL")
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
    # Whole months that finished contact stays in the working tables: nothing the gate asks goes back as far as three.
    archive_months: int = Field(13, ge=3, validation_alias="OUTREACH_ARCHIVE_MONTHS")
    send_slots: int = Field(400, ge=1, validation_alias="OUTREACH_SEND_SLOTS")  # requests in flight per process
    web_streams: int = Field(48, ge=0, validation_alias="OUTREACH_WEB_STREAMS")  # open pages that are told of news
    rates: Rates = Field(default_factory=Rates)
    sign_on: SignOn = Field(default_factory=SignOn)
    timing: Timing = Timing()
    database: DatabaseLimits = Field(default_factory=DatabaseLimits)

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

    @property
    def carrier_is_twilio(self) -> bool:
        """Whether texts leave by Twilio itself, whose limits are known, and not by something compatible."""
        host = urlsplit(self.twilio_base_url).hostname or ""
        return self.carrier_configured and (host == "twilio.com" or host.endswith(".twilio.com"))

    def sender_for(self, program_sender: str) -> str:
        """Return what a text leaves from: the Messaging Service or number of this deployment, else the program's.

        For a call, which is marked as one (`by_call`), a number.
        """
        if program_sender.startswith(_BY_CALL):
            number = self.twilio_voice_from or self.twilio_from or program_sender.removeprefix(_BY_CALL)
            return by_call(number)
        return self.twilio_messaging_service_sid or self.twilio_from or program_sender

    @property
    def services_url(self) -> str:
        """Where a Messaging Service is asked which numbers it has, or blank where nobody knows (TWI-23)."""
        ours = self.twilio_base_url.rstrip("/") == "https://api.twilio.com"
        return self.twilio_messaging_url or ("https://messaging.twilio.com" if ours else "")

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
        if self.carrier_configured and not self.public_url.startswith(("https://", *_LOCAL)):
            found.append("PUBLIC_URL must be https: it carries members' replies.")
        return found + self.sign_on.problems()
