"""The whole way: from joining a plan to a public payout, in a real browser, on real input."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page

from app.db import db
from app.models import Audit, Evidence, Period, Settlement
from app.services import selfcheck
from app.services.evidence import OPENINGS
from tests.journeys import desk, people, stage
from tests.journeys.people import RULES
from tests.journeys.stage import Claimant
from tests.journeys.walker import Walker, spaced
from tests.journeys.words import yuan

EVENT = dt.date(2026, 7, 16)
"""One day after the waiting period of somebody who joined on 16 January."""
HANDED_IN = dt.date(2026, 7, 17)
PUBLISHED, OBJECTIONS_OVER, SETTLED = (dt.date(2026, 7, day) for day in (21, 24, 28))
PERIOD, PERIOD_NAME = (2026, 7, 2), "young-cancer-2026-07-2"
AMOUNT_FEN = 300_000_00
SHARE_FEN, PAYOUT_FEN, FEE_FEN = 3_00, 836_11, 66_89
"""301 members at the cap of 3.00 are 903.00: 836.11 and its fee of 8 %, which is 66.8888 and rounds to 66.89."""
EQUATION = (yuan(PAYOUT_FEN), yuan(FEE_FEN), "301", "3.00")
REFUSED = {"reason": "确诊在等待期之内。", "would change": "证明首次确诊在等待期之后的病历。"}
LIN = Claimant()
Visitors = Callable[[], Walker]


def test_the_whole_way(app: Flask, new_page: Callable[..., Page], locale: str) -> None:
    walk_the_whole_way(app, locale, lambda: Walker(new_page(), locale))


def test_the_whole_way_without_scripts(app: Flask, new_page: Callable[..., Page]) -> None:
    walk_the_whole_way(app, "zh", lambda: Walker(new_page(java_script_enabled=False), "zh", scripts=False))


def test_a_refusal_says_why_what_would_change_it_and_until_when_one_may_appeal(
    app: Flask, new_page: Callable[..., Page], locale: str
) -> None:
    """An illness of the day of joining lies in the waiting period: the rules refuse it, and two people say so."""
    stage.open_house(app, locale)
    stage.let_join(app, LIN, locale)
    ref, clause = stage.let_claim(app, LIN, stage.JOINED, locale), RULES.member.cited.waiting
    first, second, claimant = (Walker(new_page(), locale) for _ in range(3))
    people.sign_in(first, stage.CASEWORKERS[0], towards=f"/review/{ref}")
    first.press("Begin the review")
    first.told(first.say("The review has begun."))
    desk.recommend_refusing(first, clause, REFUSED["reason"])
    people.sign_in(second, stage.CASEWORKERS[1], towards=f"/review/{ref}")
    desk.decide_refusing(second, clause, REFUSED["reason"], REFUSED["would change"])
    last_day = claimant.tongue.day(stage.JOINED + dt.timedelta(days=RULES.member.appeal_within_days))
    rests_on = claimant.tongue.of(RULES.member.checklist[0].name)
    why = (clause, claimant.tongue.of(RULES.member.clause(clause).text), *REFUSED.values(), rests_on, last_day)
    people.sign_in(claimant, LIN.email, towards=f"/claims/{ref}")
    claimant.reads(claimant.say("Not helped with"), *why)
    assert claimant.link("Appeal").count() == 1
    letter = claimant.letter(claimant.link("Decision notice")).replace(" ", "")
    for words in (ref, LIN.name, *why):
        assert words.replace(" ", "") in letter, f"the decision notice does not say {words}"


def walk_the_whole_way(app: Flask, locale: str, somebody: Visitors) -> None:
    stage.open_house(app, locale)
    stage.enrol_the_list(app, locale)
    member, public = a_visitor_becomes_a_member(somebody()), somebody()
    stage.live_until(app, HANDED_IN)
    ref, brought = a_claim_is_handed_in(app, member)
    two_caseworkers_decide(app, somebody, ref, brought=brought)
    the_claimant_reads_the_decision(member, ref)
    people.pass_time(public, PUBLISHED)
    the_public_sees_what_it_would_come_to(public)
    organiser = somebody()
    before = the_organiser_sees_balances(organiser)
    people.pass_time(public, OBJECTIONS_OVER)
    treasurer = two_treasurers_check_and_approve_the_sum(somebody(), somebody())
    people.pass_time(public, SETTLED)
    the_treasurer_releases_the_payment(treasurer)
    assert people.balances(organiser) == [balance - SHARE_FEN for balance in before]
    people.pass_time(public, SETTLED + dt.timedelta(days=1))
    the_claimant_is_paid(member, ref)
    the_public_checks_the_sum(app, public)
    the_money_is_all_there(app)


def a_visitor_becomes_a_member(visitor: Walker) -> Walker:
    """Browse the plans, filter them, read one, open an account, join, and read the certificate."""
    say, name = visitor.say, visitor.tongue.of(RULES.name)
    visitor.go("/")
    visitor.follow("See which plan takes me")
    visitor.arrives("Plans")
    people.filter_plans(visitor, "28", shown=3, of=5)
    visitor.link_called(name).click()
    visitor.arrives_at(name)
    visitor.reads("300,000.00", "200,000.00", "100,000.00", say("Waiting period"), say("This is not insurance"))
    visitor.follow("Join this plan")
    people.open_account(visitor, LIN)
    people.join(visitor, LIN)
    letter = visitor.letter(visitor.link("Membership certificate (PDF)"))
    assert LIN.name in letter
    assert name in letter
    assert LIN.number[:3] in letter
    assert LIN.number not in letter, "the whole number stands in the letter"
    visitor.follow("See the membership")
    visitor.arrives_at(LIN.name)
    visitor.reads("+30.00")
    return visitor


def a_claim_is_handed_in(app: Flask, claimant: Walker) -> tuple[str, int]:
    """Returns the reference of the claim, and how many documents were brought."""
    ref = people.begin_claim(claimant, EVENT.isoformat(), who=LIN)
    people.refuse_what_is_no_paper(app, claimant)
    brought = people.bring_evidence(app, claimant)
    people.hand_in(claimant, ref, LIN)
    promised = HANDED_IN + dt.timedelta(days=RULES.member.first_look_days)
    claimant.reads(claimant.tongue.day(promised))
    return ref, brought


def two_caseworkers_decide(app: Flask, somebody: Visitors, ref: str, *, brought: int) -> None:
    first, second = somebody(), somebody()
    people.sign_in(first, stage.CASEWORKERS[0], towards="/review")
    assert looks_at_evidence(app) == []
    desk.take_up(app, first, ref, papers_brought=brought)
    looks = looks_at_evidence(app)
    assert {document for document, _role in looks} == documents(app)
    assert {role for _document, role in looks} == {"caseworker"}
    desk.recommend_paying(first, ref)
    people.sign_in(second, stage.CASEWORKERS[1], towards="/review")
    desk.decide_paying(second, ref)


def looks_at_evidence(app: Flask) -> list[tuple[str, str]]:
    """Which document was opened in which role, as the audit trail has it."""
    with stage.inside(app):
        rows = db.session.execute(db.select(Audit.about_ref, Audit.role).where(Audit.deed.in_(OPENINGS)))
        return [(row.about_ref, row.role) for row in rows]


def documents(app: Flask) -> set[str]:
    with stage.inside(app):
        return set(db.session.scalars(db.select(Evidence.ref)))


def the_claimant_reads_the_decision(claimant: Walker, ref: str) -> None:
    say = claimant.say
    claimant.go(f"/claims/{ref}")
    claimant.reads(say("Helped with"), yuan(AMOUNT_FEN), claimant.tongue.day(PUBLISHED))
    letter = claimant.letter(claimant.link("Decision notice"))
    for words in (LIN.name, ref, yuan(AMOUNT_FEN), RULES.member.benefits[0].clause):
        assert words in letter, f"the decision notice does not say {words}"


def the_public_sees_what_it_would_come_to(public: Walker) -> None:
    """Locked and published: the case, its amount, and the sum as it would be today; nobody's name."""
    public.go("/")
    public.page.get_by_role("navigation", name=public.say("Main sections")).get_by_role(
        "link", name=public.say("Disclosures"), exact=True
    ).click()
    public.arrives("Disclosures")
    public.link_called(public.tongue.period(*PERIOD)).click()
    public.arrives_at(public.tongue.period(*PERIOD))
    public.reads(public.say("At most"), *EQUATION, "300,000.00", public.tongue.day(SETTLED))
    names_nobody(public)


def the_organiser_sees_balances(organiser: Walker) -> list[int]:
    people.sign_in(organiser, stage.ORGANISER, towards="/me")
    before = people.balances(organiser)
    assert len(before) >= 10
    return before


def two_treasurers_check_and_approve_the_sum(first: Walker, second: Walker) -> Walker:
    """The first one checks and cannot approve as well; the second one approves."""
    say = first.say
    people.sign_in(first, stage.TREASURERS[0], towards="/treasury")
    first.arrives("Treasury")
    open_the_period(first)
    first.reads(
        *EQUATION,
        say(
            "The objection days are over. It settles on %(day)s if one treasurer has checked its sum and another one "
            "approved it.",
            day=first.tongue.day(SETTLED),
        ),
    )
    first.press("I have checked this sum")
    first.told(say("Checked. Another treasurer now approves exactly this sum."))
    assert first.button("Approve this sum").count() == 0
    people.sign_in(second, stage.TREASURERS[1], towards="/treasury")
    open_the_period(second)
    second.press("Approve this sum")
    second.told(say("Approved. On the settle day the clock settles exactly this sum."))
    return second


def open_the_period(treasurer: Walker) -> None:
    """By its task, which names the plan and the period."""
    title = treasurer.tongue.period(*PERIOD)
    treasurer.link_called(f"{treasurer.tongue.of(RULES.name)}{treasurer.say(', ')}{title}").click()
    treasurer.arrives_at(title)


def the_treasurer_releases_the_payment(treasurer: Walker) -> None:
    treasurer.go("/treasury")
    open_the_period(treasurer)
    treasurer.press("Release the payments")
    treasurer.told(treasurer.count("%(num)s payment is on its way.", "%(num)s payments are on their way.", 1))


def the_claimant_is_paid(claimant: Walker, ref: str) -> None:
    """The claim says so, the notice is there in both languages, and the balance fell by the share like everybody's."""
    say = claimant.say
    claimant.go(f"/claims/{ref}")
    ending = LIN.bank_number.replace(" ", "")[-4:]
    claimant.reads(say("The money has been paid to the account ending in %(ending)s.", ending=ending))
    claimant.go("/notices")
    paid = claimant.page.get_by_role("row").filter(has_text=spaced(say("payout notice").capitalize(), whole=False))
    letter = claimant.letter(
        paid.get_by_role("link", name=say("Chinese PDF" if claimant.tongue.locale == "zh" else "English PDF"))
    )
    for words in (LIN.name, yuan(PAYOUT_FEN), "300,000.00", claimant.tongue.period(*PERIOD), yuan(SHARE_FEN)):
        assert words in letter, f"the payout notice does not say {words}"
    claimant.go("/me")
    claimant.page.get_by_role("link", name=spaced(LIN.name, whole=False)).first.click()
    claimant.arrives_at(LIN.name)
    claimant.reads("\N{MINUS SIGN}3.00", "27.00")


def the_public_checks_the_sum(app: Flask, public: Walker) -> None:
    """The page, the case and the bulletin say what the row of the settlement says."""
    row = the_settlement(app)
    public.go(f"/disclosures/{PERIOD_NAME}")
    public.reads(public.say("The sum of this period"), public.say("Each pays"), *terms_of(row))
    assert terms_of(row) == list(EQUATION)
    names_nobody(public)
    bulletin = public.letter(public.link("Bulletin of this period"))
    for words in (*terms_of(row), PERIOD_NAME, "300,000.00"):
        assert words in bulletin, f"the bulletin does not say {words}"
    assert LIN.name not in bulletin
    public.link_called("0001").click()
    public.arrives("Case %(number)s", number="0001")
    public.reads(public.say("disease group, age band and province"), yuan(PAYOUT_FEN), "300,000.00")
    names_nobody(public)


def terms_of(row: Settlement) -> list[str]:
    """Every term of the equation that is not nothing, with the members and the share, as they are written."""
    needs = [row.shared_payouts_fen, row.fee_fen, row.unpaid_fen, row.surplus_before_fen]
    return [
        *(yuan(fen) for fen in needs if fen),
        f"{row.members:,}",
        f"{row.share_fen // 100}.{row.share_fen % 100:02}",
    ]


def the_settlement(app: Flask) -> Settlement:
    with stage.inside(app):
        found = db.session.scalars(
            db.select(Settlement).join(Period, Settlement.period_id == Period.id).where(Period.name == PERIOD_NAME)
        ).one()
        db.session.expunge(found)
        return found


def names_nobody(public: Walker) -> None:
    body = public.page.content()
    assert not [secret for secret in (LIN.name, LIN.number, LIN.email) if secret in body]


def the_money_is_all_there(app: Flask) -> None:
    with stage.inside(app):
        wrong = [f"{question.name}: {row}" for question in selfcheck.check() for row in question.rows]
    assert not wrong, wrong
