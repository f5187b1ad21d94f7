"""One table from a reason to the barrier it shows, the task that eases it, and its FHIR code (rulebook 5.1)."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.meaning import Reason
from outreach.loops.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """`barrier` is OUT-04's code or None; `fhir` is appointment-cancellation-reason v2.1.1."""

    barrier: str | None
    mitigation: TaskKind | None
    fhir: str


REASONS: dict[Reason, ReasonRow] = {
    Reason.TRANSPORT_FAILURE: ReasonRow("transport_none", TaskKind.ARRANGE_RIDE, "pat-lt"),
    Reason.WORK_CONFLICT: ReasonRow("work_school", TaskKind.EVENING_SLOT, "pat"),
    Reason.CHILDCARE: ReasonRow("childcare", TaskKind.CARE_AT_HOME, "pat"),
    Reason.CAREGIVER_UNAVAILABLE: ReasonRow("childcare", TaskKind.CARE_AT_HOME, "pat"),
    Reason.ILLNESS: ReasonRow("too_sick", TaskKind.NURSE_TRIAGE, "pat"),
    Reason.HOSPITALIZED: ReasonRow(None, TaskKind.CALL_MEMBER, "pat"),
    Reason.COST_INSURANCE: ReasonRow("cost_copay", TaskKind.BENEFITS_HELP, "oth-fin"),
    Reason.FORGOT: ReasonRow("forgot", None, "pat"),
    Reason.FELT_BETTER: ReasonRow("feeling_better", TaskKind.CLINICIAN_REVIEW, "pat-fb"),
    Reason.FEAR_DISTRUST: ReasonRow("fear_distrust", TaskKind.CALL_MEMBER, "pat"),
    Reason.LANGUAGE_BARRIER: ReasonRow("language_interpreter", TaskKind.BOOK_INTERPRETER, "oth-int"),
    Reason.TECHNOLOGY: ReasonRow("phone_digital", TaskKind.PHONE_HELP, "pat"),
    Reason.HOUSING_INSTABILITY: ReasonRow("housing_unstable", TaskKind.HOUSING_HELP, "pat"),
    Reason.MOVED: ReasonRow("moved", TaskKind.UPDATE_ADDRESS, "pat-mv"),
    Reason.CLINIC_CANCELED: ReasonRow("clinic_cancelled", None, "prov"),
    Reason.MEMBER_DECLINED: ReasonRow(None, None, "pat"),
    Reason.UNABLE_TO_REACH: ReasonRow(None, None, "other"),
    Reason.OTHER: ReasonRow(None, None, "other"),
    Reason.NOT_STATED: ReasonRow(None, None, "other"),
}
