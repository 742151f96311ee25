"""What stands in a mail: a sentence, a link, and what to do if it was not you. Nothing medical, no name, no sum."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, has_request_context, request
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from app.models import Account, Complaint, MailLink
from app.services import complaints, mail_links
from app.services.mail_links import LIVES
from app.web.filters import day


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready to be sent: to whom, and the words in their language."""

    to: str
    subject: str
    text: str
    link: str | None = None


def of_link(link: MailLink) -> Letter | None:
    """The mail of a link; None when there is nobody to write to."""
    errand = mail_links.errand_of(link)
    if errand is None:
        return None
    with force_locale(errand.account.language):
        words = {"confirm": _confirm, "change": _change, "reset": _reset, "taken": _taken}[errand.kind]
        return words(errand.to, mail_links.token_of(link.ref))


def of_former_address(link: MailLink) -> Letter | None:
    """What the address is told that a change has replaced; None when that was done, or there is none."""
    former = mail_links.former_address_of(link)
    if former is None or link.account is None:
        return None
    with force_locale(link.account.language):
        return Letter(
            former,
            _("Juntan: your e-mail address was changed"),
            _paragraphs(
                _("The e-mail address of your account at Juntan was changed. This address no longer belongs to it."),
                _("If that was you, there is nothing to do. If it was not, answer this mail at once."),
            ),
        )


def of_new_password(account: Account) -> Letter:
    """What the owner is told after a password was changed."""
    with force_locale(account.language):
        return Letter(
            account.email,
            _("Juntan: your password was changed"),
            _paragraphs(
                _("The password of your account at Juntan was changed, and other devices were signed out."),
                _("If that was not you, set a new password at once:"),
                _address("/reset"),
            ),
        )


def of_message(account: Account) -> Letter:
    """That a message is waiting; what it says is read on the site."""
    with force_locale(account.language):
        return Letter(
            account.email,
            _("Juntan: a message for you"),
            _paragraphs(
                _("There is a new message in your Juntan account. Sign in to read it:"), _address("/me/messages")
            ),
        )


def of_complaint(complaint: Complaint, kind: str) -> Letter | None:
    """What is said to somebody who was not signed in; None when no address was given."""
    to = complaints.contact_of(complaint)
    if not to:
        return None
    with force_locale(complaint.language):
        received = kind == "complaint-received"
        first = (
            _("Juntan has your complaint. The answer comes by %(day)s.", day=day(complaints.due_of(complaint)))
            if received
            else _("Your complaint to Juntan was answered.")
        )
        return Letter(
            to,
            _("Juntan: your complaint has reached us") if received else _("Juntan: your complaint was answered"),
            _paragraphs(
                first,
                _(
                    "You read the answer here, with the reference %(ref)s and the secret %(secret)s:",
                    ref=complaint.ref,
                    secret=complaints.secret_of(complaint.ref),
                ),
                _address("/help/complaints"),
                _("If you have not complained, do nothing: somebody has mistyped an address."),
            ),
        )


def _confirm(to: str, token: str) -> Letter:
    days = LIVES["confirm"].days
    return with_link(
        to,
        _("Juntan: confirm your e-mail address"),
        f"/confirm/{token}",
        before=(
            _("Somebody, probably you, has opened an account at Juntan with this address."),
            ngettext(
                "Open this link within %(num)s day to confirm that the address is yours:",
                "Open this link within %(num)s days to confirm that the address is yours:",
                days,
            ),
        ),
        after=_("If it was not you, do nothing. An account that is not confirmed is closed by itself."),
    )


def _change(to: str, token: str) -> Letter:
    return with_link(
        to,
        _("Juntan: confirm your new e-mail address"),
        f"/confirm/{token}",
        before=(
            _("This address is to become the address of an account at Juntan."),
            _("If you asked for that, open this link within one day:"),
        ),
        after=_("If it was not you, do nothing: nothing changes without the link."),
    )


def _reset(to: str, token: str) -> Letter:
    return with_link(
        to,
        _("Juntan: a new password"),
        f"/reset/{token}",
        before=(
            _("Somebody, probably you, wants to set a new password for your account at Juntan."),
            _("If it was you, open this link within one hour:"),
        ),
        after=_("If it was not you, do nothing: your password stays as it is."),
    )


def with_link(to: str, subject: str, path: str, *, before: tuple[str, ...], after: str) -> Letter:
    """A mail around one link that only its reader may know: what it is for, the link, and what if it was not you."""
    link = _address(path)
    return Letter(to, subject, _paragraphs(*before, link, after), link)


def _taken(to: str, _token: str) -> Letter:
    return Letter(
        to,
        _("Juntan: you have an account already"),
        _paragraphs(
            _("Somebody, probably you, wanted to use this address for an account at Juntan. It has one already."),
            _("Sign in here:"),
            _address("/sign-in"),
            _("Forgotten the password? Set a new one here:"),
            _address("/reset"),
            _("If it was not you, do nothing. Nobody was told that you have an account."),
        ),
        _address("/sign-in"),
    )


def _address(path: str) -> str:
    """A whole address of this site; outside of a request a demonstration that was not told its name has only paths."""
    here = request.host_url.rstrip("/") if has_request_context() else ""
    return (current_app.config["ORIGIN"] or here) + path


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(texts) + "\n"
