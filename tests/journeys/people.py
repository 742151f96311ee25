"""What people do on the site, step by step, each step ending where the page says that it was done."""

from __future__ import annotations

import datetime as dt
import re

from flask import Flask
from playwright.sync_api import expect

from app.domain.terms import Rules
from tests.domain.plan_files import plan as rules_of
from tests.journeys import papers, stage
from tests.journeys.stage import PASSWORD, SLUG, Claimant
from tests.journeys.walker import PATIENCE, Walker, spaced
from tests.journeys.words import yuan

PHOTOGRAPH, REPORT = "image/jpeg", "application/pdf"


RULES: Rules = rules_of(SLUG)


def sign_in(walker: Walker, email: str, *, towards: str) -> None:
    """Ask for a page behind a door, sign in on the way, and arrive at it."""
    walker.go(towards)
    walker.arrives("Sign in")
    walker.fill("E-mail", email)
    walker.fill("Password", PASSWORD)
    walker.press("Sign in")
    walker.page.wait_for_url(re.compile(rf"{re.escape(towards)}$"))


def filter_plans(visitor: Walker, age: str, *, shown: int, of: int) -> None:
    """Type an age into the filter of the catalogue: with scripts the list changes by itself, without there is a button.

    With scripts the page stays: what a script left in its window is still there afterwards.
    Either way the answer has an address that can be shared.
    """
    if visitor.scripts:
        visitor.page.evaluate("window.stayed = 'here'")
    visitor.fill("Age or date of birth", age)
    if not visitor.scripts:
        visitor.press("Show")
    visitor.told(visitor.say("%(shown)s of %(all)s plans", shown=shown, all=of))
    if visitor.scripts:
        assert visitor.page.evaluate("window.stayed") == "here", "the filter loaded a whole page"
    visitor.page.wait_for_url(re.compile(rf"[?&]born={age}\b"))


def open_account(visitor: Walker, who: Claimant) -> None:
    """From the sign-in page, where a stranger lands, to an account."""
    visitor.arrives("Sign in")
    visitor.follow("Open an account")
    visitor.arrives("Open an account")
    visitor.fill("Your name", who.name)
    visitor.fill("E-mail", who.email)
    visitor.fill("Password", PASSWORD)
    visitor.press("Open the account")
    visitor.told(
        visitor.say("Welcome. We have written to %(email)s: please open the link in that mail.", email=who.email)
    )
    begun = visitor.path()
    open_link_in_mail(visitor, "/confirm/")
    visitor.arrives("Confirm your address")
    visitor.press("Confirm this address")
    visitor.told(visitor.say("Thank you: %(email)s is confirmed.", email=who.email))
    visitor.go(begun)


def open_link_in_mail(visitor: Walker, kind: str) -> None:
    """Read the last mail this browser asked for, and follow its link."""
    visitor.go("/demo/mails")
    visitor.page.get_by_role("link", name=kind).first.click()


def join(member: Walker, who: Claimant, rules: Rules = RULES, *, amount_fen: int = 30_00) -> None:
    """The five steps of joining, from the first question to the page that says it is done."""
    say, name = member.say, member.tongue.of(rules.name)
    member.arrives("Join %(plan)s", plan=name)
    if member.link("Name the person").count():
        member.follow("Name the person")
    else:
        member.choose(say("Who is to join?"), say("Somebody else"))
        member.press("Next")
    name_person(member, who)
    member.arrives("Health declaration")
    for number, item in enumerate(rules.member.declaration, start=1):
        question = say("%(number)s. %(question)s", number=number, question=member.tongue.of(item.question))
        member.choose(question, say("No"))
    member.press("Next")
    member.arrives("Two consents")
    for box in member.page.get_by_role("checkbox").all():
        assert not box.is_checked(), "a consent was given beforehand"
        box.check()
    member.press("Next")
    member.arrives("First top-up")
    member.choose(say("How much"), yuan(amount_fen))
    member.press("Next: check your answers")
    member.arrives("Check your answers")
    member.reads(who.name, yuan(amount_fen), say("Play money"))
    assert who.number not in member.text(), "the whole number stands on the page"
    member.press("Join and pay %(amount)s", amount=yuan(amount_fen))
    member.arrives("%(name)s has joined", name=who.name)


def name_person(member: Walker, who: Claimant) -> None:
    """Fill in the person; a number with a wrong check digit is refused first, and nothing that was typed is lost."""
    say = member.say
    member.arrives("Who is to join?")
    member.fill("Full name, as in the document", who.name)
    member.choose(say("Who is it to you?"), say(who.relation))
    for label, value in zip(("year", "month", "day"), who.birth, strict=True):
        member.page.get_by_label(say(label), exact=True).fill(value)
    member.field("Province").select_option(value=who.province)
    member.choose(say("Identity document"), say("resident identity card"))
    member.fill("Number of the document", who.number[:-1] + ("0" if who.number[-1] != "0" else "1"))
    member.press("Next")
    member.told(member.count("There is a problem", "There are %(num)s problems", 1))
    assert member.field("Full name, as in the document").input_value() == who.name
    member.fill("Number of the document", who.number)
    member.press("Next")


def begin_claim(claimant: Walker, event_on: str, *, who: Claimant) -> str:
    """Open a claim and tell the event; returns the reference of the claim."""
    say = claimant.say
    claimant.go("/claims")
    claimant.follow("Apply for mutual aid")
    claimant.arrives("Apply for mutual aid")
    claimant.page.get_by_role("radio", name=re.compile(re.escape(who.name))).check()
    claimant.press("Begin")
    claimant.arrives("Fill in the claim")
    ref = claimant.path().rpartition("/")[2]
    claimant.follow("Fill in", about=say("The event"))
    claimant.arrives("What happened?")
    claimant.fill("Date of the event", event_on)
    claimant.field("What was it?").select_option(value="leukaemia")
    claimant.choose(say("What do you apply for?"), claimant.tongue.of(RULES.member.benefits[0].name))
    claimant.field("In which province?").select_option(value=who.province)
    claimant.fill("What happened, in your words", "持续发热两周，血常规异常，骨髓穿刺后确诊。")
    claimant.press("Save and go on")
    claimant.arrives("Fill in the claim")
    return ref


def send_files(app: Flask, claimant: Walker, *files: tuple[str, str, bytes]) -> None:
    """Choose files and send them: in pieces where there are scripts, and then a worker checks them."""
    claimant.bring("Choose one or several files", *files)
    claimant.press("Send the files")
    if claimant.scripts:
        checking = claimant.page.locator("#sending").get_by_text(claimant.say("Being checked"), exact=True)
        expect(checking).to_have_count(len(files), timeout=PATIENCE)
        stage.a_worker_looks(app)
        claimant.go(claimant.path())


def bring_evidence(app: Flask, claimant: Walker) -> int:
    """A photograph for most lines of the checklist, a PDF for others, two files at once for one; returns how many."""
    brought = 0
    for number, wanted in enumerate(kind for kind in RULES.member.checklist if kind.required):
        name = claimant.tongue.of(wanted.name)
        claimant.follow("Upload", about=name)
        claimant.arrives_at(name)
        photograph = (f"{wanted.name.zh}.jpg", PHOTOGRAPH, papers.photograph(wanted.name.zh))
        report = (f"{wanted.key}.pdf", REPORT, papers.report(wanted.name.en))
        files = [photograph] if number % 2 == 0 else [report]
        if wanted.key == "pathology_report":
            files = [report, photograph]
        send_files(app, claimant, *files)
        brought += len(files)
        if not claimant.scripts:
            claimant.told(claimant.count("%(num)s file was kept.", "%(num)s files were kept.", len(files)))
        claimant.reads(*(file[0] for file in files))
        claimant.follow("Back to the claim")
        claimant.arrives("Fill in the claim")
    return brought


def refuse_what_is_no_paper(app: Flask, claimant: Walker) -> None:
    """A file that only calls itself a picture is refused in words, and nothing of it is kept."""
    name = claimant.tongue.of(RULES.member.checklist[0].name)
    claimant.follow("Upload", about=name)
    send_files(app, claimant, ("passport.jpg", PHOTOGRAPH, b"#!/bin/sh\necho no picture at all\n"))
    one_refused = claimant.count("%(num)s file could not be taken", "%(num)s files could not be taken", 1)
    claimant.told(claimant.say("Problem") if claimant.scripts else one_refused)
    claimant.reads(claimant.say("Nothing has been brought yet."))
    claimant.follow("Back to the claim")
    claimant.arrives("Fill in the claim")


def hand_in(claimant: Walker, ref: str, who: Claimant) -> None:
    """Bank account, consents, a last look, and the claim is handed in."""
    say = claimant.say
    claimant.follow("Fill in", about=say("Account for the payout"))
    claimant.arrives("Account for the payout")
    claimant.fill("Name of the account's holder", who.name)
    claimant.fill("Bank and branch", "农业银行西湖支行")
    claimant.fill("Account or card number", who.bank_number)
    claimant.press("Save and go on")
    claimant.arrives("Fill in the claim")
    claimant.follow("Fill in", about=say("Consents"))
    claimant.arrives("Consents")
    claimant.page.locator("input[name=claim_file]").check()
    claimant.page.locator("input[name=publication_level][value='1']").check()
    claimant.press("Save and go on")
    claimant.arrives("Fill in the claim")
    claimant.follow("Check and hand in")
    claimant.arrives("Check and hand in")
    claimant.tick(say("What I have entered and brought is true and complete as far as I know."))
    claimant.press("Hand the claim in")
    claimant.arrives("Handed in")
    claimant.told(say("Your claim has been handed in. Its reference is %(ref)s.", ref=ref))
    claimant.follow("To the claim")
    claimant.arrives("Claim %(ref)s", ref=ref)


def pass_time(anybody: Walker, until: dt.date) -> None:
    """Move the demonstration's clock, event by event, through the same jobs as in real life."""
    say, day = anybody.say, anybody.tongue.day
    anybody.go("/demo")
    forward = say("Move to the next event, %(day)s", day=anybody.tongue.day_short(until))
    if anybody.page.get_by_role("button", name=spaced(forward)).count():
        anybody.page.get_by_role("button", name=spaced(forward)).click()
    else:
        anybody.press("Move one day forward")
    anybody.told(say("It is now %(day)s. Everything due until then was done.", day=day(until)))


def balances(organiser: Walker) -> list[int]:
    """What stands as the balance of each membership on the first page of the list, in fen."""
    organiser.go("/me")
    found = []
    for row in organiser.page.get_by_role("row").all():
        amount = re.search(r"([\d,]+)\.(\d\d)\s*$", row.inner_text())
        if amount:
            found.append(int(amount[1].replace(",", "") + amount[2]))
    return found
