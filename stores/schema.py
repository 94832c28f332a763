"""Brings a database to this program's schema when it is opened; offline, safe against a race."""

from pathlib import Path

from sqlalchemy import Connection, inspect, select, text

from stores.faults import name_of
from stores.link import Link
from stores.tables import SCHEMA, vaults
from stores.vault import Vault
from tradewind.errors import SpecError

MIGRATIONS = Path(__file__).parent / "migrations"
_PROOF = select(vaults.c.proof)
_PROVE = text("INSERT INTO vaults (id, proof) VALUES (:id, :proof) ON CONFLICT (id) DO NOTHING")


def bring_up(link: Link) -> None:
    """Create or migrate the tables. Raises SpecError for the schema of a newer program,
    BackendError when the database cannot be reached or written."""
    with link.connect() as connection:
        reading = connection.execution_options(begin="BEGIN")
        if revision_of(reading) == SCHEMA:
            return
    with link.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(7239134)"))
        if revision_of(connection) != SCHEMA:
            _upgrade(connection, name_of(link.url))


def check_key(link: Link, vault: Vault | None) -> None:
    """Raises SpecError for another key than the store was first opened with, or none."""
    rows = link.rows(_PROOF, {})
    if not rows and vault is not None:
        with link.write() as write:
            write.run(_PROVE, {"id": "1", "proof": vault.proof})
        rows = link.rows(_PROOF, {})
    if rows and (vault is None or vault.proof != rows[0][0]):
        raise SpecError(
            f"store {name_of(link.url)} is sealed under another key.",
            "Use the key file that it was first opened with, or set TRADEWIND_KEY to that key.",
        )


def revision_of(connection: Connection) -> str | None:
    """The revision that the database is at; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(text("SELECT version_num FROM alembic_version"))


def _upgrade(connection: Connection, name: str) -> None:
    # Alembic takes a third of a second to import: only a start that migrates pays for it.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = revision_of(connection)
    if found is not None and found not in known:
        raise SpecError(
            f"store {name} has schema {found}, this program knows {SCHEMA}: it is newer.",
            "Update Tradewind, or point the URL at another store.",
        )
    command.upgrade(config, "head")
