"""When a person wants their answer to leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import request

from admin import fields
from admin.language import gettext as _
from outreach.loops.instants import local_date, resolve


def later(now: datetime, zone: str) -> datetime | None:
    """Return when an answer is to leave at the earliest, None for at once; times are on the clocks of the visit.

    Raises NotAsked where a time was wanted and none given.
    """
    match request.form.get("when", "now"):
        case "morning":
            return resolve(local_date(now, zone) + timedelta(days=1), fields.MORNING, zone)
        case "at":
            return fields.moment("at", zone, _("Give the date and time at which it leaves. Your text was not sent."))
        case _:
            return None
