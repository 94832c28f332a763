#!/bin/sh
# Makes .venv (Python 3.11, else 3.12) with uv from its package, and installs Tradewind into it.
#   scripts/install.sh [EXTRAS]      EXTRAS like [dev,evals,postgres]
set -eu
cd "$(dirname "$0")/.."

say() { echo "tradewind: $*" >&2; }

find_python() {
  for name in ${PYTHON:-python3.11 python3.12 python3}; do
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  say "no Python 3.11 or 3.12 was found; on Debian or Ubuntu: apt install python3.11 python3.11-venv"
  exit 1
}

find_uv() {
  if uv --version >/dev/null 2>&1; then
    echo uv
    return
  fi
  if ! .tools/bin/uv --version >/dev/null 2>&1; then
    rm -rf .tools
    "$1" -m venv .tools >&2 || { say "$1 cannot make a venv; on Debian or Ubuntu: apt install $1-venv"; exit 1; }
    .tools/bin/pip install --quiet uv >&2 || { say "uv could not be had from the package registry; is there a network?"; exit 1; }
  fi
  echo .tools/bin/uv
}

python=$(find_python)
uv=$(find_uv "$python")
.venv/bin/python -c '' 2>/dev/null || "$uv" venv --quiet --clear --python "$python" .venv
say "installing packages (the first time takes a minute)"
"$uv" pip install --quiet --python .venv/bin/python -c constraints.txt -e ".${1:-}" || {
  say "the packages could not be installed; what stands above says which. Run it again with a network."
  exit 1
}
