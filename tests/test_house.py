"""The plan of the house, held by machine: floors, vendors' rooms, sizes, names, what files hold.

Every rule is a function over sources, so each is also shown to fail on a planted one.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path, PurePath

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 400
LONGEST_SERVER = 80

FLOORS = {
    "tradewind": 0,
    **dict.fromkeys("tools retrieval models connectors stores prompts packets".split(), 1),
    "agents": 2,
    **dict.fromkeys(("api", "evals"), 3),
    "wiring": 4,
    **dict.fromkeys(("server", "cli", "commands", "scripts"), 5),
}
# Rooms of these floors know each other; on the others each knows only itself.
NEIGHBOURLY = frozenset((5,))

FOLDERS = frozenset(
    "tradewind tools retrieval models connectors stores prompts packets agents api evals wiring "
    "commands scripts scenarios data web docs deploy tests".split()
)
HIDDEN = frozenset((".ci",))
MODULES = frozenset(("server", "cli"))
NEVER = frozenset(("platform", "types", "queue", "secrets"))

# A vendor's package (a name ending in * is a prefix) and the rooms where it may be imported.
AT_HOME = {
    "langgraph*": {"agents"},
    "langchain*": {"models"},
    "llama_index": {"retrieval"},
    "qdrant*": {"retrieval"},
    "sqlalchemy": {"stores"},
    "alembic": {"stores"},
    "fastapi": {"api", "server"},
    "starlette": {"api", "server"},
    "ag_ui": {"api"},
    "xllamacpp": {"models"},
    "onnxruntime": {"models"},
    "transformers": {"models"},
    "inspect_ai": {"evals"},
    "authlib": {"api"},
    "joserfc": {"api"},
    "limits": {"api", "stores"},
    "typst": {"packets"},
    "pikepdf": {"packets"},
    "stripe": {"connectors"},
}
# Benchmarks measure us against the usual way of building, so they build that too.
BASELINES = "wiring/bench/"
READERS_OF_THE_ENVIRONMENT = (
    "wiring/", "scripts/", "commands/console.py", "server.py",
    # Commands that open a platform of their own, and where inspect_ai is told its folder.
    "commands/bench.py", "commands/evaluate.py", "evals/runner.py",
)  # fmt: skip

_MACHINE_PATH = re.compile(r"(?<![\w.~<>:/-])/(?:root|home|Users|work|workspace|mnt)/[\w.]")
_REGISTRY = re.compile(
    r"""(?ix) (?: --(?:extra-)?index-url | --find-links | (?<![\w_])index-url | (?<![\w_])registry )
    \s*[=:\s]\s* ["']? https? :// | "resolved" \s* : \s* "http | @\s+(?:https?|file)://"""
)

Source = tuple[str, str]
"""A file's path from the root and its text."""


# ---- reading


def tracked() -> list[str]:
    """Files of the repository: known to git, or new and not ignored."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git work tree")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def python_sources() -> list[Source]:
    """Every Python file that belongs to a floor."""
    return [
        (name, (ROOT / name).read_text(encoding="utf-8"))
        for name in tracked()
        if name.endswith(".py") and room_of(name) in FLOORS
    ]


def text_sources() -> list[Source]:
    found: list[Source] = []
    for name in tracked():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data and not name.startswith("web/dist/"):
            found.append((name, data.decode("utf-8", "replace")))
    return found


def room_of(path: str) -> str:
    return path.partition("/")[0].removesuffix(".py")


def imports(text: str) -> Iterator[str]:
    """Modules that a source imports, wherever in the file; relative ones stay in their room."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


# ---- the rules: each gives the breaches it finds


def floor_breaches(sources: Iterable[Source]) -> list[str]:
    found: list[str] = []
    for path, text in sources:
        here = room_of(path)
        for module in imports(text):
            there = module.partition(".")[0]
            if there == here or there not in FLOORS:
                continue
            beside = FLOORS[there] == FLOORS[here]
            if FLOORS[there] > FLOORS[here] or (beside and FLOORS[here] not in NEIGHBOURLY):
                found.append(f"{path} imports {module}")
            elif there == "cli":
                found.append(f"{path} imports the entry point {module}")
    return found


def vendor_breaches(sources: Iterable[Source]) -> list[str]:
    found: list[str] = []
    for path, text in sources:
        for module in imports(text):
            for vendor, rooms in AT_HOME.items():
                at_home = room_of(path) in rooms or path.startswith(BASELINES)
                if _is_of(module, vendor) and not at_home:
                    found.append(f"{path} imports {module}")
    return found


def _is_of(module: str, vendor: str) -> bool:
    top = module.partition(".")[0]
    return top.startswith(vendor[:-1]) if vendor.endswith("*") else top == vendor


def ground_floor_breaches(sources: Iterable[Source]) -> list[str]:
    """What `tradewind` imports beside the standard library, pydantic and itself."""
    allowed = sys.stdlib_module_names | {"pydantic", "tradewind"}
    return [
        f"{path} imports {module}"
        for path, text in sources
        if room_of(path) == "tradewind"
        for module in imports(text)
        if module.partition(".")[0] not in allowed
    ]


def length_breaches(sources: Iterable[Source]) -> list[str]:
    limits = {"server.py": LONGEST_SERVER}
    return [
        f"{path} has {lines} lines"
        for path, text in sources
        if (lines := text.count("\n")) > limits.get(path, LONGEST)
    ]


def folder_breaches(names: Iterable[str]) -> list[str]:
    """Top-level folders nobody listed, and modules whose names belong to others."""
    found: set[str] = set()
    for name in names:
        top, _, below = name.partition("/")
        if below and top not in FOLDERS | HIDDEN:
            found.add(f"the folder {top}/ is not in the plan")
        if not below and top.endswith(".py") and top[:-3] not in MODULES:
            found.add(f"the module {top} is not in the plan")
    return sorted(found)


def name_breaches(owners: Mapping[str, Iterable[str]]) -> list[str]:
    """Our top-level names that somebody else owns; `owners` maps an owner to its names."""
    ours = FOLDERS | MODULES
    return [
        f"{owner} owns {name}"
        for owner, names in owners.items()
        for name in sorted(set(names) & ours)
    ]


def environment_breaches(sources: Iterable[Source]) -> list[str]:
    return [
        path
        for path, text in sources
        if not path.startswith(READERS_OF_THE_ENVIRONMENT) and _reads_environment(text)
    ]


def _reads_environment(text: str) -> bool:
    """Whether a source names os.environ or os.getenv, or takes either from os."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv"):
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            return any(a.name in ("environ", "environb", "getenv", "*") for a in node.names)
    return False


def place_breaches(sources: Iterable[Source]) -> list[str]:
    """Paths of somebody's machine, and addresses where packages were taken from."""
    return [
        f"{path}:{number}: {match[0]!r}"
        for path, text in sources
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := _MACHINE_PATH.search(line) or _REGISTRY.search(line))
    ]


# ---- the house as it stands


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    found = python_sources()
    assert {room_of(path) for path, _ in found} >= {"tradewind", "agents", "api", "wiring"}
    return found


def test_imports_go_down_only(sources: list[Source]) -> None:
    assert floor_breaches(sources) == []


def test_the_ground_floor_needs_pydantic_alone(sources: list[Source]) -> None:
    assert ground_floor_breaches(sources) == []


def test_vendors_stay_in_their_rooms(sources: list[Source]) -> None:
    assert vendor_breaches(sources) == []


def test_files_are_short(sources: list[Source]) -> None:
    tests = [s for s in text_sources() if s[0].startswith("tests/") and s[0].endswith(".py")]
    assert length_breaches([*sources, *tests]) == []


def test_only_wiring_reads_the_environment(sources: list[Source]) -> None:
    assert environment_breaches(sources) == []


def test_every_top_level_name_is_in_the_plan() -> None:
    assert folder_breaches(tracked()) == []
    assert not NEVER & MODULES


def test_nobody_else_owns_our_names() -> None:
    owners = {"the standard library": sys.stdlib_module_names}
    for distribution in distributions():
        if distribution.name != "tradewind":
            owners[distribution.name] = frozenset(_top_level(distribution.files or ()))
    assert len(owners) > 20
    assert name_breaches(owners) == []


def _top_level(files: Iterable[PurePath]) -> Iterator[str]:
    """What an installation puts where modules are looked for."""
    for file in files:
        first = file.parts[0]
        if len(file.parts) > 1 and first not in ("..", ".") and "." not in first:
            yield first
        elif len(file.parts) == 1 and first.endswith((".py", ".so")):
            yield first.split(".")[0]


def test_files_name_no_machine_and_no_registry() -> None:
    assert place_breaches(text_sources()) == []


# ---- the rules can fail


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tradewind/base.py", "import agents.run"),
        ("tools/orders/find.py", "from stores.open import open_database"),
        ("models/open.py", "def f():\n    import retrieval.open"),
        ("agents/run.py", "from api.doors import Doors"),
        ("evals/runner.py", "from api.app import create_app"),
        ("api/chat.py", "import wiring.platform as p"),
        ("wiring/platform.py", "from server import make_app"),
        ("commands/talk.py", "from cli import app"),
    ],
)
def test_an_import_upward_or_sideways_is_found(path: str, text: str) -> None:
    assert len(floor_breaches([(path, text)])) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("api/chat.py", "from agents.assistant import Assistant"),
        ("tools/logistics/track.py", "from tools.access import readable_order_id"),
        ("commands/serve.py", "from server import make_app"),
        ("agents/run.py", "import asyncio"),
    ],
)
def test_an_import_downward_is_none(path: str, text: str) -> None:
    assert floor_breaches([(path, text)]) == []


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("agents/run.py", "langchain_core.messages"),
        ("api/chat.py", "langgraph.graph"),
        ("wiring/platform.py", "qdrant_client"),
        ("connectors/open.py", "sqlalchemy.orm"),
        ("agents/assistant.py", "fastapi"),
        ("server.py", "ag_ui.core"),
        ("retrieval/store.py", "onnxruntime"),
        ("commands/serve.py", "inspect_ai"),
    ],
)
def test_a_vendor_away_from_home_is_found(path: str, module: str) -> None:
    assert vendor_breaches([(path, f"def f():\n    import {module}")]) != []
    assert vendor_breaches([(path, f"from {module} import x")]) != []


def test_a_vendor_on_the_ground_floor_is_found() -> None:
    assert ground_floor_breaches([("tradewind/base.py", "import numpy as np")]) != []
    assert ground_floor_breaches([("tradewind/base.py", "import json, pydantic")]) == []


def test_a_long_file_is_found() -> None:
    assert length_breaches([("agents/run.py", "x = 1\n" * (LONGEST + 1))]) != []
    assert length_breaches([("server.py", "x = 1\n" * (LONGEST_SERVER + 1))]) != []
    assert length_breaches([("agents/run.py", "x = 1\n" * LONGEST)]) == []


def test_an_unlisted_folder_is_found() -> None:
    assert folder_breaches(["misc/notes.md", "docs/a.md", "README.md", "cli.py"]) == [
        "the folder misc/ is not in the plan"
    ]
    assert folder_breaches(["queue.py"]) == ["the module queue.py is not in the plan"]


def test_a_taken_name_is_found() -> None:
    assert name_breaches({"openai-agents": ["agents"], "other": ["numpy"]}) == [
        "openai-agents owns agents"
    ]
    assert set(_top_level([Path("agents/run.py"), Path("cli.py"), Path("../bin/api/x")])) == {
        "agents",
        "cli",
    }


@pytest.mark.parametrize(
    "text",
    ["import os\nx = os.environ['A']", "from os import environ", "import os\nos.getenv('A')"],
)
def test_reading_the_environment_is_found(text: str) -> None:
    assert environment_breaches([("agents/run.py", text)]) == ["agents/run.py"]
    assert environment_breaches([("wiring/settings.py", text)]) == []


@pytest.mark.parametrize(
    "line",
    [
        "see /" + "root/project/x.py",
        "path = '/" + "home/ann/models'",
        "--index-url" + " https://packages.example/simple",
        "registry" + "=https://packages.example",
        '"resolved"' + ': "https://packages.example/a.tgz"',
        "left-pad @" + " https://packages.example/left_pad.whl",
    ],
)
def test_a_place_of_this_machine_is_found(line: str) -> None:
    assert place_breaches([("README.md", line)]) != []


@pytest.mark.parametrize("line", ["http://host/home/x", "GET /api/runs", "~/lamps/x", "a/root/b"])
def test_other_paths_are_none(line: str) -> None:
    assert place_breaches([("README.md", line)]) == []
