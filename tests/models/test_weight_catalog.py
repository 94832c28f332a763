from pathlib import Path

import pytest

from models.catalog import WeightCatalog, WheelSource
from tradewind.errors import NotFound, SpecError

ENTRY = """
[[file]]
name = "a"
file = "{file}"
sha256 = "{sha}"
bytes = 3
licence = "MIT"
purpose = "test"
tier = "base"
[[file.sources]]
kind = "{kind}"
url = "https://example.test/a"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "catalog.toml"
    path.write_text(text)
    return path


def test_the_shipped_catalogue_names_licence_size_and_sources_of_every_file() -> None:
    catalog = WeightCatalog.shipped()
    assert {"qwen2.5-coder-1.5b-instruct", "minilm-l6-v2-int8"} <= set(catalog)
    assert all(entry.licence and entry.sources and entry.bytes for entry in catalog.values())
    assert len({entry.file for entry in catalog.values()}) == len(catalog)


def test_trust_is_data_of_each_model() -> None:
    catalog = WeightCatalog.shipped()
    assert catalog["qwen2.5-coder-1.5b-instruct"].trusted_languages == ()
    assert catalog["qwen2.5-coder-0.5b-instruct"].trusted_languages == ()


def test_parts_of_a_data_wheel_are_counted_from_one() -> None:
    source = WheelSource(package="p-{n}", version="1", member="p_{n}/part{n:02d}.bin", parts=2)
    assert [source.requirement(n) for n in (1, 2)] == ["p-1==1", "p-2==1"]
    assert source.member_of(2) == "p_2/part02.bin"


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"sha": "abc"}, "sha256"),
        ({"file": "../escape"}, "leaves the model folder"),
        ({"file": "/etc/passwd"}, "leaves the model folder"),
        ({"kind": "torrent"}, "torrent"),
    ],
)
def test_a_wrong_catalogue_is_refused_by_name(
    tmp_path: Path, changes: dict[str, str], word: str
) -> None:
    values = {"file": "a.bin", "sha": "0" * 64, "kind": "hub"} | changes
    path = written(tmp_path, ENTRY.format(**values))
    with pytest.raises(SpecError, match=word) as caught:
        WeightCatalog.read(path)
    assert str(path) in str(caught.value)


def test_a_name_listed_twice_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    one = ENTRY.format(file="a.bin", sha="0" * 64, kind="hub")
    with pytest.raises(SpecError, match="listed twice"):
        WeightCatalog.read(written(tmp_path, one + one))
    with pytest.raises(SpecError, match=r"catalog\.toml"):
        WeightCatalog.read(written(tmp_path, "[[file"))


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(NotFound, match="minilm-l6-v2-int8"):
        WeightCatalog.shipped()["gpt"]


def test_a_file_is_known_by_its_name_in_any_folder() -> None:
    catalog = WeightCatalog.shipped()
    found = catalog.for_file(Path("/elsewhere/qwen2.5-coder-0.5b-q4.gguf"))
    assert found is catalog["qwen2.5-coder-0.5b-instruct"]
    assert catalog.for_file(Path("other.gguf")) is None
