"""What the gate says, in words: why a text waits, may not leave, or may, by rule, and what a person can do instead."""

from __future__ import annotations

_WHY = {
    "FREEZE": "Sending is held for everybody.",
    "PAUSED": "The carrier refuses what we send, and sending is paused until that is put right.",
    "BREAKER": "Carriers filter this text as spam, and it is held.",
    "TRIAL": "A trial is on, and this number is not one of its guests.",
    "TIM-03": "There is no lawful hour before it is useless.",
    "TIM-09": "It would come too late to be of use.",
    "TIM-10": "The hours for texts are about to end.",
    "TIM-11": "It is a holiday, or the clinic is closed that day.",
    "TIM-13": "The visit it speaks of has moved or ended.",
    "TIM-15": "Another question is open on this phone.",
    "TWI-10": "The first text left moments ago; this one follows it.",
    "TWI-26": "Too many answers went to this phone, or a machine answers there.",
    "TWI-33": "The carrier says that this number cannot be reached.",
    "TWI-34": "The member cannot hear a call: no machine calls them.",
    "TWI-37": "This number is a landline and takes no texts.",
    "TWI-43": "They may have refused a call or blocked us, and nobody has found out yet.",
    "LAW-01": "There is no consent to texts on this phone.",
    "LAW-04": "What was agreed to does not cover this text.",
    "LAW-05": "The number was given for other texts, which is no consent to these.",
    "LAW-08": "Texts without consent, as the law grants them to care, are not used here.",
    "LAW-09": "A landline rings once a day and three times a week at most.",
    "LAW-17": "It is too late to confirm the opt-out.",
    "LAW-19": "This number opted out of texts.",
    "LAW-23": "A text of theirs may have meant stop, and nobody has read it yet.",
    "LAW-26": "The consent has ended.",
    "LAW-28": "The first text to this phone says who writes; it comes first, and once.",
    "LAW-32": "The state where the member may live allows no text at that time, or no more of them that day.",
    "LAW-33": "Texts leave only at hours that are fine where the member may be.",
    "LAW-35": "This phone had its share of texts for now.",
    "LAW-36": "For four weeks nobody answered, and the carrier delivered nothing.",
    "LAW-37": "Somebody else may have this number by now; it is being looked up.",
    "LAW-39": "This number is not the member's, or may be somebody else's by now.",
    "CARE-10": "A death was reported on this phone.",
    "CARE-11": "The member is away, and did not write first.",
    "CRI-07": "Somebody else may read this phone, and an answer could harm the member.",
    "CRI-11": "A safety check is open, and the member did not write first.",
    "HIP-05": "This visit is not to be named in a text.",
    "HIP-06": "The member asked to be reached another way, or at other hours.",
    "HIP-25": "There are no approved words in this language.",
    "UNREAD-REPLY": "The member just wrote, and it is not read yet.",
    "TALKING": "A person is in conversation with the member.",
}
_INSTEAD = {
    "FREEZE": "A supervisor can release sending.",
    "PAUSED": "Nothing to do: it leaves when sending is released. What cannot wait is a call.",
    "BREAKER": "Call the member.",
    "TRIAL": "Call the member, or wait until the trial ends.",
    "TIM-03": "Call the member at an hour that suits them.",
    "TIM-09": "Call the member.",
    "TIM-10": "Nothing to do: it leaves when the hours begin again.",
    "TIM-11": "Nothing to do: it leaves on the next open day. What cannot wait is a call.",
    "TIM-13": "Open the loop of the visit that stands, or call.",
    "TIM-15": "Nothing to do: it leaves when the question is answered or over.",
    "TWI-10": "Nothing to do: it leaves in minutes.",
    "TWI-26": "Call: a machine may be answering.",
    "TWI-33": "Find a working phone first.",
    "TWI-34": "Write to the member, or call by relay: 7 1 1.",
    "TWI-37": "A person may call; for texts, ask for a mobile number.",
    "TWI-43": "Finish the task about a possible refusal first.",
    "LAW-01": "Call, and ask for consent.",
    "LAW-04": "Call, and ask for consent.",
    "LAW-05": "Call, and ask for consent to these texts.",
    "LAW-08": "Call, and ask for consent.",
    "LAW-09": "Nothing to do: it leaves when the day or the week is over. A person may call.",
    "LAW-17": "Nothing to do: the opt-out holds without it.",
    "LAW-19": "A person may call. Only the member can start texts again, by texting START.",
    "LAW-23": "Read the text, and finish the task about it.",
    "LAW-26": "Call, and ask for consent anew.",
    "LAW-28": "Nothing to do: the first text leaves before it.",
    "LAW-32": "Nothing to do: it leaves when that state allows it. What cannot wait is a call by a person.",
    "LAW-33": "Nothing to do: it leaves when the hours begin.",
    "LAW-35": "Nothing to do: it leaves when the phone had a rest. What cannot wait is a call.",
    "LAW-36": "Call, or find a working phone.",
    "LAW-37": "Call, and confirm that the number is theirs.",
    "LAW-39": "Find a working phone, or confirm that the number is theirs.",
    "CARE-10": "Speak with the family, gently and by phone.",
    "CARE-11": "Wait until the member is back, or speak with who cares for them.",
    "CRI-07": "Reach the member only in the safe way they chose.",
    "CRI-11": "Finish the safety check first.",
    "HIP-05": "Call, and speak with the member alone.",
    "HIP-06": "Reach the member as they asked.",
    "HIP-25": "Call with an interpreter.",
    "UNREAD-REPLY": "Read the reply first.",
    "TALKING": "Nothing to do: it leaves half an hour after the last text.",
}
_MAY = {
    "LAW-04": "The member agreed to it.",
    "LAW-17": "It confirms an opt-out, once.",
    "LAW-25": "It says that texts begin again, as the member asked.",
    "LAW-28": "It asks for the member's own yes, and nothing else leaves before it.",
    "LAW-34": "It answers what the member wrote.",
    "LAW-41": "It answers a call for help with these texts.",
    "CRI-04": "It answers words that may mean danger.",
}


def why(rule: str | None) -> str:
    """Return the sentence for a rule that holds or refuses, or nothing for one that the gate does not know."""
    return _WHY.get(rule or "", "")


def instead(rule: str) -> str:
    """Return what a person does where a text is held or refused."""
    return _INSTEAD.get(rule, "Call the member.")


def may(rule: str) -> str:
    """Return why a text may leave, or nothing for a rule that lets none leave."""
    return _MAY.get(rule, "")
