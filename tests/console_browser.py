"""A browser without a screen: what a person sees and posts."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """A test client that fills in the form token of the page it looks at."""

    def __init__(self, app: Flask, public_url: str) -> None:
        self.base = "https://care.example.org" if public_url.startswith("https") else "http://localhost"
        self.client: FlaskClient = app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=self.base)

    def post(self, path: str, seen: str, **form: str) -> TestResponse:
        """Post a form that stands on the page `seen`."""
        token = _CSRF.search(self.get(seen).text)
        assert token, seen
        return self.client.post(path, data={"csrf_token": token[1], **form}, base_url=self.base)

    def act(self, task: int, what: str, **form: str) -> TestResponse:
        """Do something with a task."""
        return self.post(f"/tasks/{task}/{what}", "/tasks", **form)
