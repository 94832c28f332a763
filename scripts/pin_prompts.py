"""Pin prompts: write the SHA-256 of every new prompt into `prompts/pins.toml`.

Run it after adding a version. It refuses to change the pin of a published one.
"""

import hashlib
import sys
import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "prompts"
HEAD = (
    "# SHA-256 of each published prompt. A published prompt never changes; write a new version.\n"
)


def main() -> int:
    pins_file = FOLDER / "pins.toml"
    pins = tomllib.loads(pins_file.read_text(encoding="utf-8"))
    for path in sorted(FOLDER.glob("*/*.v*.md")):
        stem, version = path.stem.rsplit(".v", 1)
        name = f"{path.parent.name}/{stem}@{version}"
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if pins.setdefault(name, found) != found:
            print(f"{path} differs from its pin; write a new version instead", file=sys.stderr)
            return 1
    lines = [f'"{name}" = "{pin}"\n' for name, pin in sorted(pins.items())]
    pins_file.write_text(HEAD + "".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
