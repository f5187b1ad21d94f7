"""The console: server-rendered pages for coordinators, program staff and supervisors."""

from __future__ import annotations

from flask import Flask

from admin import (
    absences,
    around_member,
    audit_pages,
    cadence_acts,
    cadence_previews,
    cadences,
    consenting,
    evidence,
    glass,
    huddle,
    live,
    loop_acts,
    loops,
    member_acts,
    member_evidence,
    members,
    own_account,
    own_clinic,
    people,
    recordings,
    reports,
    rides,
    search,
    sends,
    sessions,
    settings,
    showing,
    sign_on,
    standing,
    task_acts,
    tasks,
    undoing,
    unmatched,
    wording,
    wording_acts,
    wording_files,
    wording_tasks,
)
from admin.shell import prepare
from admin.watch import Watch
from outreach.engine.deployment import Deployment

PAGES = (
    live.pages, sessions.pages, sign_on.pages, own_account.pages, people.pages, glass.pages, huddle.pages, loops.pages,
    loop_acts.acts, members.pages, member_acts.acts, around_member.acts, consenting.pages, evidence.pages,
    member_evidence.pages, rides.pages, standing.pages, search.pages, showing.pages, unmatched.pages, audit_pages.pages,
    tasks.pages, task_acts.acts, undoing.acts, absences.pages, sends.pages, own_clinic.pages, recordings.pages,
    reports.pages, wording.pages, wording_acts.acts, wording_files.pages, wording_tasks.pages, settings.pages,
    cadences.pages, cadence_acts.acts, cadence_previews.pages,
)  # fmt: skip


def register(app: Flask) -> None:
    """Add the console's pages to `app`."""
    prepare(app)
    serving: Deployment = app.extensions["outreach"]
    app.extensions["outreach.watch"] = Watch(serving, serving.settings.web_streams)
    for pages in PAGES:
        app.register_blueprint(pages)
