"""The days that are not good: what goes wrong in the story beside claims and objections, and how it is put right.

What needs no plot is not here: lists whose organiser forgets somebody, pools that run into a cap, payouts that wait for
money and periods without a case come of themselves.
"""

from __future__ import annotations

from typing import Final

from app.story.bad_day import BadDay
from app.story.deeds import (
    applications,
    bank,
    calendar,
    desk,
    family,
    filing,
    groups,
    investigations,
    leaving,
    members,
    operator,
    payments,
    relatives,
    rights,
    transfers,
)
from app.story.deeds import credits as wrong
from app.story.deeds.claims import reconsider
from app.story.plot import ANNOUNCED, OPEN

_KNOWS = "头颈部肿瘤的病理报告，田宇更熟悉。"
_NEIGHBOUR = "申请人是我的邻居，我们常来往。"
_SLOW = "互助申请补交材料后，页面写着三天内有人看，过了八天还没有动静。"
_SORRY = "核对属实：材料被排在另一份申请后面。已由另一位审核员当天看完，并调整了排队规则。给您添麻烦了。"
_LOST = "十月的对账单里有一行看不懂，写信问过一次没有回音。"
_LOOKED = "会员来信问对账单，核对其会员资格编号。"
_YOUNG = "young-cancer"
_BANK = "银行系统当日维护，结算顺延；金额和人数不变。"
_MISTYPED = "银行流水上是 30.00 元，不是 300.00 元。"
_HOLIDAY = "适逢法定节假日，公示日顺延两天，异议天数不变。"
_TYPED = "核对发现该期费用参数录入有误，每位会员多分摊 0.02 元。错误在运营方，由运营方全额承担。"
_ROUNDED = "核对发现该期有一笔退回的互助金应当从总额中扣除，每位会员多分摊 0.01 元。"
_FIRST_SEEN = "首次因同一症状就诊是哪一天？出院小结上的日期与病历是否一致？"
_ASKED = "到该院病案室核对了首诊记录，并与病理科电话核实报告编号。"
_SEEN = "首诊日期与出院小结一致；病理报告编号属实。病案室王女士当面核对。"
_TOLD = "首诊日期与出院小结一致；病理报告编号属实。"
_MISTAKE = "公示后发现一个案例的年龄段写错，本期取消，案例转入下一期重新公示。任何会员都没有因本期被收取分摊。"

BAD_DAYS: Final = (
    # payments in
    BadDay("a top-up that fails", "member-26/young-cancer", payments.pays("fail", days=1), 2, 3),
    BadDay("a top-up told twice", "member-26/young-cancer", payments.pays("arrive_twice", days=1), 3, 3),
    BadDay("a top-up that is late", "member-26/young-cancer", payments.pays("arrive", days=3), 4, 3),
    BadDay("a top-up the bank takes back", "member-26/young-cancer", payments.pays("come_back", days=5), 8, 9),
    # transfers that arrive in the bank by themselves
    BadDay("a transfer by hand", "member-26/young-cancer",
           transfers.arrives(30_00, bank="T-0000417", confirmed_by="treasurer-2"), 12, 9),
    BadDay("a transfer that was mistyped", "member-26/young-cancer",
           transfers.arrives(300_00, bank="T-0000958", rejected_by=("treasurer-2", _MISTYPED)), 18, 9),
    BadDay("a transfer of nobody known", "谢谢你们",
           transfers.arrives(50_00, bank="T-0001233", confirmed_by="treasurer-2"), OPEN, -2, 14),
    BadDay("a transfer for a membership that has ended", "member-24/young-cancer",
           transfers.arrives(20_00, bank="T-0001871", confirmed_by="treasurer-2"), OPEN, -2, 14),
    BadDay("a transfer that nobody has confirmed", "member-26/young-cancer",
           transfers.arrives(60_00, bank="T-0002105"), OPEN, 0, 15),
    # payouts
    BadDay("the next payout comes back", "treasurer-2", payments.next_payout("come_back", days=2), 7, 7, 12),
    BadDay("its claimant names another account", "returned-1", payments.names_accounts_again, 7, 11),
    BadDay("it is sent again", "returned-1", payments.sends_again, 7, 12),
    BadDay("the bank refuses the next payout", "treasurer-2", payments.next_payout("fail", days=1), 13, 7, 12),
    BadDay("its claimant names another account", "failed-1", payments.names_accounts_again, 13, 10),
    BadDay("a payout that takes days", "treasurer-2", payments.next_payout("arrive", days=3), 11, 7, 12),
    BadDay("the bank refuses another payout", "treasurer-2", payments.next_payout("fail", days=1), 23, 7, 12),
    BadDay("another payout comes back", "treasurer-2", payments.next_payout("come_back", days=2), 24, 7, 12),
    BadDay("a payout that is on its way", "treasurer-2", payments.next_payout("arrive", days=12), 25, 7, 12),
    BadDay("a top-up that is awaited", "member-26/young-cancer", payments.pays("arrive", days=10), OPEN, 0),
    # by bank files
    BadDay("payouts go by a bank file for a while", "treasurer-2", bank.goes_by_file, 22, 7, 12),
    BadDay("the others go as before", "treasurer-2", bank.goes_as_before, 22, 7, 16),
    BadDay("a batch is made", "treasurer-1", bank.makes_batch, 22, 7, 17),
    BadDay("another treasurer lets it go", "treasurer-2", bank.lets_batch_go, 22, 8),
    BadDay("the bank answers, and sends one back", "treasurer-1", bank.bank_answers, 22, 9),
    BadDay("its claimant names another account", "file-1", payments.names_accounts_again, 22, 11),
    BadDay("it is sent again", "file-1", payments.sends_again, 22, 12),
    BadDay("a statement of the bank with a charge", "treasurer-1", bank.statement_comes, 24, 1),
    BadDay("another treasurer confirms what it is", "treasurer-2", bank.explanation_is_confirmed, 24, 2),
    BadDay("the next statement", "treasurer-2", bank.statement_comes, OPEN, -1, 9),
    BadDay("what it says is confirmed", "treasurer-1", bank.explanation_is_confirmed, OPEN, -1, 15),
    BadDay("refunds go by a bank file", "treasurer-2", bank.goes_by_file, OPEN, -2, 9),
    BadDay("some of them are released", "treasurer-2", bank.releases_some_refunds, OPEN, -2, 10),
    BadDay("the others go as before", "treasurer-2", bank.goes_as_before, OPEN, -2, 11),
    BadDay("a batch that waits for a second treasurer", "treasurer-1", bank.makes_batch, OPEN, -2, 12),
    # leaving
    BadDay("somebody leaves", "member-24/young-cancer", leaving.leaves, 6, 9),
    BadDay("and stays after all", "member-24/young-cancer", leaving.stays, 6, 11),
    BadDay("leaves while the period is locked", "member-24/young-cancer", leaving.leaves, 9, 2),
    BadDay("refunds are released", "treasurer-1", leaving.releases_refunds, 9, 9),
    BadDay("does not agree to new rules and leaves", "member-32/young-cancer", leaving.leaves, ANNOUNCED, 5),
    BadDay("refunds are released", "treasurer-1", leaving.releases_refunds, ANNOUNCED, 9),
    BadDay("a refund the bank sends back", "member-32", leaving.refund_comes_back, ANNOUNCED, 12),
    BadDay("refunds are released", "treasurer-1", leaving.releases_refunds, 20, 9),
    # new rules
    BadDay("agrees before they hold", "member-1/young-cancer", members.agrees, ANNOUNCED, 3),
    BadDay("agrees before they hold", "member-5/young-cancer", members.agrees, ANNOUNCED, 6),
    BadDay("agrees late", "member-9/young-cancer", members.agrees, 18, 3),
    BadDay("agrees late", "member-18/accident", members.agrees, 20, 3),
    # the calendar and the reserve
    BadDay("a donation for a reserve", "treasurer-1",
           calendar.fills_reserve("child-health", 2_000_000, reference="2026-0001", confirmed_by="treasurer-2"), 4, 4),
    BadDay("a donation that nobody has confirmed", "treasurer-1",
           calendar.fills_reserve("senior-cancer", 1_000_000, reference="2026-0002", confirmed_by=None), OPEN, 0, 16),
    BadDay("the operator takes a part of its fee", "treasurer-1",
           calendar.takes_fee(_YOUNG, 60, let_go_by="treasurer-2"), 23, 9),
    BadDay("another part waits for a second treasurer", "treasurer-1",
           calendar.takes_fee(_YOUNG, 50, let_go_by=None), OPEN, 0, 16),
    BadDay("a period postponed before its lock", "treasurer-1",
           calendar.postpones("senior-cancer", by_days=2, reason=_HOLIDAY), 16, -1),
    BadDay("a period postponed while it is locked", "treasurer-1",
           calendar.postpones("lifelong-million", by_days=2, reason=_BANK), 8, 4),
    BadDay("a period cancelled after its publication", "treasurer-2",
           calendar.cancels("senior-cancer", reason=_MISTAKE), 18, 1),
    BadDay("the next period is postponed", "treasurer-1",
           calendar.postpones_planned("lifelong-million", by_days=1, reason=_HOLIDAY), OPEN, 0, 17),
    BadDay("a settlement charged too much, and who has left is refunded", "treasurer-1",
           wrong.corrects(_YOUNG, back=8, over_fen=2, cause="operator", reason=_TYPED, confirmed_by="treasurer-2"),
           19, 10),
    BadDay("a credit that nobody has confirmed", "treasurer-1",
           wrong.corrects("child-health", back=2, over_fen=1, cause="rules", reason=_ROUNDED, confirmed_by=None),
           OPEN, 0, 15),
    # people and cases
    BadDay("looked at again after an objection", "objected-1", reconsider, 14, 5),
    BadDay("somebody who is a member elsewhere applies, and is refused", "member-29", applications.is_refused, 20, 12),
    BadDay("an account's owner has died, a relative reports it", "member-36",
           relatives.reports("death", "member-35", relation="spouse"), 13, 9),
    BadDay("a caseworker confirms it", "member-36", relatives.is_confirmed, 13, 11),
    BadDay("the relative applies for the illness before the death", "member-36",
           filing.for_who_died("lymphoma", "malignant_tumour"), OPEN, 0, 15),
    BadDay("somebody cannot look after an account, which waits for a caseworker", "member-25",
           relatives.reports("incapacity", "member-11", relation="spouse"), OPEN, 0, 9),
    BadDay("a consent to publication is taken back", "returned-1", relatives.takes_publication_back, 10, 5),
    BadDay("a consent to joining is taken back", "member-37/young-cancer", relatives.takes_joining_back, 15, 9),
    BadDay("a membership is to end for what was not declared", "member-38/young-cancer", relatives.is_rescinded, 15, 3),
    BadDay("the same for another one", "member-39/young-cancer", relatives.is_rescinded, 15, 4),
    BadDay("who contests it", "member-39/young-cancer", relatives.contests, 15, 9),
    BadDay("and is heard", "member-39/young-cancer", relatives.is_lifted, 15, 12),
    # a family
    BadDay("one top-up for the whole family", "member-51", family.tops_up_together, 10, 5),
    BadDay("and reminders as early as they want them", "member-51", family.wants_to_know_early, 10, 5, 11),
    BadDay("a child of age takes the own membership over", "member-33", family.is_taken_over("member-52"), 19, 3),
    BadDay("another one is offered it", "member-51", family.offers, OPEN, -1, 10),
    # a group invites its people
    BadDay("a village is admitted", "organiser-1", groups.asks, OPEN, -9, 9),
    BadDay("its list is sent", "organiser-1", groups.invites, OPEN, -9, 10),
    BadDay("a school waits to be admitted", "organiser-1", groups.asks_and_waits, OPEN, -1, 9),
    BadDay("two join, one stops on the way, one declines, two say nothing", "organiser-1", groups.answers, OPEN, 0, 15),
    BadDay("a list with mistakes waits to be corrected", "organiser-1", groups.hands_in_a_list_with_mistakes,
           OPEN, 0, 16),
    # investigations
    BadDay("agrees to an investigator", "member-3", investigations.agrees, OPEN, -5, 12),
    BadDay("who is asked", "member-3", investigations.is_asked(_FIRST_SEEN, by="caseworker-2", days=6), OPEN, -5, 14),
    BadDay("and takes the consent back", "member-3", investigations.takes_it_back, OPEN, -2, 16),
    BadDay("agrees to an investigator", "member-10", investigations.agrees, OPEN, -4, 12),
    BadDay("who is asked", "member-10", investigations.is_asked(_FIRST_SEEN, by="caseworker-3", days=5), OPEN, -4, 14),
    BadDay("who looks", "member-10", investigations.looks, OPEN, -3, 10),
    BadDay("and reports", "member-10",
           investigations.is_reported(_ASKED, _SEEN, shared=_TOLD, by="caseworker-3"), OPEN, -3, 15),
    BadDay("agrees to an investigator", "member-13", investigations.agrees, OPEN, -3, 12),
    BadDay("who has not reported yet", "member-13",
           investigations.is_asked(_FIRST_SEEN, by="caseworker-1", days=9), OPEN, -3, 15),
    BadDay("who looks", "member-13", investigations.looks, OPEN, -1, 11),
    # the desk
    BadDay("a caseworker takes a claim", "member-14", desk.is_taken(by="caseworker-3"), OPEN, -4, 10),
    BadDay("a claim is handed over", "member-13", desk.is_handed_over(_KNOWS, to="caseworker-4"), OPEN, -2, 15),
    BadDay("a caseworker knows the claimant", "member-19",
           desk.is_too_near("acquaintance", _NEIGHBOUR, to="caseworker-2"), OPEN, 0, 10),
    BadDay("a caseworker is away", "caseworker-1", desk.goes_away(12), OPEN, 0, 9),
    # the house itself
    # what members ask about themselves
    BadDay("a complaint about a slow answer", "member-29", rights.complains(_SLOW), OPEN, -20, 9),
    BadDay("is answered in time", "member-29", rights.is_answered(_SORRY, by="caseworker-4"), OPEN, -16, 11),
    BadDay("a complaint that nobody has answered in time", "member-32", rights.complains(_LOST), OPEN, -26, 10),
    BadDay("a member is looked up", "member-32", rights.is_looked_up(_LOOKED, by="caseworker-3"), OPEN, -12, 15),
    BadDay("a name is corrected", "member-26", rights.corrects_name("孟皓", accepted_by="caseworker-4"), OPEN, -15, 9),
    BadDay("a name waits to be corrected", "member-19", rights.corrects_name("丁文彬", accepted_by=None), OPEN, 0, 11),
    BadDay("somebody takes the own data along", "member-26", rights.takes_data_along, OPEN, 0, 12),
    BadDay("the mail server is down", "operator-1", operator.mail_goes_down, OPEN, -5, 15),
    *(
        BadDay("the worker tries on", "operator-1", operator.worker_looks, OPEN, -5 + hour // 24, hour % 24)
        for hour in range(17, 46)
    ),
    BadDay("the mail server is back", "operator-1", operator.mail_is_back, OPEN, -4, 23),
)  # fmt: skip

AGAIN_AND_AGAIN: Final = (
    # looked at after every settlement: whoever is in the days of grace then
    BadDay("pays in within the days of grace", "member-23/young-cancer", payments.pays_in_grace, 0, 5),
    BadDay("pays in too late", "member-27/young-cancer", payments.pays_too_late, 0, 5),
    BadDay("what came too late goes back", "member-27", leaving.sends_what_waited_back, 4, 6),
    BadDay("asks for what stayed when the membership lapsed", "member-40/accident", leaving.asks_back, 5, 18),
)
"""What depends on where a balance stands: so many days after the settle day of each period from one on."""
