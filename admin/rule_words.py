"""Why a text is held or refused, in words: one sentence for each rule of the gate, and what to do instead."""

from __future__ import annotations

_WHY = {
    "FREEZE": "Sending is held for everybody.",
    "TIM-09": "It would come too late to be of use.",
    "TIM-13": "The visit it speaks of has moved or ended.",
    "LAW-17": "It is too late to confirm the opt-out.",
    "LAW-19": "This number opted out of texts.",
    "LAW-39": "This number is not the member's, or is not in service.",
    "CARE-10": "A death was reported on this phone.",
    "CARE-11": "The member is away, and did not write first.",
    "HIP-05": "This visit is not to be named in a text.",
    "LAW-01": "There is no consent to texts on this phone.",
    "LAW-05": "The consent was given to the clinic, for other texts.",
    "CRI-11": "A safety check is open, and the member did not write first.",
    "UNREAD-REPLY": "The member just wrote, and it is not read yet.",
    "HIP-25": "There are no approved words in this language.",
    "TIM-03": "There is no lawful hour before it is useless.",
    "LAW-33": "Texts leave only at hours that are fine where the member may be.",
    "LAW-28": "The first text to this phone says who writes; it has to come first.",
    "TWI-10": "The first text left moments ago; this one follows it.",
    "TWI-26": "Too many answers went to this phone in a short time.",
    "TIM-15": "Another question is open on this phone.",
    "LAW-35": "This phone had its share of texts for now.",
}
_INSTEAD = {
    "LAW-19": "A person may call.",
    "LAW-39": "Find a working phone first.",
    "CARE-10": "Speak with the family, gently and by phone.",
    "HIP-25": "Call with an interpreter.",
    "TIM-13": "Open the loop of the visit that stands, or call.",
    "LAW-01": "Call, and ask for consent.",
    "LAW-05": "Call, and ask for consent.",
}
_OTHERWISE = "Call the member."


def why(rule: str | None) -> str:
    """Return the sentence for a rule, or nothing for one that the gate does not know."""
    return _WHY.get(rule or "", "")


def instead(rule: str) -> str:
    """Return what a person does where a text is refused."""
    return _INSTEAD.get(rule, _OTHERWISE)
