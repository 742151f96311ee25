"""The mail of an invitation: who invites to what, the link, and that saying no or nothing has no consequence."""

from __future__ import annotations

from flask_babel import force_locale
from flask_babel import gettext as _

from app.models import Invitation
from app.services import rulebook, vault
from app.services.days import day_of
from app.services.invitations import codes
from app.services.list_lines import EMAIL
from app.web import filters
from app.web.mails import Letter, with_link


def of_invitation(invitation: Invitation) -> Letter | None:
    """The mail, in the language chosen for the list; None when no address is kept (any more)."""
    member_list = invitation.member_list
    if invitation.email_sealed is None or member_list.expires_at is None:
        return None
    group, until = member_list.group, day_of(member_list.expires_at)
    rules = rulebook.rules_of(rulebook.version_on(member_list.plan_id, day_of(member_list.uploaded_at)))
    with force_locale(member_list.language):
        plan = filters.in_words(rules.name)
        return with_link(
            vault.unseal(invitation.email_sealed, purpose=EMAIL),
            _("Juntan: an invitation"),
            f"/invited/{codes.code_of(invitation.ref)}",
            before=(
                _("%(group)s invites you to join %(plan)s: its members share among themselves.",
                  group=group.name, plan=plan),
                _("Open this link until %(day)s to read what it is, and to say yes or no:", day=filters.day(until)),
            ),
            after=_("This mail makes you a member of nothing. Who does not want to join does nothing."),
        )  # fmt: skip
