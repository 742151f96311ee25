"""The rules of the house for files: each takes the root of a checkout and lists what breaks it, a line each."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

Rule = Callable[[Path], list[str]]

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 300, 50, 120
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff", "lib"}
ROOMS = (
    "front", "accounts", "plans", "memberships", "claims", "review", "treasury", "governance", "disclosures",
    "publiclog", "notices", "investigations",
)  # fmt: skip
ROOM_FILES = {"__init__.py", "views.py", "forms.py", "queries.py", "actions.py"}
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".json", ".yaml", ".yml", ".po", ".txt", ".xml", ".ini", ""}
FOREIGN = {"vendor", "node_modules", "__pycache__", "fonts", "versions"}
MACHINE = re.compile(
    r"(?<![\w$}./-])/(?:work|root|home/\w+|opt|Users)/|\b(?:10|192\.168)(?:\.\d{1,3}){2,3}\b|//[\w.-]+\.(?:internal|corp|lan|local)\b"
)
UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedError|pytest\.(?:mark\.)?(?:skip|xfail|importorskip)\w*"
)
JINJA = re.compile(r"\{#.*?#\}|\{%-?\s*trans\b.*?endtrans\s*-?%\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
SPOKEN = re.compile(r"\s(?:alt|title|placeholder|aria-label|aria-description|label)=(\"[^\"]*\"|'[^']*')")
TAG = re.compile(r"<!--.*?-->|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
ATTRIBUTE = re.compile(r"\s[\w-]+=(?:\"[^\"]*\"|'[^']*')")
SAME_IN_ALL_LANGUAGES = re.compile(r"English|中文|语言|Language|均摊|Juntan|JUNTAN|SHA-256")
WORD = re.compile(r"[A-Za-z]{3,}|[\u3400-\u9fff]+")


def files(root: Path, *folders: str, suffix: str = "") -> Iterator[Path]:
    """Our own files below these folders; what others wrote and what was generated is left out."""
    for folder in folders:
        for path in sorted((root / folder).rglob(f"*{suffix}")):
            if path.is_file() and not FOREIGN.intersection(path.relative_to(root).parts):
                yield path


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _found(root: Path, paths: Iterable[Path], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(root)}:{number}: {match.group()}"
        for path in paths
        for number, line in enumerate(_lines(path), 1)
        for match in pattern.finditer(line)
    ]


def long_files(root: Path) -> list[str]:
    """A file of more than 300 lines holds two things, a template of more than 120 as well."""
    limits = [(path, FILE_LINES) for path in files(root, "app", "scripts", "tests", suffix=".py")]
    limits += [(path, TEMPLATE_LINES) for path in files(root, "templates", suffix=".html")]
    return [
        f"{path.relative_to(root)}: {len(_lines(path))} lines" for path, limit in limits if len(_lines(path)) > limit
    ]


def long_functions(root: Path) -> list[str]:
    """A function of 50 lines does two things."""
    return [
        f"{path.relative_to(root)}:{function.lineno}: {function.name}"
        for path in files(root, "app", "scripts", "tests", suffix=".py")
        for function in _functions(path)
        if (function.end_lineno or 0) - function.lineno + 1 > FUNCTION_LINES
    ]


def nameless_files(root: Path) -> list[str]:
    """If a function has no room, the house lacks one: nothing is called utils."""
    return [
        str(path.relative_to(root))
        for path in files(root, "app", "templates", "tests", "scripts")
        if NAMELESS.intersection({path.stem.strip("_"), *path.relative_to(root).parts[:-1]})
    ]


def rooms_of_other_shape(root: Path) -> list[str]:
    """Every room has the same few files, and says in a docstring who stands in it."""
    found = []
    for room in ROOMS:
        for path in files(root, f"app/{room}"):
            if path.name not in ROOM_FILES:
                found.append(f"{path.relative_to(root)}: not one of {', '.join(sorted(ROOM_FILES))}")
            if path.name == "__init__.py":
                tree = ast.parse(path.read_text(encoding="utf-8"))
                if len(tree.body) != 1 or not ast.get_docstring(tree):
                    found.append(f"{path.relative_to(root)}: holds something else than one docstring")
    return found


def old_queries(root: Path) -> list[str]:
    """Model.query and session.query hide which question is asked; we write select()."""
    return [
        f"{path.relative_to(root)}:{node.lineno}: .query"
        for path in files(root, "app", suffix=".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"query", "get_or_404", "first_or_404"}
    ]


def floats_in_the_domain(root: Path) -> list[str]:
    """Money is whole fen: the domain holds no float, and divides with // or divmod only."""
    found = []
    for path in files(root, "app/domain", suffix=".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            is_division = isinstance(node, (ast.BinOp, ast.AugAssign)) and isinstance(node.op, ast.Div)
            converts = (
                isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"float", "round"}
            )
            if is_float or is_division or converts:
                found.append(f"{path.relative_to(root)}:{node.lineno}: {ast.unparse(node)}")
    return found


def clocks_below_the_porch(root: Path) -> list[str]:
    """app/web/clock.py is the only clock; everything else is told the time."""
    pattern = re.compile(
        r"\b(?:datetime|date)\.(?:now|today|utcnow)\(|\btime\.time\(|\bfunc\.now\(|\bCURRENT_TIMESTAMP\b"
    )
    return _found(root, (path for path in files(root, "app", suffix=".py") if path.name != "clock.py"), pattern)


def commits_away_from_the_edge(root: Path) -> list[str]:
    """Only app/db.py's transaction() commits: one deed, all or nothing."""
    return _found(
        root,
        (path for path in files(root, "app", suffix=".py") if path.name != "db.py"),
        re.compile(r"\.commit\(\)|\bsession\.begin\(\)"),
    )


def unfinished_work(root: Path) -> list[str]:
    """What is begun is finished or not here; a test that is skipped promises nothing."""
    own = root / "tests" / "house"
    paths = (path for path in files(root, "app", "templates", "tests", "scripts", "docs") if path.suffix in TEXT)
    return _found(root, (path for path in paths if own not in path.parents), UNFINISHED)


def unescaped_text(root: Path) -> list[str]:
    """Text is escaped everywhere; only the macros in templates/ui may say that something is HTML."""
    paths = (
        path for path in files(root, "templates", suffix=".html") if (root / "templates" / "ui") not in path.parents
    )
    return _found(root, paths, re.compile(r"\|\s*safe\b|autoescape\s+false"))


def inline_style_and_script(root: Path) -> list[str]:
    """Our content security policy allows none: no style=, no handler, no <style>, no <script> without src.

    A block of data (JSON-LD) is no script: nothing of it runs.
    """
    pattern = re.compile(
        r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|\bhx-on\b|<style\b|"
        r"<script\b(?![^>]*\bsrc=)(?! type=\"application/ld\+json\">)|javascript:|hx-vals=.js:"
    )
    return _found(root, files(root, "templates", suffix=".html"), pattern)


def templates_of_no_species(root: Path) -> list[str]:
    """Page: noun.html extends a layout. Fragment: _noun.html, one root with an id. Macros stand in ui/."""
    found = []
    for path in files(root, "templates", suffix=".html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        room = path.relative_to(root / "templates").parts[0]
        extends = re.search(r"\{%-?\s*extends\b", text)
        if room in {"layouts", "ui"}:
            continue
        if path.name.startswith("_"):
            first = TAG.search(JINJA.sub("", text))
            if extends or not first or not re.search(r"\sid=", first.group()):
                found.append(f"{path.relative_to(root)}: a fragment begins with its root, which has an id")
        elif not extends:
            found.append(f"{path.relative_to(root)}: a page extends a layout")
    return found


def speechless_text(root: Path) -> list[str]:
    """Every word on a page goes through the catalogue, attributes that are read aloud too."""
    found = []
    for path in files(root, "templates", suffix=".html"):
        plain = JINJA.sub(" ", path.read_text(encoding="utf-8"))
        heard = " ".join(match.group(1) for match in SPOKEN.finditer(plain))
        said = SAME_IN_ALL_LANGUAGES.sub("", ATTRIBUTE.sub(" ", TAG.sub(" ", plain)) + " " + heard)
        found += [f"{path.relative_to(root)}: {match.group()}" for match in WORD.finditer(said)]
    return found


def traces_of_a_machine(root: Path) -> list[str]:
    """The project speaks of itself alone: no path and no host of the machine it was written on."""
    paths = list(files(root, "app", "templates", "tests", "scripts", "docs", "static", "migrations", ".ci"))
    paths += [path for path in root.glob("*") if path.is_file()]
    own = root / "tests" / "house"
    return _found(root, (path for path in paths if path.suffix in TEXT and own not in path.parents), MACHINE)


def private_registries(root: Path) -> list[str]:
    """The lock files name public registries only, so that everybody gets the same packages."""
    hosts = {"https://pypi.org", "https://files.pythonhosted.org", "https://registry.npmjs.org"}
    pattern = re.compile(r"(?:https?|file)://[^/\"]*(?=[/\"])")
    locks = [path for path in (root / "uv.lock", root / "scripts/node/package-lock.json") if path.exists()]
    return [line for line in _found(root, locks, pattern) if line.split(": ", 1)[1] not in hosts]


RULES: tuple[Rule, ...] = (
    long_files,
    long_functions,
    nameless_files,
    rooms_of_other_shape,
    old_queries,
    floats_in_the_domain,
    clocks_below_the_porch,
    commits_away_from_the_edge,
    unfinished_work,
    unescaped_text,
    inline_style_and_script,
    templates_of_no_species,
    speechless_text,
    traces_of_a_machine,
    private_registries,
)
