"""What the engine refuses, and what to do instead, said in the reader's language."""

from __future__ import annotations

from admin.language import N_, gettext
from outreach.engine.refusals import NotAsked

# Sentences that the engine has from elsewhere; those it writes itself are found where it writes them.
MARKED = frozenset(
    {
        N_("This cannot be asked here: it does not exist, is already done, or is not one of the choices."),
        N_("Say where the evidence is: a form, a recording, a case number."),
        N_("Say how the member told you."),
        N_("Say which version of the words they were shown: an opt-in needs it."),
        N_(
            "This number is opted out, and nobody but the member lifts that: ask them to text START from it, then"
            " record what they agree to (LAW-25)."
        ),
        N_("A booked ride has one trip to the visit, and at most one home."),
        N_("Give the broker's number of each trip."),
        N_("Only the way home can be on call."),
        N_("Give the pickup window of each trip, from and until."),
        N_("Who wrote or translated a text may not review it: another person does (HIP-16)."),
        N_("Who wrote, translated or reviewed a text may not approve it: another person does (HIP-16)."),
        N_("The cell contains a line break or an invisible control character: take it out."),
        N_("Leave phone numbers out: this is kept in clear."),
        N_("This is not a phone number: correct it, or empty the cell."),
        N_("A number with an extension cannot be texted: give a direct number, or empty the cell."),
        N_("This number is not one of the US or its territories: correct it, or empty the cell."),
        N_("This WAV file is compressed or of an unusual kind. Export it as PCM with 16 bits."),
        N_("This WAV file has an unusual rate or number of channels. Export it with 16,000 Hz, mono."),
        N_("Nothing is heard in this. Check the microphone, and say the sentence again."),
    }
)


def said(refused: NotAsked) -> str:
    """Return why it was refused and what to do, in the reader's language where it is translated."""
    return gettext(refused.sentence, **refused.values)
