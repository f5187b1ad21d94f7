"""The `outreach` command: what operators do, each a thin call into the engine."""

from outreach.cli.main import app, main

__all__ = ["app", "main"]
