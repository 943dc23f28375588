"""Tests that read the code itself: the habits that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.schema import MetaData

from app.config import READERS, Settings, complete
from app.extensions import db
from app.factory import MIGRATIONS, create_app
from app.jobs import SCHEDULE, make_scheduler

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
MODULES = sorted(APP.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service", "util", "misc"}
# Rules change rows and leave the commit to whoever was asked: a view, a job, a command, a door.
COMMITTERS = {
    "accounts/link_mails.py", "accounts/link_views.py", "accounts/people_views.py",
    "accounts/profile_views.py", "accounts/second_views.py", "triage/away_views.py",
    "accounts/aim_views.py", "accounts/vendor_views.py", "accounts/views.py", "api/views.py",
    "cli/accounts.py", "cli/relay.py", "cli/start.py",
    "deadlines/across_views.py", "deadlines/audit.py", "deadlines/bell_views.py",
    "deadlines/deed_views.py", "deadlines/digest.py", "deadlines/pruning.py",
    "deadlines/silence_views.py", "deadlines/sweep.py", "deadlines/telling.py",
    "lib/claim.py", "lib/database.py", "lib/webhook.py",
    "privacy/keys.py", "quality/checking.py", "quality/rollup.py", "relay/door.py",
    "relay/inbound.py", "relay/outbound.py", "relay/reveal_views.py", "relay/rotation.py",
    "quality/charter_views.py", "quality/coaching_views.py", "quality/standards_views.py",
    "quality/standards_watch.py", "quality/report.py",
    "quality/survey_asking.py", "quality/survey_views.py",
    "relay/stored_views.py", "relay/threshold.py", "relay/views.py", "seeds/bulk.py",
    "seeds/demo.py", "tickets/clocks/views.py", "tickets/composer/check_views.py",
    "tickets/composer/seat_views.py", "tickets/composer/sending.py", "tickets/handing_views.py",
    "tickets/languages/lessons.py", "tickets/languages/package_views.py",
    "tickets/languages/translating.py", "tickets/languages/wording_views.py",
    "tickets/macros/views.py", "tickets/more_views.py", "tickets/queue/deed_views.py",
    "tickets/queue/views.py", "tickets/search/index.py", "tickets/views.py",
    "cli/tmx.py", "translation/draft.py", "translation/installing.py", "translation/quality.py",
    "cli/translation.py",
    "triage/learning.py", "triage/views.py",
}  # fmt: skip
ONLY_IMPORTERS = {
    "argostranslate": "translation/engine.py",
    "langdetect": "translation/detect.py",
    "smtplib": "mail/smtp.py",
    "apscheduler": "jobs.py",
}


def name_of(path: Path) -> str:
    return path.relative_to(APP).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in MODULES:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{name_of(path)}:{node.name}", node


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, without the docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def test_functions_are_short() -> None:
    lengths = sorted((length_of(node), name) for name, node in functions())
    sizes = [size for size, _ in lengths]
    assert sizes[len(sizes) // 2] <= 8
    assert sizes[len(sizes) * 9 // 10] <= 25
    assert [entry for entry in lengths if entry[0] > 50] == []


def test_modules_are_short() -> None:
    lengths = {name_of(path): len(path.read_text().splitlines()) for path in MODULES}
    assert {name: size for name, size in lengths.items() if size > 350} == {}


def test_no_module_is_a_drawer() -> None:
    assert [name_of(path) for path in MODULES if path.stem in FORBIDDEN_NAMES] == []


def test_every_module_says_what_it_knows() -> None:
    assert [name_of(path) for path in MODULES if not ast.get_docstring(tree_of(path))] == []


def test_imports_stand_at_the_top() -> None:
    hidden = [
        name
        for name, node in functions()
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node))
    ]
    assert hidden == []


def test_only_who_answers_for_it_commits() -> None:
    committing = {
        name_of(path) for path in MODULES if re.search(r"session\.commit\(\)", path.read_text())
    }
    assert committing <= COMMITTERS


@pytest.mark.parametrize(("library", "owner"), ONLY_IMPORTERS.items())
def test_a_library_has_one_importer(library: str, owner: str) -> None:
    importing = {
        name_of(path)
        for path in MODULES
        if re.search(rf"^\s*(import|from) {library}\b", path.read_text(), re.MULTILINE)
    }
    assert importing == {owner}


def test_nothing_but_the_clock_asks_for_the_time() -> None:
    asking = [
        name_of(path)
        for path in MODULES
        if path.name != "clock.py"
        and re.search(r"datetime\.(now|utcnow)\(|date\.today\(", path.read_text())
    ]
    assert asking == []


def test_every_setting_is_documented_with_its_default() -> None:
    rows = re.findall(
        r"^\| `([A-Z_]+)` \| ([^|]+) \|", (ROOT / "docs/settings.md").read_text(), re.M
    )
    documented = {name: default.strip().strip("`") for name, default in rows}
    assert set(documented) == set(READERS)
    settings = Settings()
    for name, default in documented.items():
        value = getattr(settings, name.lower())
        shown = " ".join(value) if isinstance(value, tuple) else str(value)
        assert default.startswith(shown or ("made", "none", "SQLite")), name


def test_every_job_is_scheduled(app: Flask) -> None:
    scheduled = {job.id for job in make_scheduler(app).get_jobs()}
    assert scheduled == {job.name for job in SCHEDULE}


def test_there_is_one_migration_head() -> None:
    script = ScriptDirectory(str(MIGRATIONS))
    assert len(script.get_heads()) == 1


def test_the_migrations_make_the_tables_that_the_code_expects(tmp_path: Path) -> None:
    app = create_app(complete(Settings(data_dir=tmp_path)))
    with app.app_context():
        upgrade()
        found = MetaData()
        found.reflect(db.engine)
        expected = {
            table.name: sorted(table.columns.keys()) for table in db.metadata.tables.values()
        }
        migrated = {
            table.name: sorted(table.columns.keys())
            for table in found.tables.values()
            if table.name != "alembic_version" and not table.name.startswith("ticket_search")
        }
        indexes = {index["name"] for index in inspect(db.engine).get_indexes("ticket")}
        db.engine.dispose()
    assert migrated == expected
    assert {index.name for index in db.metadata.tables["ticket"].indexes} == indexes
