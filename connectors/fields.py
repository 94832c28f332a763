"""One source object or row, read field by field; what does not fit names the field."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from pydantic import JsonValue

from connectors.limits import COUNT
from connectors.numbers import NumberStyle, parse_currency, parse_money, parse_number
from connectors.times import parse_time
from tradewind.base import Json, Money
from tradewind.errors import InvalidInput


class FieldError(InvalidInput):
    """A value that stops its row: the field's name, the value, and why."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field = field
        self.value = "" if value is None else str(value)[:200]
        self.reason = reason
        super().__init__(f"{field}: {self.value!r} {reason}")


class Fields:
    """Typed access to a JSON object or a table row. Each method tries names in order.

    All raise FieldError with the name as the source wrote it. `style` is the decimal mark of
    text numbers; JSON sources use dots.
    """

    __slots__ = ("data", "path", "style")

    def __init__(self, data: Json, path: str = "", style: NumberStyle = "dot") -> None:
        self.data = data
        self.path = path
        self.style: NumberStyle = style

    def value(self, *names: str) -> tuple[str, JsonValue]:
        """The first name that holds something, and what it holds; else ("", None)."""
        for name in names:
            found = self.data.get(name)
            if found is not None and found != "":
                return name, found
        return "", None

    def text(self, *names: str) -> str:
        """Text, stripped; numbers as written; "" when absent."""
        name, found = self.value(*names)
        if found is None:
            return ""
        if isinstance(found, bool):
            return "true" if found else "false"
        if isinstance(found, str | int):
            return str(found).strip()
        if isinstance(found, float):
            return str(int(found)) if found.is_integer() else str(found)
        raise FieldError(self.path + name, found, "is not text")

    def need(self, *names: str) -> str:
        """Text that must be there."""
        found = self.text(*names)
        if not found:
            raise FieldError(self.path + names[0], "", "is missing")
        return found

    def money(self, *names: str, currency: str, negative: bool = False) -> Money | None:
        """An amount in major units; None when absent."""
        name, found = self._scalar(*names)
        if not name:
            return None
        try:
            money = parse_money(found, currency, self.style)
        except ValueError as error:
            raise FieldError(self.path + name, found, str(error)) from error
        if money.minor < 0 and not negative:
            raise FieldError(self.path + name, found, "is negative")
        return money

    def number(self, *names: str) -> Decimal | None:
        name, found = self._scalar(*names)
        if not name:
            return None
        try:
            return parse_number(found, self.style)
        except ValueError as error:
            raise FieldError(self.path + name, found, str(error)) from error

    def flag(self, name: str) -> bool | None:
        """True or false; None when absent."""
        found = self.data.get(name)
        if found is None or isinstance(found, bool):
            return found
        raise FieldError(self.path + name, found, "is neither true nor false")

    def integer(self, *names: str, least: int | None = None) -> int | None:
        """A whole number; "12.0" counts as one."""
        number = self.number(*names)
        if number is None:
            return None
        name, found = self.value(*names)
        if number != number.to_integral_value():
            raise FieldError(self.path + name, found, "is not a whole number")
        if abs(number) > COUNT or (least is not None and number < least):
            raise FieldError(self.path + name, found, "is out of range")
        return int(number)

    def time(self, *names: str, zoned: bool = False) -> datetime | None:
        """A time in UTC; one without zone counts as UTC, or is refused where `zoned`."""
        name, found = self._scalar(*names)
        if not name:
            return None
        try:
            at, has_zone = parse_time(found)
        except (ValueError, OverflowError, OSError) as error:
            raise FieldError(self.path + name, found, str(error)) from error
        if zoned and not has_zone:
            raise FieldError(self.path + name, found, "has no time zone")
        return at

    def currency(self, *names: str, default: str) -> str:
        name, found = self._scalar(*names)
        try:
            return parse_currency(found or default)
        except ValueError as error:
            raise FieldError(self.path + name, found, str(error)) from error

    def child(self, *names: str) -> "Fields":
        """The object below a name; an empty one when absent."""
        name, found = self.value(*names)
        if not name:
            return Fields({}, f"{self.path}{names[0]}.", self.style)
        if not isinstance(found, Mapping):
            raise FieldError(self.path + name, found, "is not an object")
        return Fields(found, f"{self.path}{name}.", self.style)

    def children(self, *names: str) -> list["Fields"]:
        """The objects of the list below a name."""
        name, found = self.value(*names)
        if not name:
            return []
        if not isinstance(found, list):
            raise FieldError(self.path + name, found, "is not a list")
        pairs = [(f"{self.path}{name}[{place}]", item) for place, item in enumerate(found)]
        for path, item in pairs:
            if not isinstance(item, dict):
                raise FieldError(path, item, "is not an object")
        return [
            Fields(item, f"{path}.", self.style) for path, item in pairs if isinstance(item, dict)
        ]

    def texts(self, *names: str) -> tuple[str, ...]:
        """The texts of the list below a name; a lone text counts as a list of one."""
        name, found = self.value(*names)
        items = found if isinstance(found, list) else [found] if name else []
        wrong = [item for item in items if not isinstance(item, str | int)]
        if wrong:
            raise FieldError(self.path + name, wrong[0], "is not text")
        return tuple(str(item).strip() for item in items if item != "")

    def __bool__(self) -> bool:
        return bool(self.data)

    def _scalar(self, *names: str) -> tuple[str, str]:
        name, found = self.value(*names)
        if isinstance(found, bool | list | dict):
            raise FieldError(self.path + name, found, "is not a number or a text")
        if isinstance(found, float):
            return name, format(Decimal(str(found)), "f")
        return (name, str(found).strip()) if name else ("", "")
