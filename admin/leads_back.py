"""Where an act leads back to: the page it was done on, and nowhere else."""

from __future__ import annotations

import re

from flask import request

_LOCAL = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


def here() -> str:
    """Return this page's own address, for a form on it to carry; nothing on the answer to a form."""
    return request.full_path.removesuffix("?") if request.method == "GET" else ""


def local(otherwise: str) -> str:
    """Return the address that the form carried where it is one of this site, else another one."""
    return of_this_site(request.form.get("back", ""), otherwise)


def of_this_site(path: str, otherwise: str) -> str:
    """Return an address that was carried along where it is one of this site, else another one."""
    return path if _LOCAL.fullmatch(path) else otherwise
