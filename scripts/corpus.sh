#!/usr/bin/env bash
# Runs a command over real drivers and prints or keeps a table:
#
#   npm run corpus                       init and bmdeb, over Debian's own *-dkms packages
#   npm run corpus -- init               what init makes of them: to stdout
#   npm run corpus -- init DIR…          init over driver trees of your own
#   npm run corpus -- init --debian DIR… both
#   npm run corpus -- bmdeb              bmdeb against the real dkms build: into docs/corpus-bmdeb.md
#   npm run corpus -- bmdeb PACKAGE…     these packages once more
#   npm run corpus -- lint [DIR…]        lint over bookworm's and trixie's, and trees of your own
set -euo pipefail
scripts=$(dirname "${BASH_SOURCE[0]}")

if [[ $# -eq 0 ]]; then
  bash "$scripts/corpus-init.sh"
  exec bash "$scripts/corpus-bmdeb.sh"
fi
part=init
if [[ -e $scripts/corpus-$1.sh ]]; then
  part=$1
  shift
fi
exec bash "$scripts/corpus-$part.sh" "$@"
