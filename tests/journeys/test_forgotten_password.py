"""A forgotten password, in a real browser without scripts: from the sign-in page over the mail to the account."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page

from tests.journeys import people, stage
from tests.journeys.stage import Claimant
from tests.journeys.walker import Walker

LIN = Claimant()
NEW_PASSWORD = "three green paper boats"


def test_a_forgotten_password(app: Flask, new_page: Callable[..., Page], locale: str) -> None:
    stage.open_house(app, locale)
    visitor = Walker(new_page(java_script_enabled=False), locale, scripts=False)
    visitor.go("/me")
    people.open_account(visitor, LIN)
    visitor.go("/account")
    visitor.press("Sign out here")
    visitor.go("/me")
    visitor.arrives("Sign in")
    visitor.follow("Forgotten your password?")
    visitor.fill("E-mail", LIN.email)
    visitor.press("Send the link")
    visitor.arrives("Look into your mail")
    people.open_link_in_mail(visitor, "/reset/")
    visitor.arrives("A new password")
    visitor.fill("New password", "1q2w3e4r5t")
    visitor.press("Set the new password")
    visitor.told(
        visitor.say(
            "This password is among the first that others try. Choose several words that only you would combine."
        )
    )
    visitor.fill("New password", NEW_PASSWORD)
    visitor.press("Set the new password")
    visitor.told(visitor.say("Your new password holds. Every other device was signed out."))
    visitor.arrives("My memberships")
