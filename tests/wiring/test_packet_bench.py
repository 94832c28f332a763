"""The benchmark of packets measures a packet that may be filed."""

import io
from pathlib import Path

import pytest
from PIL import Image

from tradewind.errors import InvalidInput
from wiring.bench import defence
from wiring.bench import packet as bench
from wiring.bench.figure import Place
from wiring.packets import open_packer


def small_photo(n: int) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((900, 700 + n), 60).convert("RGB").save(out, "JPEG", quality=90)
    return out.getvalue()


def test_a_packet_is_measured_with_its_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench, "photo", small_photo)
    figures = list(bench.measure_packet(Place(work=tmp_path, models=tmp_path)))
    if figures[0].value is None:
        assert "tradewind models pull noto-sans-cjk" in figures[0].note
        return
    cpu, size = figures
    assert (cpu.name, cpu.unit, cpu.aim) == ("packet", "CPU s", 3.0)
    assert 0 < (size.value or 0) < 4.5
    assert cpu.baseline
    assert size.baseline


def test_a_defence_is_measured_from_records_to_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(defence, "photo", small_photo)
    monkeypatch.setattr(defence, "_scan", small_photo)
    figures = {f.name: f for f in defence.measure_defence(Place(work=tmp_path, models=tmp_path))}
    assert figures["defence"].aim == 3.0
    assert "40 pieces of evidence" in figures["defence"].note
    assert 0 < (figures["defence_size"].value or 0) < 4.5
    assert figures["defence_model"].value is None
    assert "is not there" in figures["defence_model"].note
    assert (tmp_path / "packet" / "form.json").is_file()


def test_the_shipped_tables_open(tmp_path: Path) -> None:
    packer = open_packer(tmp_path)
    with pytest.raises(InvalidInput, match="cites record0"):
        packer.pack(bench._packet([]).model_copy(update={"exhibits": ()}), "stripe")  # pyright: ignore[reportPrivateUsage]
