"""Rules and the kill switch in SQL, for one tenant."""

from collections.abc import Sequence

from sqlalchemy import and_, bindparam, insert, or_, select, update

from stores.body import dump
from stores.keys import instant, micros, plain
from stores.link import Link, Row, Write
from stores.tables import halts, rules
from tradewind.base import Time
from tradewind.effects import Effect, Halt, Rule
from tradewind.errors import Forbidden, InvalidInput, NotFound

_r = rules.c
_MINE = _r.tenant == bindparam("tenant")
_PUT = insert(rules)
_GET = select(_r.body, _r.revoked_at).where(_MINE, _r.id == bindparam("rule"))
_FORCE = and_(
    _r.revoked_at.is_(None), or_(_r.expires_at.is_(None), _r.expires_at > bindparam("now"))
)
_ANY = (
    select(_r.body, _r.revoked_at).where(_MINE, _FORCE).order_by(_r.created_at, _r.id)
)  # fmt: skip
_FOR_TOOL = _ANY.where(_r.tool == bindparam("tool"))
_REVOKE = (
    update(rules)
    .where(
        _r.tenant == bindparam("of_tenant"), _r.id == bindparam("of_id"), _r.revoked_at.is_(None)
    )
    .values(revoked_at=bindparam("at"))
)
_THROW = insert(halts).values(
    tenant=bindparam("tenant"), halted=bindparam("halted"), body=bindparam("body")
)
_LAST = (
    select(halts.c.halted, halts.c.body)
    .where(halts.c.tenant == bindparam("tenant"))
    .order_by(halts.c.n.desc())
    .limit(1)
)


class SqlRules:
    """RuleStore over SQL. What takes a right away queues with `SqlLedger.send`: when it
    returns, nothing more is sent by that right."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def put(self, rule: Rule) -> None:
        """Keep a new rule. Raises InvalidInput for another tenant's one or a known id."""
        if rule.tenant != self._tenant:
            raise InvalidInput(
                f"rule {rule.id} is tenant {rule.tenant}'s, the store is {self._tenant}'s.",
                "Open the store of the rule's tenant.",
            )
        values = {
            "tenant": self._tenant, "id": plain(rule.id), "tool": plain(rule.tool),
            "created_at": micros(rule.created_at), "expires_at": _micros(rule.expires_at),
            "revoked_at": _micros(rule.revoked_at), "body": dump(rule),
        }  # fmt: skip
        with self._link.write() as write:
            write.add(_PUT, values, f"rule {rule.id}")

    def rule(self, rule_id: str) -> Rule | None:
        """The rule, in force or not."""
        rows = self._link.rows(_GET, {"tenant": self._tenant, "rule": plain(rule_id)})
        return _rule(rows[0]) if rows else None

    def revoke(self, rule_id: str, at: Time) -> Rule:
        """End a rule, once and for all; again changes nothing. Raises NotFound."""
        values = {"of_tenant": self._tenant, "of_id": plain(rule_id), "at": micros(at)}
        with self._link.write() as write:
            write.queue(self._tenant)
            write.run(_REVOKE, values)
            rows = write.rows(_GET, {"tenant": self._tenant, "rule": plain(rule_id)})
            if not rows:
                raise NotFound(f"there is no rule {rule_id}.", "List the rules.")
        return _rule(rows[0])

    def rules(self, tool: str | None, now: Time) -> Sequence[Rule]:
        """Those in force for the tool (None: for any), oldest first."""
        values = {"tenant": self._tenant, "now": micros(now)}
        if tool is None:
            rows = self._link.rows(_ANY, values)
        else:
            rows = self._link.rows(_FOR_TOOL, values | {"tool": plain(tool)})
        return tuple(_rule(row) for row in rows)

    def halt(self, by: str, at: Time, reason: str = "") -> None:
        """No effect that a rule allowed is sent from now on."""
        self._throw(True, Halt(by=by, at=at, reason=reason))

    def resume(self, by: str, at: Time, reason: str = "") -> None:
        """Let rules act again."""
        self._throw(False, Halt(by=by, at=at, reason=reason))

    def halted(self) -> Halt | None:
        """Who halted managed mode, if it is halted."""
        return _halt(self._link.rows(_LAST, {"tenant": self._tenant}))

    def _throw(self, halted: bool, halt: Halt) -> None:
        with self._link.write() as write:
            write.queue(self._tenant)
            write.run(_THROW, {"tenant": self._tenant, "halted": halted, "body": dump(halt)})


def check_allowed(write: Write, effect: Effect, now: Time) -> None:
    """Look again at the rule that allowed an effect, in the transaction that sends it.

    Raises Forbidden when the rule is no longer in force, or managed mode is halted. What people
    approved is not a rule's to take back.
    """
    named = {"tenant": effect.tenant, "rule": plain(effect.allowed_by or "")}
    rows = write.rows(_GET, named)
    if not rows:
        return
    rule = _rule(rows[0])
    if not rule.holds(now):
        raise Forbidden(f"rule {rule.id} is no longer in force.", "Ask a person.")
    if halt := _halt(write.rows(_LAST, {"tenant": effect.tenant})):
        raise Forbidden(f"managed mode was halted by {halt.by}: {halt.reason}.", "Resume it first.")


def _halt(rows: Sequence[Row]) -> Halt | None:
    return Halt.model_validate_json(rows[0][1]) if rows and rows[0][0] else None


def _micros(at: Time | None) -> int | None:
    return None if at is None else micros(at)


def _rule(row: Row) -> Rule:
    rule = Rule.model_validate_json(row[0])
    revoked = None if row[1] is None else instant(row[1])
    return rule.model_copy(update={"revoked_at": revoked})
