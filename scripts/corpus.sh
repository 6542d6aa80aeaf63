#!/usr/bin/env bash
# Runs a command over real drivers and prints a table:
#
#   npm run corpus                       init over Debian's own *-dkms packages
#   npm run corpus -- init DIR…          init over driver trees of your own
#   npm run corpus -- init --debian DIR… both
set -euo pipefail
scripts=$(dirname "${BASH_SOURCE[0]}")

part=init
if [[ $# -gt 0 && -e $scripts/corpus-$1.sh ]]; then
  part=$1
  shift
fi
exec bash "$scripts/corpus-$part.sh" "$@"
