"""What is said where there is no page: in the reader's language, with an id to quote."""

from __future__ import annotations

from flask import render_template

from admin.language import N_, Sayings

_WORDS = Sayings(
    {
        400: N_("This request cannot be read."),
        403: N_("You may not do this."),
        404: N_("There is nothing here."),
        405: N_("This address does not work that way."),
        409: N_("Somebody else changed this meanwhile. Nothing was stored; look again."),
        413: N_("This is too large."),
        500: N_("Something went wrong here. Nothing was stored."),
        503: N_("The database is away. Nothing was stored; try again in a minute."),
    }
)


def error_page(status: int, quote: str) -> str:
    """Return the page for an HTTP status; who asks about it quotes `quote`, and the log has the same."""
    words = _WORDS[status if status in _WORDS else 400]
    return render_template("admin/error.html", words=words, status=status, quote=quote)
