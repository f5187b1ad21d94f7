"""What each text is called where words are written: each of them apart, and what a telephone says besides."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from admin import text_words
from admin.language import N_
from admin.language import gettext as _

# What elsewhere shares a name with another text, or is never named.
_OURS: Mapping[str, str] = MappingProxyType(
    {
        "optin_ask": N_("Question about consent"),
        "stop_clarify": N_("Which texts to stop"),
        "ack_late": N_("Thanks for telling us, late"),
        "ack_no_help": N_("Thanks for telling us, no help needed"),
        "reply_place": N_("Where it is"),
        "unclear_reminder": N_("Asked again: reminder"),
        "unclear_dayof": N_("Asked again: day-of check"),
        "unclear_postvisit": N_("Asked again: after the visit"),
        "unclear_why": N_("Asked again: why not"),
        "unclear_transport": N_("Asked again: ride check"),
        "unclear_ride": N_("Asked again: ride booked"),
        "unclear_ride_come": N_("Asked again: has the ride come"),
        "unclear_home": N_("Asked again: got home"),
        "unclear_missed": N_("Asked again: missed visit"),
        "unclear_when": N_("Asked again: when is better"),
        "unclear_no_prompt": N_("Not understood, nothing was asked"),
        "voice_hello": N_("Greeting"),
        "voice_language": N_("Press for another language"),
        "voice_is_this": N_("Is this the member"),
        "voice_go_on": N_("Press to go on"),
        "voice_wrong_key": N_("No such key"),
        "voice_speech": N_("You may speak"),
        "voice_verify": N_("Prove who you are"),
        "voice_verify_again": N_("Prove who you are, again"),
        "voice_generic": N_("About a visit, without details"),
        "voice_visit": N_("The visit"),
        "voice_visit_no_time": N_("The visit, no time known"),
        "voice_menu": N_("Keys for the visit"),
        "voice_keys": N_("Keys that always work"),
        "voice_transport": N_("Ride check"),
        "voice_dayof": N_("Day-of check"),
        "voice_dayof_no_time": N_("Day-of check, no time known"),
        "voice_dayof_menu": N_("Keys for the day-of check"),
        "voice_dayof_eve": N_("Day-of check, the evening before"),
        "voice_dayof_eve_menu": N_("Keys for the evening before"),
        "voice_postvisit": N_("After the visit"),
        "voice_postvisit_menu": N_("Keys for after the visit"),
        "voice_why": N_("Why not"),
        "voice_when": N_("When is better"),
        "voice_missed": N_("Missed visit"),
        "voice_cancelled": N_("Visit cancelled"),
        "voice_ride_set": N_("Ride booked"),
        "voice_ride_return": N_("Ride booked, with the way home"),
        "voice_ride_one_way": N_("Ride booked, one way"),
        "voice_ride_home": N_("How to get home"),
        "voice_ride_menu": N_("Keys for the ride"),
        "voice_ride_come": N_("Has the ride come"),
        "voice_got_home": N_("Got home"),
        "voice_ack_confirmed": N_("Thanks for confirming"),
        "voice_ack_change": N_("We look for another time"),
        "voice_ack_ride": N_("We look for a ride"),
        "voice_ack_ride_ok": N_("Glad of the ride"),
        "voice_ack_on_my_way": N_("Glad you are on your way"),
        "voice_ack_late": N_("Thanks for telling us, late"),
        "voice_ack_cannot": N_("Thanks for telling us, cannot come"),
        "voice_ack_went": N_("Glad you went"),
        "voice_ack_person": N_("A person will call"),
        "voice_not_understood": N_("Not understood"),
        "voice_no_answer": N_("Nothing was pressed"),
        "voice_opted_out": N_("Opt-out confirmed"),
        "voice_wrong_number": N_("Wrong number confirmed"),
        "voice_thanks": N_("Thanks"),
        "voice_goodbye": N_("Goodbye"),
        "voice_voicemail": N_("Voicemail"),
        "voice_machine_unknown": N_("Voicemail, if it is one"),
        "voice_inbound_hello": N_("Greeting to who calls us"),
        "voice_inbound_menu": N_("Keys for who calls us"),
        "voice_inbound_unknown": N_("To a number we do not know"),
        "voice_no_message": N_("No message was left"),
        "voice_message_key": N_("Press to leave a message"),
        "voice_call_back_key": N_("Press to be called back"),
        "voice_after_hours": N_("The office is closed"),
        "voice_transfer": N_("Put through to a person"),
        "voice_transfer_failed": N_("Nobody could answer"),
        "voice_leave_message": N_("Leave a message now"),
        "voice_message_taken": N_("Message taken"),
        "voice_emergency": N_("Emergency answer"),
    }
)
_ENDINGS = {
    "_no_time": N_("no time known"),
    "_place": N_("with the place"),
    "_return": N_("with the way home"),
    "_one_way": N_("one way"),
}


def name(key: str) -> str:
    """Return what a text is called, as no other text of its channel is."""
    if key in _OURS:
        return _(_OURS[key])
    found = text_words.name(key)
    ending = next((said for end, said in _ENDINGS.items() if key.endswith(end)), None)
    return f"{found}, {_(ending)}" if ending else found
