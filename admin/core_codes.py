"""The codes of the core as words, marked: `words.plain` says them. Its tests ask that no code is missing."""

from __future__ import annotations

from admin.language import N_

CODES = frozenset({
    # Where a visit's promise stands, how it ended, on whose word and why.
    N_("scheduled"), N_("confirmed"), N_("unreached"), N_("wants change"), N_("cannot come"), N_("arrived"),
    N_("going home"), N_("outcome missing"), N_("not kept"), N_("closed"), N_("visit completed"), N_("new visit"),
    N_("no new visit"), N_("outcome unknown"), N_("duplicate"), N_("member died"), N_("staff"), N_("imported"),
    N_("kept"), N_("kept late"), N_("left without being seen"), N_("no show"), N_("cancelled by patient timely"),
    N_("cancelled by patient late"), N_("cancelled by clinic"), N_("rescheduled"), N_("unknown"), N_("ehr"),
    N_("clinic staff"), N_("claim"), N_("ride vendor"), N_("member"), N_("inferred"), N_("transport failure"),
    N_("work conflict"), N_("childcare"), N_("caregiver unavailable"), N_("illness"), N_("hospitalized"),
    N_("cost insurance"), N_("forgot"), N_("felt better"), N_("fear distrust"), N_("language barrier"),
    N_("technology"), N_("housing instability"), N_("moved"), N_("clinic canceled"), N_("member declined"),
    N_("unable to reach"), N_("other"), N_("not stated"),
    # What may be told, to whom, for which work; what a consent is about, and who spoke.
    N_("contact"), N_("visit"), N_("outcome"), N_("reason"), N_("ride"), N_("words"), N_("consent"), N_("clinic"),
    N_("ride broker"), N_("plan"), N_("partner"), N_("appointment coordination"), N_("ride brokerage"),
    N_("clinic signal"), N_("referral"), N_("payer audit"), N_("appointment"), N_("transport"), N_("coverage"),
    N_("sms"), N_("voice"), N_("program"), N_("provider"), N_("parent"), N_("guardian"), N_("representative"),
    N_("caregiver"),
    # Who does what: queues, roles, and what acts by itself.
    N_("clinic liaison"), N_("coordinators"), N_("managers"), N_("navigators"), N_("nurses"), N_("on call"),
    N_("operations"), N_("privacy"), N_("program staff"), N_("rides"), N_("schedulers"), N_("supervisors"),
    N_("coordinator"), N_("supervisor"), N_("translator"), N_("approver"), N_("clinic viewer"), N_("privacy officer"),
    N_("administrator"), N_("person"), N_("carrier"), N_("service"), N_("operator"), N_("simulation"), N_("demo"),
    N_("api"),
    # From where an entry of the ledger is known.
    N_("member reply"), N_("provider sync"), N_("staff verbal"), N_("staff attested"), N_("verbal attested"),
    N_("verbal recorded"), N_("web form"), N_("driver"), N_("mail"), N_("email"), N_("voice key"), N_("keyword"),
    N_("paper"), N_("file"), N_("import"), N_("call"), N_("letter"), N_("in person"), N_("e-mail"),
    # What a clinic is told, and what became of that.
    N_("visit confirmed"), N_("reschedule requested"), N_("visit declined"), N_("ride problem"), N_("running late"),
    N_("visit not completed"), N_("due"), N_("shown"), N_("delivered"), N_("dead"), N_("withheld"),
    # What became of one try to send.
    N_("claimed"), N_("accepted"), N_("refused"), N_("failed"), N_("sent"), N_("not sent"),
    # What is in a trail: kinds of rows, and looks at them.
    N_("loop"), N_("task"), N_("contact point"), N_("audit"), N_("loops"), N_("tasks"), N_("reports"),
    N_("unmatched"), N_("huddle"), N_("own visits"), N_("evidence"), N_("trail viewed"), N_("found viewed"),
    N_("glass viewed"), N_("accesses viewed"), N_("number viewed"), N_("own visits viewed"), N_("placing viewed"),
    N_("ride viewed"), N_("member number viewed"), N_("code word viewed"), N_("replies exported"),
    N_("report all exported"), N_("trail exported"), N_("cadence preview viewed"),
})  # fmt: skip
# The names of the languages members speak.
LANGUAGES = frozenset({
    N_("English"), N_("Spanish"), N_("Chinese (Simplified)"), N_("Chinese (Traditional)"), N_("Vietnamese"),
    N_("Korean"), N_("Tagalog"), N_("Russian"), N_("Arabic"), N_("Farsi"), N_("Armenian"), N_("Haitian Creole"),
    N_("Portuguese"), N_("French"), N_("Hindi"), N_("Punjabi"), N_("Khmer"), N_("Hmong"), N_("Lao"), N_("Thai"),
    N_("Ukrainian"), N_("Japanese"), N_("Polish"), N_("Somali"),
})  # fmt: skip
