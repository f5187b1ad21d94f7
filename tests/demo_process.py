"""The demo as its own process, as a visitor starts it: what it says, its pages, and the memory it takes."""

from __future__ import annotations

import http.cookiejar
import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

_COMMAND = [sys.executable, "-c", "from outreach.cli import main; main()", "demo", "run"]
_SIGN_IN = re.compile(r"(\w+): (http://\S+/sign-in/\S+)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class DemoProcess:
    """One `outreach demo run`. Reading its lines is how time passes."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.port = free_port()
        self.folder = folder
        command = [*_COMMAND, "--port", str(self.port), "--folder", str(folder), *arguments]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "DATABASE"))}
        self.process = subprocess.Popen(
            command, env=clean | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def line(self) -> str:
        """Return the next line it says; nothing once it has ended."""
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def until(self, words: str) -> str:
        """Return everything it says up to the first line with these words."""
        said = ""
        while line := self.line():
            said += line
            if words in line:
                return said
        raise AssertionError(f"It ended without saying {words!r}:\n{said}")

    def links(self) -> dict[str, str]:
        """Return the next two sign-in links, by role."""
        found: dict[str, str] = {}
        while len(found) < 2 and (line := self.line()):
            if (link := _SIGN_IN.search(line)) is not None:
                found[link[1]] = link[2]
        return found

    def resident_mib(self) -> float:
        """Return the memory the process holds now, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024

    def stop(self) -> int:
        """End it as a person would; return its exit code."""
        self.process.terminate()
        self.process.communicate(timeout=60)
        return self.process.returncode

    def kill(self) -> None:
        """End it whatever it does."""
        self.process.kill()
        self.process.communicate()


class Visitor:
    """A browser without a window."""

    def __init__(self, link: str) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(cookies)
        self._home = link.split("/sign-in/")[0]
        self.landed = self._get(link)[1]

    def get(self, path: str) -> tuple[int, str]:
        """Return status and text of a page."""
        status, _, body = self._get(self._home + path)
        return status, body

    def _get(self, url: str) -> tuple[int, str, str]:
        try:
            with self._opener.open(url, timeout=60) as page:
                return page.status, page.url, page.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, url, refused.read().decode()
