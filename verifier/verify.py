# ruff: noqa: INP001, PLR2004, T201 -- it stands alone, reckons with written numbers and talks to a terminal
# fmt: off
"""Check a mutual-aid log and the open data beside it, offline, without believing whoever keeps them.

    python verify.py FOLDER [--key VKEY] [--since FILE] [--member FILE] [--notice HEX] [--lang zh]

FOLDER is the unpacked archive. Take the key from elsewhere, and keep a checkpoint or proof of today: later archives
must contain it (--since). --member is your own count, --notice the fingerprint on a notice. Exit code 0: all holds,
1: not all, 2: cannot be read. Needs the package `cryptography`. A method of `Checks` with a sentence in two languages
is a check: it yields a text for each thing it compares, empty when it holds, otherwise what is wrong.
"""

import argparse
import csv
import datetime as dt
import io
import json
from base64 import b64decode
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Fact = dict[str, Any]
CHINA = dt.timezone(dt.timedelta(hours=8))
LATE, NEAR = dt.timedelta(hours=1), dt.timedelta(minutes=5)  # entries follow their instant; what a lock may count
FATES, NEW = ("approved", "refused", "withdrawn", "open"), {"log-key", "dataset", "claim-counted"}  # since the log is
TABLES = {"periods": "members-locked", "settlements": "settlement", "cases": "disclosure", "rules": "rules"}

def moment(text: str) -> dt.datetime:
    """An instant, to the second."""
    return dt.datetime.fromisoformat(text).replace(microsecond=0)
def differs(where: str, what: str, said: object, found: object) -> str:
    """Empty when both are the same, otherwise how they differ."""
    return "" if said == found else f"{where}: {what} is said to be {said}, but it is {found}"
def compare(where: str, said: Fact, found: Fact) -> Iterator[str]:
    """Compare everything that was found with what is said of it."""
    yield from (differs(where, name, said.get(name), value) for name, value in found.items())
def root_of(leaves: list[bytes]) -> bytes:
    """The root of a tree over the hashes of its leaves (RFC 6962)."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(leaves[:left]) + root_of(leaves[left:])).digest()
def climb(leaf: bytes, index: int, size: int, path: list[str]) -> bytes:
    """The root to which a path of siblings leads from one leaf; another one when the path has the wrong length."""
    if size < 2 or not path:
        return leaf if size == 1 and not path else b""
    left, above = 1 << (size - 1).bit_length() - 1, b64decode(path[-1])
    if index < left:
        return sha256(b"\x01" + climb(leaf, index, left, path[:-1]) + above).digest()
    return sha256(b"\x01" + above + climb(leaf, index - left, size - left, path[:-1])).digest()
def checkpoint_of(note: str) -> tuple[str, int, bytes]:
    """Name, size and root of the log that a checkpoint speaks of (c2sp.org/tlog-checkpoint)."""
    origin, size, root = note.partition("\n\n")[0].split("\n")[:3]
    return origin, int(size), b64decode(root, validate=True)
def is_signed(note: str, keys: list[str]) -> bool:
    """Whether one of the keys signed a checkpoint in the name of its log (c2sp.org/signed-note)."""
    text, _, below = note.rpartition("\n\n")
    for vkey, line in product(keys, below.splitlines()):
        (name, _, encoded), (head, _, signed) = vkey.split("+", 2), line.rpartition(" ")
        key, signature = b64decode(encoded), b64decode(signed)
        ours = signature[:4] == sha256(f"{name}\n".encode() + key).digest()[:4]
        if ours and head == f"— {checkpoint_of(note)[0]}" == f"— {name}":
            with suppress(InvalidSignature):
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], f"{text}\n".encode())
                return True
    return False
def tile(level: int | str, number: int, width: int) -> str:
    """Where a tile lies (c2sp.org/tlog-tiles): 256 hashes or entries, fewer in the last one."""
    *groups, last = f"{number:,}".split(",")
    name = "".join(f"x{group:0>3}/" for group in groups) + f"{last:0>3}"
    return f"log/tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")
def split(total: int, weights: list[int]) -> list[int]:
    """Divide a total by largest remainder; ties go to the earlier one."""
    whole = sum(weights) or 1
    order = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    more = set(order[: total - sum(total * weight // whole for weight in weights)])
    return [total * weight // whole + (place in more) for place, weight in enumerate(weights)]
def shares(f: Fact, asked: list[int], room: int | None) -> tuple[list[int], int, int, list[int]]:
    """What the cases receive from the members, the fee on it, old unpaid shares, and what others may fill up to."""
    n, c, cap, bp = f["members"], f["surplus_before_fen"], f["cap_case_fen"], 10_000
    if f["run_off"]:  # nobody is charged any more: old debts come first, what is left goes to the cases
        unpaid = min(f["unpaid_waiting_fen"], c)
        received = split(min(sum(asked), c - unpaid + f["reserve_before_fen"]), asked)
        return split(min(sum(received), c - unpaid), received), 0, unpaid, received
    paid = asked if cap is None else [min(one, cap * n * bp // (bp + f["fee_bp"])) for one in asked]
    fee = (sum(paid) * f["fee_bp"] + bp // 2) // bp
    if room is not None and sum(paid) + fee > room * n + c:  # the largest total that fits together with its fee
        paid = split(((room * n + c) * bp + bp // 2 - 1) // (bp + f["fee_bp"]), paid)
        fee = (sum(paid) * f["fee_bp"] + bp // 2) // bp
    left = [] if room is None else [room * n + c - sum(paid) - fee]
    left += [] if asked and cap is None else [(cap or 0) * n * len(asked) - sum(paid) - fee]
    return paid, fee, min([f["unpaid_waiting_fen"], *(max(0, limit) for limit in left)]), asked
def settled(f: Fact) -> Fact:
    """A settlement computed from its inputs: what every case receives and every member pays, in fen."""
    numbers, asked = [award[0] for award in f["awards"]], [award[1] for award in f["awards"]]
    room, n, c = None, f["members"], f["surplus_before_fen"]
    if f["year_cap_fen"] is not None and not f["run_off"]:  # an even part of what is left of the year, times the glide
        room = max(0, f["year_cap_fen"] - (f["index_before_fen"] - f["index_at_new_year_fen"]))
        if f["glide_bp"] is not None:
            room = min(room, room * f["glide_bp"] // (10_000 * f["settlements_left"]))
    paid, fee, unpaid, most = shares(f, asked, room)
    need = sum(paid) + fee + unpaid
    share = max(0, -((c - need) // n)) if n else 0  # rounded up; what that collects too much is carried over
    missing = [one - got for one, got in zip(most, paid, strict=True)]
    given = {"reserve": [0] * len(asked), "operator": [0] * len(asked)}
    purses = {"reserve": f["reserve_before_fen"], "operator": f.get("operator_fen", 0)}
    for purse in dict.fromkeys(["reserve"] if f["run_off"] else f["shortfall_order"]):
        given[purse] = split(min(purses[purse], sum(missing)), missing)
        missing = [lack - got for lack, got in zip(missing, given[purse], strict=True)]
    return {
        "room_fen": room, "cases": len(asked), "approved_fen": sum(asked), "shared_payouts_fen": sum(paid),
        "fee_fen": fee, "unpaid_fen": unpaid, "need_fen": need, "share_fen": share,
        "index_after_fen": f["index_before_fen"] + share, "surplus_after_fen": c + share * n - need,
        "from_reserve_fen": sum(given["reserve"]), "from_operator_fen": sum(given["operator"]),
        "awards": [list(row) for row in zip(numbers, asked, paid, given["reserve"], given["operator"], strict=True)],
    }

class Checks:
    """What was downloaded, as it lies there, and everything that has to hold of it."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.folder, self.options, self.damaged, self.told = options.folder, options, list[str](), list[str]()
        self.note = self.read("log/checkpoint").decode()
        self.keys = [options.key] if options.key else self.read("vkey").decode().split()
        self.origin, self.size, self.root = checkpoint_of(self.note)
        self.entries = [entry for number in range(-(-self.size // 256)) for entry in self.bundle(number)]
        self.leaves = [sha256(b"\x00" + entry).digest() for entry in self.entries]
        self.facts: list[Fact] = [json.loads(entry) for entry in self.entries]
        plain = (json.dumps(fact, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for fact in self.facts)
        self.damaged += [f"entry {n} is not plain" for n, one in enumerate(plain) if one.encode() != self.entries[n]]
        self.locks = {fact["about"]: {**fact, "entry": number} for number, fact in self.of("members-locked")}
        self.logged = {fact["about"]: (number, fact["sha256"]) for number, fact in self.of("dataset")}
    def read(self, path: str) -> bytes:
        """A file of the folder; nothing when it is not there, which `files` and `tree` say."""
        return (self.folder / path).read_bytes() if (self.folder / path).is_file() else b""
    def bundle(self, number: int) -> list[bytes]:
        """Up to 256 entries, each after its length in two bytes; what is cut off is remembered as damage."""
        width, found = min(256, self.size - 256 * number), list[bytes]()
        data = self.read(path := tile("entries", number, width))
        while data and (end := 2 + int.from_bytes(data[:2], "big")) <= len(data):
            found, data = [*found, data[2:end]], data[end:]
        self.damaged += [f"{path} is damaged or not there"] if data or len(found) != width else []
        return found
    def of(self, *types: str) -> list[tuple[int, Fact]]:
        """The entries of some types, each with its number, in the order of the log."""
        return [(number, fact) for number, fact in enumerate(self.facts) if fact["type"] in types]
    def table(self, name: str) -> list[dict[str, str]]:
        """The rows of a table."""
        return list(csv.DictReader(io.StringIO(self.read(f"latest/{name}.csv").decode(), newline="")))
    def terms(self, lock: Fact) -> Fact:
        """What the rule version says that held on the day of a lock, with its number."""
        day = moment(lock["due"]).astimezone(CHINA).date().isoformat()
        known = [fact for entry, fact in self.of("rules") if entry < lock["entry"] and fact["plan"] == lock["plan"]]
        number = max(fact["number"] for fact in known if fact["valid_from"] <= day)
        pool = json.loads(self.read(f"latest/rules/{lock['plan']}-{number}.json"))["pool"]
        held = {name: pool[name] for name in ("fee_bp", "cap_case_fen", "glide_bp", "shortfall_order")}
        return {"rules": number, "year_cap_fen": pool["cap_year_fen"], **held}

    def signature(self) -> Iterator[str]:
        """检查点由这份日志的密钥签名。 · The checkpoint is signed with the key of this log."""
        yield "" if is_signed(self.note, self.keys) else f"no signature of {' or '.join(self.keys)} is below it"

    def tree(self) -> Iterator[str]:
        """全部条目推出签名的根，每个瓦片都一致。 · All entries lead to the signed root, and so does every tile."""
        yield from self.damaged
        yield differs("the log", "its root", self.root.hex(), root_of(self.leaves).hex())
        level, hashes = 0, self.leaves
        while hashes:
            parts = [hashes[begin : begin + 256] for begin in range(0, len(hashes), 256)]
            for number, part in enumerate(parts):
                path = tile(level, number, len(part))
                yield "" if self.read(path) == b"".join(part) else f"{path} does not hold the hashes of its entries"
            level, hashes = level + 1, [root_of(part) for part in parts if len(part) == 256]

    def history(self) -> Iterator[str]:
        """以前的检查点是这份日志的开头，没有两套历史。 · The older checkpoint begins this log: one history, not two."""
        if self.options.since:
            kept = self.options.since.read_text("utf-8")
            note = kept.partition("\n\n")[2] if kept.startswith("c2sp.org/tlog-proof") else kept
            _, size, root = checkpoint_of(note)
            keys = self.keys + [fact["key"] for _, fact in self.of("log-key")]  # also those that signed before
            yield "" if is_signed(note, keys) else "the older checkpoint is not signed with a key of this log"
            same = size <= self.size and root_of(self.leaves[:size]) == root
            yield "" if same else f"this log does not begin with the {size} entries that were signed before"

    def times(self) -> Iterator[str]:
        """条目按时间先后，锁定没有提前或倒填。 · Entries are in the order of time; no lock is early or backdated."""
        latest, open_in = dt.datetime(1970, 1, 1, tzinfo=dt.UTC), dict[str, str]()
        for number, fact in enumerate(self.facts):
            at, about = moment(fact["at"]), fact["about"]
            yield "" if at > latest - LATE else f"{about}: entry {number} names {at}, behind one of {latest}"
            latest = max(latest, at)
            if fact["type"] == "members-locked":
                yield "" if at >= moment(fact["due"]) else f"{about} was locked at {at}, before its day"
                yield "" if self.locks[about]["entry"] == number else f"{about} was locked twice"
                earlier = open_in.setdefault(fact["pool"], about)
                yield "" if earlier == about else f"{earlier} was neither settled nor cancelled before {about}"
            elif fact["type"] in {"settlement", "cancelled"} and about in self.locks:
                open_in.pop(self.locks[about]["pool"], None)

    def arithmetic(self) -> Iterator[str]:
        """每次结算按当时条款重算，分毫不差。 · Every settlement, computed again by its rules, comes out the same."""
        for _, fact in self.of("rules"):
            text = self.read(f"latest/rules/{fact['about']}.json")
            yield differs(fact["about"], "the fingerprint of its text", fact["fingerprint"], sha256(text).hexdigest())
        for _, fact in self.of("settlement"):
            held, lock = self.terms(self.locks[fact["about"]]), self.locks[fact["about"]]
            yield differs(fact["about"], "the rules of its lock", lock.get("rules", held["rules"]), held["rules"])
            inputs = {"run_off": fact["members"] == 0, **held, **fact}
            yield from compare(fact["about"], inputs, {**held, **settled(inputs)})

    def chain(self) -> Iterator[str]:
        """序号、累计、结余与返还逐期相接。 · Numbers, index, surplus and credits go on from one to the next."""
        before, owed = defaultdict[str, list[Fact]](list), Counter[tuple[str, int]]()
        for _, fact in self.of("correction", "correction-carried"):
            pool, fen = str(fact.get("pool", fact["plan"])), fact.get("carried_fen", 0) + fact.get("amount_fen", 0)
            owed[pool, fact["into"]] += fen
        for _, fact in self.of("settlement"):
            done, year = before[fact["pool"]], moment(fact["at"]).astimezone(CHINA).year
            last = done[-1] if done else {"seq": 0, "index_after_fen": 0, "surplus_after_fen": 0}
            earlier = [one["index_after_fen"] for one in done if moment(one["at"]).astimezone(CHINA).year < year]
            yield from compare(fact["about"], fact, {
                "seq": last["seq"] + 1, "index_before_fen": last["index_after_fen"],
                "index_at_new_year_fen": max(earlier, default=0), "credits_fen": owed[fact["pool"], last["seq"] + 1],
                "surplus_before_fen": last["surplus_after_fen"] + fact["credits_fen"],
            })
            done.append(fact)

    def members(self) -> Iterator[str]:
        """分摊人数就是锁定时逐一计数的人数。 · Every settlement divides by the members locked and counted in a tree."""
        for _, fact in self.of("settlement"):
            lock = self.locks[fact["about"]]
            yield from compare(fact["about"], fact, {name: lock[name] for name in ("pool", "seq", "members")})
        begun = min((n for n, fact in enumerate(self.facts) if fact["type"] in NEW or "claims" in fact), default=0)
        for number, lock in self.of("members-locked"):  # those of before there was this log have neither
            counted = (len(lock.get("root", "")) == 64 and "claims" in lock) or number < begun
            yield "" if counted else f"{lock['about']}: its members were not counted in a tree"

    def cases(self) -> Iterator[str]:
        """公示的案例都进入本期结算，或公开退出。 · Every published case is in its settlement, or left it in public."""
        stands, here = defaultdict[str, Fact](dict), set[str]()  # cases that stand or are settled, settled periods
        for _, fact in self.of("disclosure", "removal", "deferral", "cancelled", "settlement"):
            about, name = fact["about"], str(fact.get("period", fact["about"]))
            period, case = stands[name], f"case {fact.get('number')}"
            if fact["type"] == "disclosure":
                sound = not {about, name} & here and case not in period and fact["amount_fen"] > 0
                yield "" if sound else f"{name}, {case}: {about} is published twice, too late or without an amount"
                here.add(about)
                period[case] = fact["amount_fen"]
            elif fact["type"] == "settlement":
                asked = {f"case {award[0]}": award[1] for award in fact["awards"]}
                yield from compare(about, asked, {**dict.fromkeys(asked), **period})
                yield differs(about, "the number of its cases", len(fact["awards"]), len(asked))  # each once
                here.add(about)
            else:  # one case left, or the whole period was cancelled
                here -= {fact["case"]} if "number" in fact else set(fact["cases"])
                period.pop(case, None) if "number" in fact else period.clear()

    def payouts(self) -> Iterator[str]:
        """案例、付款与分录三者之和相等。 · Sums of cases, payouts and ledger are the same; nothing is paid twice."""
        named = {(fact["period"], fact["number"]): fact["about"] for _, fact in self.of("disclosure")}
        awards = [(fact["about"], award) for _, fact in self.of("settlement") for award in fact["awards"]]
        given = {(period, named.get((period, award[0]))): sum(award[2:]) for period, award in awards}
        paid, moved = Counter[tuple[str, str]](), Counter[tuple[str, str, str]]()
        for _, fact in self.of("payout", "payout-returned"):
            period, case, fen = fact["period"], fact["about"], fact["amount_fen"]
            yield differs(f"{period}, case {case}", f"a {fact['type']}", fen, given.get((period, case), 0))
            paid[period, case] += {"payout": 1, "returned": -1}.get(fact.get("kind", "payout"), 0)  # others never left
            yield "" if paid[period, case] in {0, 1} else f"{case} was paid {paid[period, case]} times"
        for row in self.table("payouts"):
            key = (row["period"], row["case"])
            said = {"amount_fen": int(row["amount_fen"]), "paid": int(row["state"] == "paid")}
            yield from compare(f"payouts.csv, {key}", said, {"amount_fen": given.pop(key, 0), "paid": paid[key]})
            moved[key[0], "payout", "bank"] += paid[key] * said["amount_fen"]  # what ledger.csv has to come to
        yield from (f"payouts.csv leaves out case {case} of {period}" for (period, case), fen in given.items() if fen)
        for _, fact in self.of("settlement"):
            terms = {
                "member_funds": fact["share_fen"] * fact["members"], "fee_payable": -fact["fee_fen"],
                "claims_payable": -sum(sum(one[2:]) for one in fact["awards"]), "unpaid_shares": -fact["unpaid_fen"],
                "rounding_carry": fact["surplus_before_fen"] - fact["surplus_after_fen"],
                "reserve": fact["from_reserve_fen"], "operator_subsidy": fact["from_operator_fen"],
            }
            moved.update({(fact["about"], "settle", account): -fen for account, fen in terms.items()})
        for row, (side, sign) in product(self.table("ledger"), (("debit", 1), ("credit", -1))):
            moved[row["period"], row["kind"][:6], row[side].partition(":")[0]] += sign * int(row["amount_fen"])
        for (period, kind, account), fen in moved.items():
            if kind == "settle" or (kind, account) == ("payout", "bank"):
                yield differs(f"ledger.csv, {period}", f"the sum of {kind} in {account}, too much by", fen, 0)

    def claims(self) -> Iterator[str]:
        """收到＝通过＋拒绝＋撤回＋审核中，没有隐瞒。 · Claims add up at every lock, and no refusal is hidden."""
        for about, lock in ((about, lock) for about, lock in self.locks.items() if "claims" in lock):
            refused = sum(int(row["count"]) for row in self.table("refusals") if row["period"] == about)
            yield differs(about, "the sum of refusals.csv", refused, lock["claims"]["refused"])
            for counts in (lock["claims"], lock["claims_new"]):
                yield differs(about, "what it received", counts["received"], sum(counts[fate] for fate in FATES))
        old = {lock["plan"] for lock in self.locks.values() if "claims" not in lock}  # begun before this was counted
        for plan in sorted({lock["plan"] for lock in self.locks.values()} - old):
            moves = [fact for _, fact in self.of("claim-counted") if fact["plan"] == plan]
            decided = Counter(one["at"] for one in moves if one["was"] == "open" and one["now"] in FATES[:2])
            stated = Counter(fact["at"] for _, fact in self.of("decision") if fact["plan"] == plan)
            yield from (f"{plan}: the decision of {at} is counted nowhere" for at in stated - decided)
            for lock, fate in product((one for one in self.locks.values() if one["plan"] == plan), FATES):
                steps = [(moment(one["at"]), (one["now"] == fate) - (one["was"] == fate)) for one in moves]
                sure = sum(step for at, step in steps if at < moment(lock["at"]) - NEAR)
                near = [step for at, step in steps if abs(at - moment(lock["at"])) <= NEAR]
                count, log = lock["claims"][fate], sure + sum(near)
                fits = sure - near.count(-1) <= count <= sure + near.count(1)
                yield "" if fits else differs(lock["about"], f"the number of {fate} claims", count, log)

    def tables(self) -> Iterator[str]:
        """表格每行都与日志条目一致，一条不少。 · Every row says what its log entry says, and none is left out."""
        numbered = {str(number): fact for number, fact in enumerate(self.facts)}
        for name, kind in TABLES.items():
            rows = [(row, numbered[row["log_index"]]) for row in self.table(name)]
            for row, fact in rows:
                rests = fact["type"] == kind or (name == "periods" and fact["type"] in {"cancelled", "postponed"})
                yield "" if rests else f"{name}.csv: a row rests on entry {row['log_index']}, a {fact['type']}"
                period = fact.get("period", fact["about"])
                said = {**fact, **fact.get("claims", {}), "period": period, "case": fact["about"]}
                said |= {"locked_at": fact["at"], "settled_at": fact["at"], "members_root": fact.get("root", "")}
                for column in sorted(row.keys() & said.keys()) if fact["type"] == kind else ("period",):
                    read = moment if column.endswith("_at") else str
                    yield differs(f"{name}.csv, {period}", column, read(row[column]), read(said[column]))
            listed, written = Counter(row["log_index"] for row, _ in rows), self.logged[f"latest/{name}.csv"][0]
            yield from (f"{name}.csv: entry {one} has {often} rows" for one, often in listed.items() if often > 1)
            for number, fact in self.of(kind):
                yield "" if str(number) in listed or number > written else f"{name}.csv leaves out {fact['about']}"

    def details(self) -> Iterator[str]:
        """公开的细节与故事正是日志承诺的原文。 · Details and stories are the very texts that the log committed to."""
        for row in self.table("case_details"):
            entries = [f for _, f in self.of("disclosure", "case-corrected", "story") if f["about"] == row["case"]]
            details, story = ("age_band", "place", "disease_group", "decided_on"), ("story_for", "name", "story")
            for salt, key, names in (("salt", "text", details), ("story_salt", "story", story)):
                plain = json.dumps([row[name] for name in names], ensure_ascii=False, separators=(",", ":"))
                digest = sha256(bytes.fromhex(row[salt]) + plain.encode()).hexdigest()
                nothing = key == "story" and not row[salt] + row["name"] + row["story"]  # none, or one for members
                known = nothing or digest in [fact.get(key) for fact in entries]
                yield "" if known else f"case {row['case']}: the log commits to another {key} than the one shown"

    def files(self) -> Iterator[str]:
        """每个数据文件都是日志最后记录的那一个。 · Every data file is the one whose fingerprint was logged last."""
        paths = (path.relative_to(self.folder).as_posix() for path in self.folder.glob("*/**/*") if path.is_file())
        there = {path for path in paths if not path.startswith("log/")}
        for path in sorted(there | {path for path, (_, hashed) in self.logged.items() if hashed and "latest/" in path}):
            found = sha256(self.read(path)).hexdigest() if path in there else "gone"
            yield differs(path, "its fingerprint", self.logged.get(path, (0, "never logged"))[1] or "gone", found)

    def own(self) -> Iterator[str]:
        """自己的计数和通知都在这份日志里。 · Your own count and your notice are in this log."""
        if self.options.member:
            proof = json.loads(self.options.member.read_text("utf-8"))
            lock = self.locks.get(proof["period"], {"root": "not in this log", "members": 0})
            data = sha256(bytes.fromhex(proof["salt"]) + proof["membership"].encode()).digest()
            root = climb(sha256(b"\x00" + data).digest(), proof["index"], lock["members"], proof["hashes"]).hex()
            where = f"{proof['period']}: you are leaf {proof['index']} of {lock['members']}"
            yield differs(where, "its root", lock["root"], root)
            charged = [fact["share_fen"] for _, fact in self.of("settlement") if fact["about"] == proof["period"]]
            self.told += [f"{where}, charged {sum(charged)} fen"]
        if self.options.notice:
            printed = "".join(self.options.notice.split()).lower().ljust(64, "…")  # a part of one is none
            found = [n for n, entry in enumerate(self.entries) if printed in sha256(entry).hexdigest() + entry.decode()]
            yield "" if found else f"no entry of this log is, or holds, {printed}"
            self.told += [f"{printed} is entry {n}: {self.facts[n]['type']} {self.facts[n]['about']}" for n in found]

def main() -> int:
    """Look at everything, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("folder", "--since", "--member", "--key", "--notice", "--lang"):
        parser.add_argument(name, type=str if name in {"--key", "--notice", "--lang"} else Path)
    failed, damage = 0, (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError)
    try:
        log = Checks(options := parser.parse_args())
    except damage as problem:
        print(f"This folder cannot be read: {problem!r}")
        return 2
    for check in (method for method in vars(Checks).values() if " · " in (method.__doc__ or "")):
        sentence = check.__doc__.split(" · ")[options.lang != "zh"]
        try:
            found = list(check(log))
        except damage as problem:
            found = [f"something is missing here: {problem!r}"]
        wrong = [f"       {line}" for line in found if line]
        state = "FAILED" if wrong else "ok    " if found else "-     "
        print(f"{state} {check.__name__:10} {sentence} ({len(found)})", *wrong[:10], sep="\n")
        failed |= bool(wrong)
    print(*log.told, sep="\n", end="\n" * bool(log.told))
    return failed

if __name__ == "__main__":
    raise SystemExit(main())
