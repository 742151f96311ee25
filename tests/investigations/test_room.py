"""The room of the investigators: own investigations, chosen documents, one report, and nothing afterwards."""

from __future__ import annotations

import io

from app.db import db
from app.models import Audit
from app.services import evidence
from app.services.investigations import hearing, working
from tests.claims.builders import picture
from tests.investigations.scene import OWNER, SHEN, WU, Scene, the_claim
from tests.web.gate import open_account, send, signed_in, token, words


def test_an_investigator_sees_what_was_chosen_and_nobody_else_sees_anything(scene: Scene) -> None:
    ref = scene.asked()
    wu = scene.visitor(WU)
    listed = wu.get("/investigations")
    assert f"/investigations/{ref}" in listed.text
    assert "10 December 2026" in words(listed)
    shown = wu.get(f"/investigations/{ref}")
    text = words(shown)
    assert "首诊日期？" in text
    assert "林**" in text
    assert "林岚" not in text
    chosen, other = scene.papers
    for path, kind in ((chosen, "inline"), (f"{chosen}/original", "attachment")):
        answer = wu.get(f"/investigations/{ref}/documents/{path}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        assert answer.headers["Content-Disposition"].startswith(kind)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    pages = wu.get(f"/investigations/{ref}/documents/{chosen}/pages")
    assert (pages.status_code, "page 1 of 1" in words(pages)) == (200, True)
    for missing in (other, "0123456789AB"):
        assert wu.get(f"/investigations/{ref}/documents/{missing}/pages").status_code == 404
        assert wu.get(f"/investigations/{ref}/documents/{missing}/pages/1").status_code == 404
        answer = wu.get(f"/investigations/{ref}/documents/{missing}")
        assert answer.status_code == 404
        assert "This document was not chosen for you, or your access has ended." in words(answer)
        assert wu.get(f"/investigations/{ref}/documents/{missing}/original").status_code == 404
    open_account(scene.app, "zhou@example.org", roles=("investigator",))
    assert signed_in(scene.app, "zhou@example.org").get(f"/investigations/{ref}").status_code == 404
    assert scene.visitor(SHEN).get(f"/investigations/{ref}").status_code == 403
    assert wu.get(f"/review/{scene.claim}").status_code == 403
    with scene.app.app_context():
        deeds = db.session.scalars(db.select(Audit.deed).where(Audit.role == "investigator").order_by(Audit.id)).all()
        assert deeds == ["investigation.read", "evidence.view_opened", "evidence.original_opened"]
    looks = words(scene.visitor(OWNER).get(f"/claims/{scene.claim}"))
    assert looks.count("investigator 2") == 2, "the claimant sees both looks"


def test_a_report_is_filed_once_with_documents_and_then_nothing_is_left_to_see(scene: Scene) -> None:
    ref = scene.asked()
    wu, at = scene.visitor(WU), f"/investigations/{ref}"
    refused = send(wu, at, {"done": "问过医院。", "found": ""}, action=f"{at}/report")
    assert refused.status_code == 422
    assert "Say what you found, question by question" in words(refused)
    assert "问过医院。" in refused.text
    bad = {"done": "问过医院。", "found": "属实。", "papers": (io.BytesIO(b"MZ not a paper"), "a.exe")}
    refused = send(wu, at, bad, action=f"{at}/report")
    assert (refused.status_code, "属实。" in refused.text) == (422, True)
    good = bad | {"papers": (io.BytesIO(picture(shade=70)), "hospital.jpg")}
    assert send(wu, at, good, action=f"{at}/report").status_code == 303
    assert wu.get(f"{at}/documents/{scene.papers[0]}").status_code == 404
    over = words(wu.get(at))
    assert "Your access to the claim has ended" in over
    assert "林**" not in over
    data = {"csrf_token": token(wu, "/account"), "done": "second", "found": "thoughts"}
    late = wu.post(f"{at}/report", data=data)
    assert late.status_code == 409
    assert "It has ended meanwhile: nothing was filed" in words(late)
    assert "thoughts" in late.text
    with scene.app.app_context():
        (one,) = hearing.of_claim(the_claim(scene.claim))
        assert one.report is not None
        assert one.report.found == "属实。"
        (paper,) = working.papers_of(one)
        assert paper.kind == "investigation"
        assert paper in evidence.documents_of(the_claim(scene.claim))
        brought = paper.ref
    assert scene.visitor(SHEN).get(f"/review/investigations/{ref}/papers/{brought}").status_code == 200
    assert scene.visitor(OWNER).get(f"/claims/{scene.claim}/files/{brought}").status_code == 404


def test_an_investigation_is_given_back_with_a_reason(scene: Scene) -> None:
    ref = scene.asked()
    wu, at = scene.visitor(WU), f"/investigations/{ref}"
    assert send(wu, at, {"reason": ""}, action=f"{at}/decline").status_code == 422
    assert send(wu, at, {"reason": "我认识主治医生。"}, action=f"{at}/decline").status_code == 303
    assert "given back" in words(wu.get("/investigations"))
    assert "我认识主治医生。" in words(scene.visitor(SHEN).get(f"/review/investigations/{ref}"))


def test_only_an_investigator_may_send_more_than_a_form_holds(scene: Scene) -> None:
    at = f"/investigations/{scene.asked()}"
    visitors = {"nobody": scene.app.test_client(), **{email: scene.visitor(email) for email in (OWNER, SHEN, WU)}}
    answers = {
        who: visitor.post(f"{at}/report", data={"papers": (io.BytesIO(bytes(2_000_000)), "a.pdf")}).status_code
        for who, visitor in visitors.items()
    }
    assert answers == {"nobody": 413, OWNER: 413, SHEN: 413, WU: 400}, "read from one alone, who sent no token"
