"""What the core says, marked: a page says it in the reader's language. Its tests ask that nothing of it is missing."""

from __future__ import annotations

from admin.language import N_

# What an error of the carrier's means, from the table of them.
FAILURES = frozenset(
    {
        N_("A landline, or a carrier that cannot be reached"),
        N_("A piece of what the member wrote is missing"),
        N_("A time to send at that the carrier does not accept"),
        N_("A trial account reaches verified numbers alone"),
        N_("A wrong retention parameter, or the feature is off"),
        N_("An error of delivery that is in no row"),
        N_("An error of the request that is in no row"),
        N_("Authentication failed"),
        N_("Blocked as a risk of fraud"),
        N_("Blocked on the way to this phone: perhaps they want no texts"),
        N_("Filtered as spam"),
        N_("It was not delivered while it was of use"),
        N_("More calls at once than the account may have"),
        N_("No route from this sender to this number"),
        N_("Not a mobile number"),
        N_("Not a valid number"),
        N_("Outside the regions that are switched on"),
        N_("Price cap, unregistered destination, or size"),
        N_("The Messaging Service has no sender"),
        N_("The Messaging Service's queue is full"),
        N_("The account is suspended"),
        N_("The account may not call this number"),
        N_("The brand's day is used up at this carrier"),
        N_("The carrier could not reach us"),
        N_("The carrier could not use our answer to it"),
        N_("The carrier has too much to do, or trouble of its own"),
        N_("The carrier keeps quiet hours of its own"),
        N_("The carrier knows this number as a litigator's"),
        N_("The handset cannot be reached"),
        N_("The member's carrier did not answer: it may have the text"),
        N_("The member's carrier is congested"),
        N_("The number cannot be reached"),
        N_("The sender is not registered, not set up yet, or may not send"),
        N_("The sender is wrong, missing, or cannot send texts or make calls"),
        N_("The sender's queue is full"),
        N_("The text is empty, or too long"),
        N_("The toll-free number is not verified"),
        N_("This number cannot be called"),
        N_("This number is blocked for us: an opt-out, or a number with a new owner"),
        N_("Too many answers to one phone at once"),
        N_("Too many texts for the registered campaign, or to one number"),
        N_("Trouble inside the carrier"),
        N_("Unknown error"),
        N_("Unknown or inactive number"),
    }
)
# Why something is told by default, to whom it is told.
REASONS_TO_TELL = frozenset(
    {
        N_("operations: the driver must find the member"),
        N_("operations: the plan gave the number, and counts whom it reaches"),
        N_("operations: the proof that its member agreed (LAW-30)"),
        N_("operations: what the member needs to travel (NEMT-04)"),
        N_("operations: when and where the ride goes, never what the visit is (HIP-20)"),
        N_("operations: why members miss visits, as codes"),
        N_("payment and operations: what was done for its member"),
        N_("payment and operations: whether the visit took place"),
        N_("payment: which rides were booked"),
        N_("treatment: a ride that fails is a visit that begins late"),
        N_("treatment: how its own visit ended"),
        N_("treatment: its own visit"),
        N_("treatment: the clinic holds the time, and it is the clinic's own visit (FHIR-07)"),
        N_("treatment: the clinic may have to reach its patient today"),
        N_("treatment: what stands between its patient and care, as codes, and when they could come"),
        N_("treatment: what the next visit must make room for"),
        N_("treatment: when the member arrives"),
    }
)
# What each kind of task asks a person to do.
NEXT_ACTIONS = frozenset(
    {
        N_(
            "A text with a day or place may have reached a stranger: four-factor risk assessment, notices "
            "within 60 days"
        ),
        N_("Answer the medicine question by phone"),
        N_(
            "Ask by the safe way, never on this phone: was it the member who wrote? What they asked for "
            "stands meanwhile"
        ),
        N_("Ask for consent anew before it lapses"),
        N_("Ask for consent to texts, or call instead"),
        N_("Ask the carrier whether the text or call left"),
        N_("Ask the clinic for this file's missing outcomes"),
        N_("Ask the clinic how the visit ended"),
        N_("Book a new visit and ease what stood in the way"),
        N_("Book a ride with the broker"),
        N_("Book an interpreter for the visit"),
        N_("Call the broker: where is the ride? Then the member and the clinic"),
        N_("Call the member about the visit"),
        N_("Call the member now; a person must clear this"),
        N_("Call with an interpreter; get the words approved"),
        N_("Call: did they mean the visit or the texts?"),
        N_("Call: how sick are they, and what do they need?"),
        N_("Cancel the booked ride with the broker"),
        N_("Feels better and does not come: is that safe?"),
        N_("Find a time outside work or school"),
        N_("Find a working number"),
        N_("Find care for whom the member cares for"),
        N_("Find out who wrote from this number"),
        N_("Find out, gently and by phone, who died"),
        N_("Get the member home: call the broker, then the member"),
        N_("Help with cost or coverage"),
        N_("Is the member back?"),
        N_("Listen to the message at the carrier, and call back"),
        N_("Offer help with housing"),
        N_("Offer help with phone or internet"),
        N_("Read the text and answer the member"),
        N_("Read the text and decide"),
        N_("Take the new address; find a clinic near it"),
        N_("Texts or calls to this phone are blocked or declined: find out, in another way, whether they want none"),
        N_("The carrier blocks this number and we know of no STOP: an opt-out, or a new owner? Nothing is sent to it"),
        N_("The carrier filters this text: change its words or its sender"),
        N_("The carrier refuses what we send: put the account, sender or text right"),
        N_("The clinic's webhook does not answer: repair it or phone the clinic"),
        N_("They asked for a person and nobody was there: call back"),
        N_("They rang us and hung up: call back"),
        N_("This clinic has no system: tell them by phone"),
        N_("Too late for an ordinary booking: urgent statement, taxi, mileage, telehealth, or move the visit"),
        N_("Two visits at one time: ask the clinics which one stands"),
        N_("Two visits missed in a row: ask what stands in the way"),
        N_("What we were told of this visit does not fit together: find out"),
    }
)
