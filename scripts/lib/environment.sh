# What every script does first: find the project, make its .venv, install the pinned packages, put them on PATH.
# Nothing of the app comes in here: Python says the rest. Sourced by scripts/run, scripts/test and scripts/check.
# shellcheck shell=bash
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)"
cd "$root"
stamps=.venv/tidings # written last, so whatever was interrupted is done again

say() { printf '%s\n' "$*" >&2; }
stop() {
  say "$*"
  exit 1
}

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
  local candidate
  for candidate in python3 python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then
      printf '%s' "$candidate"
      return
    fi
  done
  stop "Tidings needs Python 3.11 or newer, and none was found as python3, python3.13, python3.12 or python3.11."
}

# The scripts inside a .venv name their place, and its packages belong to one interpreter.
venv_identity() { printf '%s\n%s\n' "$root" "$(readlink -f .venv/bin/python)"; }
venv_is_ours() { [ -x .venv/bin/python ] && [ "$(venv_identity)" = "$(cat "$stamps/identity" 2>/dev/null)" ]; }
installed() { venv_is_ours && cmp -s "$1" "$stamps/$1"; }

make_venv() {
  local python
  python="$(find_python)"
  if [ -L .venv ]; then rm .venv; fi # it leads to another clone's: --clear would empty that
  say "Making .venv with $("$python" --version)."
  "$python" -m venv --clear .venv >&2 ||
    stop "Python could not make .venv; on Debian and Ubuntu the package python3-venv is missing."
  mkdir -p "$stamps"
  venv_identity >"$stamps/identity"
}

# --no-deps: the file names every package with its hash. A resolver would look at what came out since, and pip's stops
# there: it once found a newer granian for reflex's `granian[reload]` and asked for a hash of that.
install() {
  venv_is_ours || make_venv
  say "Installing $1 into .venv; only the first start and upgrades do this."
  .venv/bin/python -m pip install --require-hashes --no-deps --no-input --disable-pip-version-check -qq -r "$1" >&2 ||
    stop "The packages of $1 could not be installed; the lines above say why. Run the same command again to go on."
  cp "$1" "$stamps/$1"
}

# Two first starts at once would install over each other: the second one waits, then finds it done.
prepare() {
  if ! installed "$1"; then
    exec 9>.setup.lock
    if command -v flock >/dev/null; then flock 9; fi
    installed "$1" || install "$1"
    exec 9>&- # the server must not inherit the lock
  fi
  export VIRTUAL_ENV="$root/.venv" PATH="$root/.venv/bin:$PATH"
  unset PYTHONHOME
}

# What checks and tests the browser's half and comes from npm, pinned by their lock file, in the folder given.
prepare_node() {
  local stamp="$stamps/${1//\//-}-lock"
  if [ ! -d "$1/node_modules" ] || ! cmp -s "$1/package-lock.json" "$stamp"; then
    npm ci --prefix "$1" --ignore-scripts --no-audit --no-fund --silent >&2 ||
      stop "The packages of $1/package-lock.json could not be installed."
    cp "$1/package-lock.json" "$stamp"
  fi
}
