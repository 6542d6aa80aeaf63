#!/usr/bin/env bash
# Runs a command over real drivers and prints or keeps a table:
#
#   npm run corpus                          init and bmdeb, over Debian's own *-dkms packages
#   npm run corpus -- init [OPTION…] [DIR…] what init makes of them, or of driver trees of your own
#   npm run corpus -- bmdeb [PACKAGE…]      bmdeb against the real dkms build: into docs/corpus-bmdeb.md
#   npm run corpus -- lint [DIR…]           lint over bookworm's and trixie's, and trees of your own
#
# corpus-init.sh, corpus-bmdeb.ts and corpus-lint.sh have the options of each.
set -euo pipefail
scripts=$(dirname "${BASH_SOURCE[0]}")

case ${1-} in
  init | bmdeb | lint) ;;
  '') ;;
  *)
    echo "corpus: '$1' is none of init, bmdeb, lint" >&2
    exit 2
    ;;
esac

# dkms, debhelper and lintian, which decide here, are those of the tests.
"$scripts/setup.sh" --test
if [[ $# -eq 0 ]]; then
  "$scripts/corpus-init.sh"
  exec "$scripts/corpus-bmdeb.sh"
fi
part=$1
shift
exec "$scripts/corpus-$part.sh" "$@"
