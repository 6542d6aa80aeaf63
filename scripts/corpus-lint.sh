#!/usr/bin/env bash
# lint over real drivers: every *-dkms package of Debian suites, and driver trees of your own.
#
#   npm run corpus -- lint [-o FILE] [-w DIR] [--suite SUITE]… [DIR…]
#
# Without --suite: bookworm and trixie, main, from the mirror that apt uses. The tables go to stdout; with
# -o they replace what FILE (docs/corpus-lint.md) has between its two `tables` comments. What is fetched is
# kept in -w DIR, for the next run.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suites=() drivers=() table='' kept=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --suite) suites+=("$2"); shift ;;
    -o) table=$2; shift ;;
    -w) kept=$2; shift ;;
    -*) echo "corpus lint: unknown option $1" >&2; exit 2 ;;
    *) drivers+=("$1") ;;
  esac
  shift
done
[[ ${#suites[@]} -gt 0 ]] || suites=(bookworm trixie)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cache=${kept:-$work/cache}
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 -E '/debian/?$')
mirror=${mirror%/}

fetch() { # path file
  [[ -e $2 ]] || /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "$mirror/$1" "$2" >/dev/null
}

lint() { # name tree
  local status=0
  "$top/bin/dkms-deb" lint --json --quiet --fail-on never "$2" >"$work/result.json" 2>"$work/error" || status=$?
  # 4: a tree without a dkms.conf.
  [[ $status -ne 4 ]] || return 0
  [[ $status -eq 0 ]] || { echo "$1: $(<"$work/error")" >&2; return 0; }
  printf '%s\t%s\t' "$1" "$2" >>"$work/results"
  node -e 'process.stdout.write(JSON.stringify(JSON.parse(require("fs").readFileSync(0))) + "\n")' \
    <"$work/result.json" >>"$work/results"
}

for suite in "${suites[@]}"; do
  mkdir -p "$cache/$suite"
  fetch "dists/$suite/main/binary-amd64/Packages.xz" "$cache/$suite/Packages.xz"
  while read -r package path; do
    deb=$cache/$suite/$(basename "$path")
    fetch "$path" "$deb" || { echo "$package: cannot be fetched" >&2; continue; }
    rm -rf "$work/unpacked"
    dpkg-deb -x "$deb" "$work/unpacked"
    for conf in "$work"/unpacked/usr/src/*/dkms.conf; do
      [[ -e $conf ]] && lint "$package ($suite)" "$(dirname "$conf")"
    done
  done < <(xz -dc "$cache/$suite/Packages.xz" | awk -v RS= '
    /^Package: [^\n]*-dkms\n/ {
      match($0, /\nFilename: [^\n]*/); file = substr($0, RSTART + 11, RLENGTH - 11)
      match($0, /^Package: [^\n]*/); print substr($0, 10, RLENGTH - 9), file
    }')
done
for driver in "${drivers[@]}"; do
  name=$(basename "$driver")
  lint "${name/+//}" "$driver"
done

node "$top/scripts/corpus-lint-table.mjs" "$work/results" >"$work/tables"
if [[ -z $table ]]; then
  cat "$work/tables"
else
  sed -i -e '/^<!-- tables -->$/,/^<!-- end of tables -->$/{/^<!-- tables -->$/r '"$work/tables"'
/^<!-- /!d}' "$table"
fi
