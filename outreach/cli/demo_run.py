"""`outreach demo run`: a small world in the browser, web and worker in one process, and members who answer."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer
from flask import Flask
from werkzeug.serving import make_server

from outreach.app import create_app
from outreach.bootstrap import RealTimer
from outreach.cli.demo import app
from outreach.engine.handlers import issue_link
from outreach.simulation import world
from outreach.simulation.clock import Pace
from outreach.simulation.demo import Demo
from outreach.simulation.front import Front
from outreach.simulation.staff import VISITORS
from outreach.simulation.stage import Script

_HOURS = 12.0


@app.command()
def run(
    port: Annotated[int, typer.Option(help="Where to listen, on this machine only.")] = 8080,
    seed: Annotated[int, typer.Option(help="Another number gives another story.")] = 1,
    members: Annotated[int, typer.Option(help="How many people to invent.")] = 60,
    pace: Annotated[Pace, typer.Option(help="How fast time passes at first.")] = Pace.DAY_A_MINUTE,
    endless: Annotated[bool, typer.Option("--endless", help="At full speed, play one world after another.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the worlds are kept while they are shown.")] = Path("var/demo"),
    once: Annotated[bool, typer.Option("--once", help="Full speed; stop when every loop is closed or owned.")] = False,
) -> None:
    """Play a fictional program until every loop is closed or owned, and show it."""
    front = Front()
    server = make_server("127.0.0.1", port, front, threaded=True)
    serving = threading.Thread(target=server.serve_forever, name="web")
    try:
        script = Script(folder, server.port, members, RealTimer())
        demo = Demo(script, front, seed, Pace.FULL_SPEED if once else pace, _opened, typer.echo, endless and not once)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: demo.stop())
        serving.start()
        demo.play(once=once)
        demo.deployment.database.engine.dispose()
    finally:
        if serving.is_alive():
            server.shutdown()
            serving.join()
        server.server_close()


def _opened(demo: Demo) -> Flask:
    """Return the pages of a world that has just been built, and say how to enter it."""
    deployment = demo.deployment
    typer.echo(f"\nWorld {demo.seed}: open one of these links, each works once. Stop with Ctrl+C.")
    for name, role in VISITORS.items():
        token = issue_link(deployment, world.WORLD, "sign_in", {"name": name, "role": role}, _HOURS)
        typer.echo(f"  {name}, {role}: {deployment.settings.public_url}/sign-in/{token}")
    typer.echo("")
    app = create_app(deployment)
    app.extensions["outreach.demo"] = demo
    return app
