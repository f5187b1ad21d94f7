"""Which fields each setting has, in the order in which one fills them in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from admin import settings_choices as choices
from admin.language import N_
from admin.settings_fields import Field, Form, Group, Kind
from outreach.store.configuration import CAPS, HOURS, PROGRAM, RIDES, SENDER, SERVICE_LEVELS, TELEPHONE


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that has a page: its name, the question it answers, and its form."""

    title: str
    about: str
    icon: str
    form: Form


def _office(path: tuple[str, ...], legend: str, hint: str = "", more: tuple[Field, ...] = ()) -> Group:
    return Group(
        legend,
        (
            *more,
            Field((*path, "opens"), N_("Opens"), Kind.TIME),
            Field((*path, "closes"), N_("Closes"), Kind.TIME),
            Field((*path, "weekdays"), N_("Open on"), Kind.DAYS, options=choices.days),
            Field(
                (*path, "state"),
                N_("Holidays of this state too"),
                Kind.PICK,
                N_("Federal holidays are closed everywhere."),
                choices.states,
            ),
            Field((*path, "closed"), N_("Other closed days"), Kind.DATES, N_("One a line, like 2027-03-15.")),
        ),
        hint,
    )


_NAME = Field(
    ("name",), N_("Name in texts"), hint=N_("At most 12 plain characters: it stands in every text (COPY-05).")
)
_WHO = Group(
    N_("Who speaks"),
    (
        _NAME,
        Field(("phone",), N_("Phone that texts tell members to call"), Kind.TEL, N_("Like 800-555-0100.")),
        Field(("zone",), N_("Time zone of the offices"), Kind.PICK, options=choices.zones),
        Field(
            ("state",),
            N_("State whose law holds"),
            Kind.PICK,
            N_(
                "For members of whom nothing says where they live. Not set: the strictest hours of all states (LAW-32)."
            ),
            choices.states,
        ),
    ),
)
_LANGUAGES = Group(
    N_("Languages"),
    (
        Field(
            ("language",),
            N_("First language"),
            Kind.PICK,
            N_("Used when a member's language is not known."),
            choices.languages,
        ),
        Field(("languages",), N_("Languages that texts are sent in"), Kind.MANY, options=choices.languages),
    ),
)
_DOUBLE = Group(
    N_("Consent"),
    (
        Field(
            ("double_opt_in",),
            N_("Ask for a yes by text first"),
            Kind.YES,
            N_("Who agreed otherwise than by text is asked before anything else is sent (LAW-28)."),
        ),
    ),
)
_SENDER = Group(
    N_("Sender"),
    (
        Field(
            ("sender",),
            N_("Number that texts come from"),
            Kind.TEL,
            N_("Like +12025550100, or a short code of five or six digits."),
        ),
    ),
)

THINGS: Mapping[str, Thing] = {
    PROGRAM: Thing(
        N_("Program"), N_("Who speaks to members, in which languages?"), "flag", (_WHO, _LANGUAGES, _DOUBLE)
    ),
    HOURS: Thing(
        N_("Hours and holidays"),
        N_("When may texts leave, and when is somebody there?"),
        "clock",
        (
            Group(
                N_("When texts may leave"),
                (
                    Field(("hours", "weekday"), N_("Monday to Friday"), Kind.WINDOW, may_close=False),
                    Field(("hours", "saturday"), N_("Saturday"), Kind.WINDOW),
                    Field(("hours", "sunday"), N_("Sunday"), Kind.WINDOW),
                    Field(("hours", "holidays"), N_("Also on holidays"), Kind.YES),
                ),
                N_(
                    "On the member's own clocks, for texts that nobody asked "
                    "for. The law allows 08:00 to 21:00 (LAW-33)."
                ),
            ),
            _office(("office",), N_("When the program's staff work"), N_("Deadlines of tasks count these hours.")),
        ),
    ),
    CAPS: Thing(
        N_("Caps"),
        N_("How often may one phone ring?"),
        "hand-stop",
        (
            Group(
                N_("Texts and calls to one phone"),
                (
                    Field(("caps", "per_day"), N_("On one day"), Kind.NUMBER, N_("1 to 3.")),
                    Field(("caps", "per_week"), N_("In seven days"), Kind.NUMBER, N_("1 to 21.")),
                ),
                N_(
                    "All members on a phone together (LAW-35). Texts about a booked "
                    "ride have a cap of their own, and so do landlines."
                ),
            ),
        ),
    ),
    SENDER: Thing(N_("Senders and rates"), N_("From which number, and how fast?"), "send", (_SENDER,)),
    RIDES: Thing(
        N_("Ride broker"),
        N_("Who is asked for rides, and how early?"),
        "car",
        (
            Group(
                N_("Broker"),
                (
                    Field(("ride", "broker"), N_("Name")),
                    Field(
                        ("ride", "phone"),
                        N_("Phone"),
                        Kind.TEL,
                        N_("Like 800-555-0142. Members call it for the ride home."),
                    ),
                    Field(
                        ("ride", "notice_days"),
                        N_("Days of notice"),
                        Kind.NUMBER,
                        N_("Business days of the broker before the visit, 0 to 10."),
                    ),
                    Field(("ride", "cut_off"), N_("Cut-off"), Kind.TIME, N_("On the broker's clocks.")),
                    Field(("ride", "zone"), N_("Time zone"), Kind.PICK, N_("Not set: the program's."), choices.zones),
                ),
            ),
            _office(
                ("ride", "office"),
                N_("Days of the broker"),
                "",
                (Field(("ride", "office"), N_("Not the usual Monday to Friday"), Kind.THERE),),
            ),
        ),
    ),
    TELEPHONE: Thing(
        N_("Telephone and on call"),
        N_("Who answers when a member calls?"),
        "phone",
        (
            Group(
                N_("Telephone"),
                (
                    Field(("voice",), N_("The program answers calls"), Kind.THERE),
                    Field(
                        ("voice", "on_call"),
                        N_("Who is on call"),
                        Kind.TEL,
                        N_("Like +12025550190. Calls are put through while the office is open."),
                    ),
                    Field(
                        ("voice", "record"), N_("Take messages"), Kind.YES, N_("Announced before it records (LAW-48).")
                    ),
                    Field(
                        ("voice", "speech"),
                        N_("Listen for words"),
                        Kind.YES,
                        N_("Announced before it listens (LAW-48)."),
                    ),
                ),
            ),
            _office(
                ("voice", "office"),
                N_("Hours of who is on call"),
                "",
                (Field(("voice", "office"), N_("Other hours than the program's staff"), Kind.THERE),),
            ),
        ),
    ),
    SERVICE_LEVELS: Thing(
        N_("Service levels"),
        N_("How soon is work taken up, and by whom?"),
        "gauge",
        (
            Group(
                N_("Due"),
                (
                    Field(
                        ("service_levels", "asap_minutes"),
                        N_("As soon as possible: minutes of the office"),
                        Kind.NUMBER,
                        N_("15 to 120."),
                    ),
                    Field(
                        ("service_levels", "urgent_hours"),
                        N_("Urgent: hours of the office"),
                        Kind.NUMBER,
                        N_("1 to 8."),
                    ),
                    Field(("service_levels", "routine_days"), N_("Routine: business days"), Kind.NUMBER, N_("1 to 5.")),
                ),
                N_(
                    "For tasks that open from now on. What cannot wait at all "
                    "is due in 15 minutes everywhere (CARE-07)."
                ),
            ),
        ),
    ),
}

_KEY = Field(
    ("key",), N_("Key"), hint=N_("Small letters, digits, - and _. It is never shown to members and never changes.")
)
NEW_PROGRAM: Form = (Group(_WHO.legend, (_KEY, *_WHO.fields)), _SENDER, _LANGUAGES, _DOUBLE)

_CLINIC_KEY = Field(("key",), N_("Key"), hint=N_("As the clinic's files name it. It never changes."))
_CLINIC: Form = (
    Group(
        N_("Clinic"),
        (
            Field(("name",), N_("Name")),
            Field(("zone",), N_("Time zone"), Kind.PICK, options=choices.zones),
            Field(("place",), N_("Place"), hint=N_("As a text may say it, at most 40 characters: 12 River St.")),
        ),
    ),
    Group(
        N_("What texts may say"),
        (Field(("sensitivity",), N_("Sensitivity"), Kind.RADIO, options=choices.sensitivities),),
        N_("A visit's own file may say something stricter; the stricter of the two holds (HIP-05)."),
    ),
    _office(("office",), N_("When the clinic is open"), N_("Steps of the cadence count these days.")),
    Group(
        N_("Where the clinic hears how its visits go"),
        (
            Field(
                ("webhook_url",),
                N_("Web address"),
                hint=N_("https, on port 443 or 8443, and not inside our own network."),
            ),
            Field(
                ("webhook_secret",),
                N_("Signing secret"),
                Kind.SECRET,
                N_("Like whsec_..., from the clinic. It is stored sealed and never shown."),
            ),
            Field(
                ("webhook_secret_env",),
                N_("Or the environment variable that holds it"),
                hint=N_("Its name ends in WEBHOOK_SECRET; it is read once, now."),
            ),
        ),
        N_("Without an address the clinic opens a link instead."),
    ),
)
CLINIC = Thing(N_("Clinic"), N_("Where are visits, and what may be said of them?"), "building-hospital", _CLINIC)
NEW_CLINIC = replace(CLINIC, form=(Group(_CLINIC[0].legend, (_CLINIC_KEY, *_CLINIC[0].fields)), *_CLINIC[1:]))
