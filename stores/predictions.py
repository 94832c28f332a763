"""What was foretold of disputes, in SQL, for one tenant."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select

from stores.body import dump
from stores.keys import micros, plain
from stores.link import Link
from stores.tables import predictions
from tradewind.ports.filing import Prediction

_p = predictions.c
_KNOWN = select(_p.packet).where(_p.tenant == bindparam("tenant"), _p.packet == bindparam("packet"))
_PUT = insert(predictions)
_ALL = select(_p.body).where(_p.tenant == bindparam("tenant")).order_by(_p.at, _p.packet)


class SqlPredictions:
    """Predictions over SQL."""

    def __init__(self, link: Link, tenant: str) -> None:
        self._link = link
        self._tenant = tenant

    def keep(self, prediction: Prediction) -> None:
        """What was said of the same packet first stands."""
        key = {"tenant": self._tenant, "packet": plain(prediction.packet)}
        row = {
            **key, "dispute": plain(prediction.dispute), "at": micros(prediction.at),
            "body": dump(prediction),
        }  # fmt: skip
        with self._link.write() as write:
            if not write.rows(_KNOWN, key):
                write.run(_PUT, row)

    def predictions(self) -> Sequence[Prediction]:
        """Oldest first."""
        rows = self._link.rows(_ALL, {"tenant": self._tenant})
        return [Prediction.model_validate_json(row[0]) for row in rows]
