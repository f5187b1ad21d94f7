"""The evidence of one loop: a page to read and print, and the same as lines to take away."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, Response, abort, render_template

from admin import evidence_words, loop_words, member_evidence_words, words
from admin.access import allowed, asks_itself_again, deployment, signed_in
from admin.roles import Right
from outreach.engine import audit_chain
from outreach.loops.sharing import Recipient, Workflow
from outreach.loops.tasks import TaskKind
from outreach.store.reads import loops
from outreach.store.reads.evidence_lines import lines
from outreach.store.reads.loop_evidence import LoopEvidence, loop_evidence
from outreach.store.sharing import withheld_from

pages = Blueprint("evidence", __name__)


@pages.get("/loops/<row:loop_id>/evidence")
@allowed(Right.LOOPS)
def shown(loop_id: int) -> str:
    """Can we show what happened? What people wrote is for those who care for members alone.

    Proof is not gathered again for the top bar of a page that stays open: it stays as it was read.
    """
    if asks_itself_again():
        return render_template("admin/evidence.html", loop_id=loop_id, found=None)
    found, read_at = _gathered(loop_id, "evidence.viewed")
    cares = signed_in().may(Right.MEMBERS)
    found = found if cares else _discreet(found)
    status = words.status(found.loop)
    return render_template(
        "admin/evidence.html",
        loop_id=loop_id,
        found=found,
        may=cares,
        read_at=words.at(read_at, found.loop.zone),
        zone=found.loop.zone,
        badge_of=(loop_words.status(found.loop, status), loop_words.tone(found.loop, status)),
        proof=evidence_words.proof(found.chain, found.trail),
        say=evidence_words,
        say_more=member_evidence_words,
    )


@pages.get("/loops/<row:loop_id>/evidence.jsonl")
@allowed(Right.CARE)
def taken(loop_id: int) -> Response:
    """Take it away as JSONL: one row a line, each with its kind, without words; the trail says who did."""
    found, _read_at = _gathered(loop_id, "evidence.exported")
    with deployment().read(signed_in().actor) as uow:
        limited = withheld_from(uow, Recipient.PLAN, Workflow.PAYER_AUDIT).get(found.loop.member_id, ())
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines(found, limited))
    name = f'attachment; filename="L-{loop_id}-evidence.jsonl"'
    return Response(body, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


def _discreet(found: LoopEvidence) -> LoopEvidence:
    """Return it for who does not care for members: that one of them is in danger is not told (CRI-07)."""
    texts = (replace(text, rule="HIP-06") if text.rule == "CRI-07" else text for text in found.texts)
    return replace(
        found,
        texts=tuple(texts),
        tasks=tuple(task for task in found.tasks if task.kind != TaskKind.SAFE_CONTACT_CHECK),
        trail=tuple(entry for entry in found.trail if entry.rule != "CRI-07"),
    )


def _gathered(loop_id: int, action: str) -> tuple[LoopEvidence, datetime]:
    """Note the look in the trail, seal the trail, then read all of it, that look among it; or 404 (HIP-14)."""
    actor = signed_in().actor
    with deployment().write(actor) as uow:
        uow.narrow()
        if loops.one(uow, loop_id) is None:
            abort(404)
        uow.audit(action, f"loop:{loop_id}")
        uow.commit()
    while audit_chain.seal(deployment()):
        pass
    with deployment().read(actor) as uow:
        return loop_evidence(uow, loop_id) or abort(404), uow.now
