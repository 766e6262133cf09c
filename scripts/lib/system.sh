# The programs that only tests need: a browser, engines, a proxy, curl and jq. What is installed is used; tests start their own.
# No service is started or configured here. Sourced by scripts/test.
# shellcheck shell=bash

# Debian keeps PostgreSQL's server programs off PATH, and nginx off the PATH of all but root.
on_this_machine() {
  command -v "$@" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || compgen -G "/usr/lib/postgresql/*/bin/$1" >/dev/null
}

missing_packages() {
  on_this_machine chromium || on_this_machine chromium-browser || on_this_machine google-chrome || echo chromium
  on_this_machine redis-server || echo redis-server
  on_this_machine initdb || echo postgresql
  on_this_machine nginx || echo nginx
  on_this_machine caddy || echo caddy
  on_this_machine curl || echo curl
  on_this_machine jq || echo jq
}

need_programs() {
  local packages
  packages="$(missing_packages)"
  [ -n "$packages" ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # shellcheck disable=SC2086 # a list of words
    install_packages $packages && [ -z "$(missing_packages)" ] && return 0
  fi
  say "Some tests need programs that are not installed: $(missing_packages | paste -sd ' ') (Debian's names)."
  [ -z "${CI:-}" ] || exit 1 # elsewhere those tests say that they were skipped; there nobody would read it
}

install_packages() {
  say "Installing $* for the tests."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null >&2 &&
    apt-get install -qq --yes --no-install-recommends "$@" </dev/null >&2
}
