"""Tells whether a webhook was signed by our carrier: for the URL we published, over every field it carries (TWI-16)."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import RequestValidator

from outreach.channels.receive.form import Form


class Verifier:
    """Checks X-Twilio-Signature against one token, or two while a rotation lasts (TWI-17)."""

    def __init__(self, tokens: Sequence[str], public_url: str) -> None:
        """Take the account's tokens and the scheme, host and any prefix that Twilio sees, not what a proxy shows us."""
        if not tokens or not all(tokens):
            raise ValueError("a signature needs a token: with a blank one, anybody could sign")
        self._validators = [RequestValidator(token) for token in tokens]
        self._public_url = public_url.rstrip("/")

    def accepts(self, raw_path_and_query: str, form: Form | None, signature: str) -> bool:
        """Say if `signature` covers the URL exactly as requested and the whole form (None for a GET).

        A repeated key is refused even when signed: a second, equal-looking `Body` must never depend on who reads first.
        """
        if form is not None and any(len(form.getlist(key)) != 1 for key in form):
            return False
        return self._validate(raw_path_and_query, form, signature)

    def accepts_json(self, raw_path_and_query: str, body: bytes, signature: str) -> bool:
        """Say if `signature` covers the URL, and the URL's `bodySHA256` the raw body."""
        if len(parse_qs(urlsplit(raw_path_and_query).query).get("bodySHA256", [])) != 1:
            return False  # without it nothing would tie the body to the signature
        try:
            return self._validate(raw_path_and_query, body.decode(), signature)
        except UnicodeDecodeError:
            return False

    def _validate(self, raw_path_and_query: str, signed: Form | str | None, signature: str) -> bool:
        if not raw_path_and_query.startswith("/"):
            return False  # an absolute request target would let the caller choose the host
        url = self._public_url + raw_path_and_query
        try:
            # All tokens are tried, so that the time taken does not tell which one matched.
            matches = [validator.validate(url, signed, signature) for validator in self._validators]
        except UnicodeEncodeError:
            return False
        return any(matches)
