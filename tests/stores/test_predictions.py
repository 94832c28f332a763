"""What was foretold of disputes, on every back end."""

from datetime import timedelta

from shop_records import new_tenant
from written_runs import AT

from stores.open import SqlDatabase
from tradewind.ports.filing import Prediction


def foretold(packet: str, days: int = 0, **more: object) -> Prediction:
    told = {
        "packet": packet, "dispute": "dp_1", "category": "fraudulent", "network": "visa",
        "log_odds": 0.5, "probability": 0.62, "model": "shipped", "version": 1,
        "at": AT + timedelta(days=days),
    }  # fmt: skip
    return Prediction.model_validate(told | more)


def test_predictions_stand_as_they_were_made(database: SqlDatabase, tenant: str) -> None:
    kept = database.predictions(tenant)
    kept.keep(foretold("b", days=1))
    kept.keep(foretold("a", days=2, log_odds=-0.25))
    kept.keep(foretold("b", days=3, log_odds=9.0))
    assert kept.predictions() == [foretold("b", days=1), foretold("a", days=2, log_odds=-0.25)]
    assert database.predictions(new_tenant()).predictions() == []
    told = list(database.archive(tenant).rows("prediction"))
    assert [one["packet"] for one in told] == ["b", "a"]
