"""Writes docs/roles.md, who may open and do what in the console, from the application: `python tests/role_page.py`."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from console_world import build_template, copied
from flask import Flask

from admin.roles import Right, Role, rights

PAGE = Path(__file__).parent.parent / "docs" / "roles.md"
HEADS = {
    Role.COORDINATOR: "Coord.",
    Role.SUPERVISOR: "Superv.",
    Role.PROGRAM_STAFF: "Program",
    Role.TRANSLATOR: "Transl.",
    Role.APPROVER: "Approver",
    Role.CLINIC_VIEWER: "Clinic",
    Role.PRIVACY_OFFICER: "Privacy",
    Role.ADMINISTRATOR: "Admin.",
}
INTRODUCTION = """\
# Who may open and do what

Every page and every act of the console with the roles that may use it (HIP-16). The right that each needs stands in
its code, what a role may do in `admin/roles.toml`; this page is made from both by `python tests/role_page.py`, and a
test asks the door each of these questions. What a person sees there is what their scope leaves of it
(`docs/console.md`, Scopes). What needs nobody signed in (the doors of the carrier, a clinic's link, signing in, health)
is not here, nor what is everybody's own: their account, to leave.
"""


def asked(app: Flask) -> list[tuple[str, str, Right]]:
    """Return (address, method, right) for whatever needs a right, in order; `N` stands for a row, `X` for a word."""
    found = set()
    for rule in app.url_map.iter_rules():
        needs = getattr(app.view_functions[rule.endpoint], "needs", None)
        if needs in (None, Right.SIGNED_IN):
            continue
        found |= {(shape(rule.rule), method, needs) for method in ("GET", "POST") if method in (rule.methods or ())}
    return sorted(found)


def shape(rule: str) -> str:
    """Return an address without what changes in it."""
    return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda part: "N" if part[1] == "row" else "X", rule)


def page(app: Flask) -> str:
    """Return the whole page."""
    lines = [INTRODUCTION]
    for method, head in (("GET", "Pages"), ("POST", "Acts")):
        lines += [
            f"## {head}\n",
            f"| {head.lower()} | needs | {' | '.join(HEADS.values())} |",
            f"|---|---|{'---|' * 8}",
        ]
        for path, how, needs in asked(app):
            if how == method:
                marks = " | ".join("x" if needs in rights()[role] else " " for role in HEADS)
                lines.append(f"| `{path}` | {needs} | {marks} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        build_template(Path(made) / "template")
        world = copied(Path(made) / "template", Path(made) / "copy")
        PAGE.write_text(page(world.app), encoding="utf-8")
        world.close()
