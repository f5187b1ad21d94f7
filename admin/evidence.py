"""The evidence of one loop: a page to read and print, and the same as lines to take away."""

from __future__ import annotations

import json

from flask import Blueprint, Response, abort, render_template

from admin import evidence_words, words
from admin.access import CARE, EVERY_ROLE, allowed, asks_itself_again, deployment, signed_in
from outreach.engine import audit_chain
from outreach.store.reads import loops
from outreach.store.reads.evidence_lines import lines
from outreach.store.reads.loop_evidence import LoopEvidence, loop_evidence
from outreach.store.reads.metrics import office_zone

pages = Blueprint("evidence", __name__)


@pages.get("/loops/<row:loop_id>/evidence")
@allowed(*EVERY_ROLE)
def shown(loop_id: int) -> str:
    """Can we show what happened? Words that people wrote are for those who care for members alone.

    Proof is not gathered again for the top bar of a page that stays open: what was read stays as it was read.
    """
    me = signed_in()
    if asks_itself_again():
        return render_template("admin/evidence.html", loop_id=loop_id, found=None)
    found, now, office = _gathered(loop_id, "evidence.viewed")
    return render_template(
        "admin/evidence.html",
        loop_id=loop_id,
        found=found,
        status=words.status(found.loop),
        proof=evidence_words.proof(found.chain, len(found.trail)),
        may_read=me.role in CARE,
        read_at=words.at(now, office),
        **evidence_words.tables(found),
    )


@pages.get("/loops/<row:loop_id>/evidence.jsonl")
@allowed(*CARE)
def taken(loop_id: int) -> Response:
    """Take it away as JSONL: one row a line, each with its kind; the trail says who did."""
    found, _now, _office = _gathered(loop_id, "evidence.exported")
    body = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines(found))
    name = f"attachment; filename=L-{loop_id}-evidence.jsonl"
    return Response(body, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})
