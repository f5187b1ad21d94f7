"""An opt-out in two clicks, from every page about a member: what the form offers, and the form read back (LAW-15)."""

from __future__ import annotations

from collections.abc import Collection

from flask import abort

from admin import fields
from admin.access import deployment, signed_in
from admin.language import N_, Sayings
from admin.language import gettext as _
from outreach.engine import opting
from outreach.engine.opting import StopHow
from outreach.engine.refusals import NotAsked

# How somebody can hear of it; a key pressed in a call is heard by nobody.
WAYS = Sayings(
    {
        StopHow.STAFF_VERBAL: N_("Said it on a call"),
        StopHow.VOICEMAIL: N_("Left a voicemail"),
        StopHow.EMAIL: N_("Wrote an e-mail"),
        StopHow.MAIL: N_("Wrote a letter"),
        StopHow.DRIVER: N_("Told a driver"),
        StopHow.CLINIC: N_("Told the clinic"),
    }
)


def stopped() -> str:
    """Return what is said once it is recorded."""
    return _("Opted out. Nothing more is sent to this number; only the member can begin again, by texting START.")


def stop(phones: Collection[int]) -> None:
    """Record that a member wants no more texts on one of these phones, as the form says; raises NotAsked."""
    opting.stop(deployment(), signed_in().actor, phone_of(phones), way())


def way() -> StopHow:
    """Return how the member said it."""
    found = fields.needed(fields.code(StopHow, "how"), _("Choose how they said it."))
    return found if found in WAYS else abort(400)


def phone_of(phones: Collection[int]) -> int:
    """Return the phone that the form is about: one that stands on the page; raises NotAsked when none was chosen."""
    found = fields.row("phone")
    if found is None:
        raise NotAsked(_("Choose the number."))
    return found if found in phones else abort(404)
