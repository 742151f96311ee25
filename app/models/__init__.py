"""The hall: every noun at rest, one file a noun. Importing this package makes the whole schema known."""

from app.models.account import Account, StaffRole
from app.models.acknowledgement import Acknowledgement
from app.models.allowance import Allowance
from app.models.application import Application, Consent, DeclarationAnswer
from app.models.arrival import Arrival, ArrivalPiece
from app.models.assignment import Absence, Assignment
from app.models.audit import Audit
from app.models.bank_file import BankAnswer, BankBatch, BankBatchLine, BankImport, BankTransfer
from app.models.bank_line import BankLine
from app.models.bill import Bill, BillPaper, BillsClosed, BillStep
from app.models.browser_session import BrowserSession
from app.models.case import Case
from app.models.check_run import CheckRun
from app.models.claim import Claim, ClaimKey, ClaimStep, Decision, Judgement, Recommendation
from app.models.claim_figure import ClaimFigure, FigureDay
from app.models.claim_question import ClaimQuestion, QuestionItem, QuestionReply
from app.models.closing import Closing, Remainder
from app.models.complaint import Complaint, ComplaintAnswer
from app.models.count_tile import CountTile
from app.models.credit import Credit, NamedCredit
from app.models.custody import CustodyExplanation, CustodyLine, CustodyMatch, CustodyStatement
from app.models.data_export import DataExport
from app.models.dataset import Dataset, DatasetDue, RefusalCount
from app.models.declared_conflict import DeclaredConflict
from app.models.delivery import Delivery, DeliveryContradiction, DeliveryLook
from app.models.evidence import Evidence
from app.models.fact import Fact
from app.models.fee_taking import FeeTaking
from app.models.funding import Funding
from app.models.instance import Instance
from app.models.investigation import (
    Investigation,
    InvestigationDocument,
    InvestigationNote,
    InvestigationPaper,
    InvestigationReport,
)
from app.models.invitation import Group, Invitation, ListRefusal, MemberList
from app.models.journal import AccountBalance, JournalEntry, PostingRow
from app.models.judgement_note import JudgementNote
from app.models.look_up import LookUp
from app.models.mail_link import MailLink
from app.models.membership import Deposit, Membership
from app.models.message import Message
from app.models.notice import Notice, NoticeFile
from app.models.objection import Deferral, Objection, Removal
from app.models.outbox import Heartbeat, Outbox
from app.models.parked_form import ParkedForm
from app.models.payee_change import PayeeChange
from app.models.payment import Payment
from app.models.payout import Payout, PayoutReturn
from app.models.period import Period
from app.models.period_figure import FigureCell, PeriodFigure
from app.models.period_history import Carry, PeriodApproval, PeriodChange, PeriodStep
from app.models.person import Person
from app.models.person_correction import CorrectionPaper, PersonCorrection
from app.models.plan import MemberTermsRow, Plan, PoolTermsRow, RuleVersion
from app.models.pool import Pool, PoolCounter
from app.models.public_log import Checkpoint, FactWaiting, LogEntry, LogFingerprint, LogIdentity, LogKey, LogTile
from app.models.public_story import CaseCorrection, PublicStory, TakenAway
from app.models.refund import Refund, SuspenseItem
from app.models.reminder_setting import ReminderSetting
from app.models.rendition import CorrectionRendition, Rendition
from app.models.report import Report
from app.models.rescission import Rescission
from app.models.sandbox import SandboxOrder
from app.models.settlement import Award, Settlement, SettlementAward
from app.models.signal_note import SignalNote
from app.models.takeover import Takeover
from app.models.transfer_by_hand import TransferByHand

__all__ = [
    "Absence",
    "Account",
    "AccountBalance",
    "Acknowledgement",
    "Allowance",
    "Application",
    "Arrival",
    "ArrivalPiece",
    "Assignment",
    "Audit",
    "Award",
    "BankAnswer",
    "BankBatch",
    "BankBatchLine",
    "BankImport",
    "BankLine",
    "BankTransfer",
    "Bill",
    "BillPaper",
    "BillStep",
    "BillsClosed",
    "BrowserSession",
    "Carry",
    "Case",
    "CaseCorrection",
    "CheckRun",
    "Checkpoint",
    "Claim",
    "ClaimFigure",
    "ClaimKey",
    "ClaimQuestion",
    "ClaimStep",
    "Closing",
    "Complaint",
    "ComplaintAnswer",
    "Consent",
    "CorrectionPaper",
    "CorrectionRendition",
    "CountTile",
    "Credit",
    "CustodyExplanation",
    "CustodyLine",
    "CustodyMatch",
    "CustodyStatement",
    "DataExport",
    "Dataset",
    "DatasetDue",
    "Decision",
    "DeclarationAnswer",
    "DeclaredConflict",
    "Deferral",
    "Delivery",
    "DeliveryContradiction",
    "DeliveryLook",
    "Deposit",
    "Evidence",
    "Fact",
    "FactWaiting",
    "FeeTaking",
    "FigureCell",
    "FigureDay",
    "Funding",
    "Group",
    "Heartbeat",
    "Instance",
    "Investigation",
    "InvestigationDocument",
    "InvestigationNote",
    "InvestigationPaper",
    "InvestigationReport",
    "Invitation",
    "JournalEntry",
    "Judgement",
    "JudgementNote",
    "ListRefusal",
    "LogEntry",
    "LogFingerprint",
    "LogIdentity",
    "LogKey",
    "LogTile",
    "LookUp",
    "MailLink",
    "MemberList",
    "MemberTermsRow",
    "Membership",
    "Message",
    "NamedCredit",
    "Notice",
    "NoticeFile",
    "Objection",
    "Outbox",
    "ParkedForm",
    "PayeeChange",
    "Payment",
    "Payout",
    "PayoutReturn",
    "Period",
    "PeriodApproval",
    "PeriodChange",
    "PeriodFigure",
    "PeriodStep",
    "Person",
    "PersonCorrection",
    "Plan",
    "Pool",
    "PoolCounter",
    "PoolTermsRow",
    "PostingRow",
    "PublicStory",
    "QuestionItem",
    "QuestionReply",
    "Recommendation",
    "Refund",
    "RefusalCount",
    "Remainder",
    "ReminderSetting",
    "Removal",
    "Rendition",
    "Report",
    "Rescission",
    "RuleVersion",
    "SandboxOrder",
    "Settlement",
    "SettlementAward",
    "SignalNote",
    "StaffRole",
    "SuspenseItem",
    "TakenAway",
    "Takeover",
    "TransferByHand",
]
