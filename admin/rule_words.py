"""What the gate says, in words: why a text waits, may not leave, or may, by rule, and what a person can do instead."""

from __future__ import annotations

from admin.language import N_, Sayings
from admin.language import gettext as _

_WHY = Sayings(
    {
        "FREEZE": N_("Sending is held for everybody."),
        "PAUSED": N_("The carrier refuses what we send, and sending is paused until that is put right."),
        "BREAKER": N_("Carriers filter this text as spam, and it is held."),
        "TRIAL": N_("A trial is on, and this number is not one of its guests."),
        "TIM-03": N_("There is no lawful hour before it is useless."),
        "TIM-09": N_("It would come too late to be of use."),
        "TIM-10": N_("The hours for texts are about to end."),
        "TIM-11": N_("It is a holiday, or the clinic is closed that day."),
        "TIM-13": N_("The visit it speaks of has moved or ended."),
        "TIM-15": N_("Another question is open on this phone."),
        "TWI-10": N_("The first text left moments ago; this one follows it."),
        "TWI-26": N_("Too many answers went to this phone, or a machine answers there."),
        "TWI-33": N_("The carrier says that this number cannot be reached."),
        "TWI-34": N_("The member cannot hear a call: no machine calls them."),
        "TWI-37": N_("This number is a landline and takes no texts."),
        "TWI-43": N_("They may have refused a call or blocked us, and nobody has found out yet."),
        "LAW-01": N_("There is no consent to texts on this phone."),
        "LAW-04": N_("What was agreed to does not cover this text."),
        "LAW-05": N_("The number was given for other texts, which is no consent to these."),
        "LAW-08": N_("Texts without consent, as the law grants them to care, are not used here."),
        "LAW-09": N_("A landline rings once a day and three times a week at most."),
        "LAW-17": N_("It is too late to confirm the opt-out."),
        "LAW-19": N_("This number opted out of texts."),
        "LAW-23": N_("A text of theirs may have meant stop, and nobody has read it yet."),
        "LAW-26": N_("The consent has ended."),
        "LAW-28": N_("The first text to this phone says who writes; it comes first, and once."),
        "LAW-32": N_("The state where the member may live allows no text at that time, or no more of them that day."),
        "LAW-33": N_("Texts leave only at hours that are fine where the member may be."),
        "LAW-35": N_("This phone had its share of texts for now."),
        "LAW-36": N_("For four weeks nobody answered, and the carrier delivered nothing."),
        "LAW-37": N_("Somebody else may have this number by now; it is being looked up."),
        "LAW-39": N_("This number is not the member's, or may be somebody else's by now."),
        "CARE-10": N_("A death was reported on this phone."),
        "CARE-11": N_("The member is away, and did not write first."),
        "CRI-07": N_("Somebody else may read this phone, and an answer could harm the member."),
        "CRI-11": N_("A safety check is open, and the member did not write first."),
        "HIP-05": N_("This visit is not to be named in a text."),
        "HIP-06": N_("The member asked to be reached another way, or at other hours."),
        "HIP-25": N_("There are no approved words in this language."),
        "UNREAD-REPLY": N_("The member just wrote, and it is not read yet."),
        "TALKING": N_("A person is in conversation with the member."),
    }
)
_INSTEAD = Sayings(
    {
        "FREEZE": N_("A supervisor can release sending."),
        "PAUSED": N_("Nothing to do: it leaves when sending is released. What cannot wait is a call."),
        "BREAKER": N_("Call the member."),
        "TRIAL": N_("Call the member, or wait until the trial ends."),
        "TIM-03": N_("Call the member at an hour that suits them."),
        "TIM-09": N_("Call the member."),
        "TIM-10": N_("Nothing to do: it leaves when the hours begin again."),
        "TIM-11": N_("Nothing to do: it leaves on the next open day. What cannot wait is a call."),
        "TIM-13": N_("Open the loop of the visit that stands, or call."),
        "TIM-15": N_("Nothing to do: it leaves when the question is answered or over."),
        "TWI-10": N_("Nothing to do: it leaves in minutes."),
        "TWI-26": N_("Call: a machine may be answering."),
        "TWI-33": N_("Find a working phone first."),
        "TWI-34": N_("Write to the member, or call by relay: 7 1 1."),
        "TWI-37": N_("A person may call; for texts, ask for a mobile number."),
        "TWI-43": N_("Finish the task about a possible refusal first."),
        "LAW-01": N_("Call, and ask for consent."),
        "LAW-04": N_("Call, and ask for consent."),
        "LAW-05": N_("Call, and ask for consent to these texts."),
        "LAW-08": N_("Call, and ask for consent."),
        "LAW-09": N_("Nothing to do: it leaves when the day or the week is over. A person may call."),
        "LAW-17": N_("Nothing to do: the opt-out holds without it."),
        "LAW-19": N_("A person may call. Only the member can start texts again, by texting START."),
        "LAW-23": N_("Read the text, and finish the task about it."),
        "LAW-26": N_("Call, and ask for consent anew."),
        "LAW-28": N_("Nothing to do: the first text leaves before it."),
        "LAW-32": N_("Nothing to do: it leaves when that state allows it. What cannot wait is a call by a person."),
        "LAW-33": N_("Nothing to do: it leaves when the hours begin."),
        "LAW-35": N_("Nothing to do: it leaves when the phone had a rest. What cannot wait is a call."),
        "LAW-36": N_("Call, or find a working phone."),
        "LAW-37": N_("Call, and confirm that the number is theirs."),
        "LAW-39": N_("Find a working phone, or confirm that the number is theirs."),
        "CARE-10": N_("Speak with the family, gently and by phone."),
        "CARE-11": N_("Wait until the member is back, or speak with who cares for them."),
        "CRI-07": N_("Reach the member only in the safe way they chose."),
        "CRI-11": N_("Finish the safety check first."),
        "HIP-05": N_("Call, and speak with the member alone."),
        "HIP-06": N_("Reach the member as they asked."),
        "HIP-25": N_("Call with an interpreter."),
        "UNREAD-REPLY": N_("Read the reply first."),
        "TALKING": N_("Nothing to do: it leaves half an hour after the last text."),
    }
)
_MAY = Sayings(
    {
        "LAW-04": N_("The member agreed to it."),
        "LAW-17": N_("It confirms an opt-out, once."),
        "LAW-25": N_("It says that texts begin again, as the member asked."),
        "LAW-28": N_("It asks for the member's own yes, and nothing else leaves before it."),
        "LAW-34": N_("It answers what the member wrote."),
        "LAW-41": N_("It answers a call for help with these texts."),
        "CRI-04": N_("It answers words that may mean danger."),
    }
)


def why(rule: str | None) -> str:
    """Return the sentence for a rule that holds or refuses, or nothing for one that the gate does not know."""
    return _WHY.get(rule or "", "")


def instead(rule: str) -> str:
    """Return what a person does where a text is held or refused."""
    return _INSTEAD.get(rule) or _("Call the member.")


def may(rule: str) -> str:
    """Return why a text may leave, or nothing for a rule that lets none leave."""
    return _MAY.get(rule, "")
