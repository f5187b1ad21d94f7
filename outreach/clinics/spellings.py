"""How clinic systems name their columns and their outcomes: small letters and digits only, the likeliest first."""

from __future__ import annotations

_HEADERS = """
appointment: appointmentid apptid appointmentnumber apptnumber appointmentkey visitid visitnumber encounterid
  encounternumber patenccsnid csn schedulingid sisappointmentid placerappointmentid fillerappointmentid id
member: patientid memberid mrn patientmrn patmrn patid medicalrecordnumber patientnumber patientkey enterpriseid
  chartnumber personid clientid subscriberid medicaidid recipientid
clinic: clinic clinicid clinicname department departmentname deptname departmentid location locationname locationid
  facility facilityname facilityid site sitename servicelocation practice neighbourhood neighborhood
date: appointmentday appointmentdate apptdate apptday visitdate dateofservice dos servicedate contactdate
  appointmentdatetime apptdatetime apptdttm appointmentstart startdatetime starttime startdate start
  appointmenttime appttime date
time: appointmenttime appttime visittime starttime timeofday time
sex: sex gender patientsex patientgender birthsex sexatbirth administrativesex legalsex
age: age patientage ageatvisit ageyears ageinyears
outcome: noshow noshowflag isnoshow noshowyn missed attended attendance showed showedup arrived kept checkedin
  visitoutcome outcome appointmentstatus apptstatus visitstatus apptstatusname status
"""

HEADERS: dict[str, tuple[str, ...]] = {
    setting: tuple(names.split())
    for setting, _, names in (line.partition(": ") for line in _HEADERS.replace("\n  ", " ").strip().split("\n"))
}

_MISSED = {**dict.fromkeys(("yes", "y", "true", "1"), "no_show"), **dict.fromkeys(("no", "n", "false", "0"), "kept")}
_CAME = {word: "kept" if meaning == "no_show" else "no_show" for word, meaning in _MISSED.items()}

# Columns whose name is a question: what yes and no mean there.
YES_AND_NO: dict[str, dict[str, str]] = {
    **dict.fromkeys(("noshow", "noshowflag", "isnoshow", "noshowyn", "missed"), _MISSED),
    **dict.fromkeys(("attended", "attendance", "showed", "showedup", "arrived", "kept", "checkedin"), _CAME),
}

OUTCOME_WORDS: dict[str, str] = {
    **dict.fromkeys(
        ("kept", "completed", "complete", "arrived", "attended", "checkedout", "fulfilled", "show"), "kept"
    ),
    **dict.fromkeys(("noshow", "noshowed", "missed", "didnotattend", "dna", "ns"), "no_show"),
    **dict.fromkeys(("lwbs", "leftwithoutbeingseen", "leftwithoutseen"), "left_without_being_seen"),
    **dict.fromkeys(("late", "arrivedlate"), "kept_late"),
    **dict.fromkeys(("rescheduled", "resched"), "rescheduled"),
    **dict.fromkeys(("cancelledbypatient", "canceledbypatient", "patientcancelled"), "cancelled_by_patient_timely"),
    **dict.fromkeys(("latecancel", "latecancellation", "latecancelled"), "cancelled_by_patient_late"),
    **dict.fromkeys(("cancelledbyprovider", "canceledbyprovider", "cancelledbyclinic"), "cancelled_by_clinic"),
    **dict.fromkeys(("scheduled", "booked", "confirmed", "pending", "proposed", "future"), "pending"),
}
