"""`outreach demo run`: a small world in the browser, web and worker in one process, and members who answer."""

from __future__ import annotations

import shutil
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
from werkzeug.serving import make_server

from outreach.app import create_app
from outreach.bootstrap import RealTimer, bootstrap, open_database
from outreach.engine.deployment import Deployment
from outreach.engine.handlers import issue_link
from outreach.settings import Settings
from outreach.simulation import demo, world

_HOURS = 12.0


def run(
    port: Annotated[int, typer.Option(help="Where to listen, on this machine only.")] = 8080,
    seed: Annotated[int, typer.Option(help="Another number gives another story.")] = 1,
    pace: Annotated[float, typer.Option(help="Seconds between two steps of the calendar.")] = 0.4,
    members: Annotated[int, typer.Option(help="How many people to invent.")] = 40,
    folder: Annotated[Path, typer.Option(help="Made anew at every start.")] = Path("var/demo"),
    once: Annotated[bool, typer.Option("--once", help="Stop when every loop is closed or owned.")] = False,
) -> None:
    """Play a fictional program until every loop is closed or owned, and show it."""
    deployment = _fresh(folder, port)
    demo.begin(deployment)
    world.build(deployment, folder, seed, members)
    server = make_server("127.0.0.1", port, create_app(deployment), threaded=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serving = threading.Thread(target=server.serve_forever, name="web")
    serving.start()
    try:
        token = issue_link(deployment, world.WORLD, "sign_in", {"name": "demo", "role": "supervisor"}, _HOURS)
        typer.echo(f"\nOpen this link once: http://127.0.0.1:{port}/sign-in/{token}\nStop with Ctrl+C.\n")
        demo.play(deployment, seed, pace, typer.echo, stop, once=once)
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        deployment.database.engine.dispose()


def _fresh(folder: Path, port: int) -> Deployment:
    shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(
        mode="demo",
        database_url=f"sqlite:///{folder}/outreach.db",
        key_file=folder / "keys.json",
        port=port,
        public_url=f"http://127.0.0.1:{port}",
    )
    timer = RealTimer()
    return bootstrap(settings, database=open_database(settings, timer, create=True), timer=timer)
