"""What is paused, in words: what no text leaves by, and what puts that right."""

from __future__ import annotations

from typing import assert_never

from admin.language import N_
from admin.language import gettext as _
from outreach.loops.failures import failure
from outreach.loops.pauses import What
from outreach.store.reads.paused import PausedNow


def what(found: PausedNow) -> str:
    """Say what does not leave."""
    pause = found.pause
    about = {"text": pause.words.replace("_", " "), "program": found.program}
    match pause.what:
        case What.ACCOUNT:
            return _("No text leaves: the carrier refuses our account.")
        case What.SENDER:
            return _("No text leaves from %(sender)s: the carrier refuses this sender.", sender=pause.sender)
        case What.TEMPLATE:
            return _("The text \u201c%(text)s\u201d of %(program)s does not leave: the carrier refuses it.", **about)
        case What.BREAKER:
            held = N_("The text \u201c%(text)s\u201d of %(program)s is held on %(sender)s: too many of it fail.")
            return _(held, **about, sender=pause.sender)
        case _:
            assert_never(pause.what)


def why(found: PausedNow) -> str:
    """Say which error of the carrier's paused it."""
    if found.code is None:
        return ""
    return _("%(meaning)s (error %(code)s).", meaning=_(failure(found.code).meaning), code=found.code)
