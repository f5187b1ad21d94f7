"""The demo as its visitor starts it: one command, a page that answers, and an end with nothing unheld."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, port: int, **environment: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from outreach.cli import main; main()", "demo", "run", "--members", "5"]
    command += ["--pace", "0.01", "--port", str(port), "--folder", str(folder)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO", "DATABASE"))}
    return subprocess.Popen(
        command, env=clean | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_the_demo_shows_its_world_and_plays_it_to_its_end(tmp_path: Path) -> None:
    port, said = free_port(), ""
    demo = start(tmp_path / "demo", port)
    assert demo.stdout is not None
    try:
        for line in demo.stdout:
            said += line
            if "sign-in" in line:
                link = re.search(r"http://\S+", line)
                assert link is not None
                visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
                with visitor.open(link.group(0)) as page:
                    assert page.status == 200
            if "unheld" in line:
                break
    finally:
        demo.terminate()
        demo.communicate(timeout=30)
    assert "Every loop is closed or owned" in said
    assert "0 still waiting, unheld 0" in said
    assert demo.returncode == 0


def test_the_demo_refuses_a_real_carrier_in_one_sentence(tmp_path: Path) -> None:
    demo = start(tmp_path / "demo", free_port(), TWILIO_ACCOUNT_SID="AC1", TWILIO_AUTH_TOKEN="t", TWILIO_FROM="+1")
    said, _ = demo.communicate(timeout=60)
    assert demo.returncode == 2
    assert said.strip().startswith("OUTREACH_MODE=demo refuses a real carrier")
    assert "Traceback" not in said
