#!/usr/bin/env bash
# Runs a command over real drivers and prints or keeps a table:
#
#   npm run corpus                             init and bmdeb, over Debian's own *-dkms packages
#   npm run corpus -- drivers [OPTION…] DIR…   everything, over trees as they were cloned, beside the real dkms
#   npm run corpus -- packagings DIR…          build of existing debian/ directories beside dpkg-buildpackage
#   npm run corpus -- init [OPTION…] [DIR…]    what init makes of them, or of driver trees of your own
#   npm run corpus -- bmdeb [PACKAGE…]         bmdeb against the real dkms build: into docs/corpus-bmdeb.md
#   npm run corpus -- vendor --clones DIR      init and the real dkms over vendors' trees without dkms.conf
#   npm run corpus -- lint [DIR…]              lint over bookworm's and trixie's, and trees of your own
#
# corpus-drivers.ts, corpus-packagings.ts, corpus-init.sh, corpus-vendor.sh, corpus-bmdeb.ts and corpus-lint.sh have
# the options of each.
set -euo pipefail
scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

case ${1-} in
  drivers | packagings | init | bmdeb | vendor | lint) ;;
  '') ;;
  *)
    echo "corpus: '$1' is not one of drivers, packagings, init, bmdeb, vendor, lint" >&2
    exit 2
    ;;
esac

# A part is a shell script, or TypeScript, which is bundled first: its paths are relative to the caller.
part() { # name arguments…
  local name=$1 bundle=$scripts/../.cache/corpus-$1/corpus-$1.mjs
  shift
  [[ -e $scripts/corpus-$name.ts ]] || exec "$scripts/corpus-$name.sh" "$@"
  (cd "$scripts/.." && npx rolldown "scripts/corpus-$name.ts" --platform node --format esm --file "$bundle" \
    --logLevel warn) >/dev/null
  exec node "$bundle" "$@"
}

# dkms, debhelper and lintian, which decide here, are those of the tests.
"$scripts/setup.sh" --test
if [[ $# -eq 0 ]]; then
  (part init)
  part bmdeb
fi
part "$@"
