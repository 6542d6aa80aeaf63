#!/usr/bin/env bash
# bmdeb against the real dkms build: see corpus-bmdeb.ts.
#
#   npm run corpus -- bmdeb [--suite SUITE] [-o FILE] [PACKAGE…]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bundle=.cache/corpus-bmdeb/corpus-bmdeb.mjs
npx rolldown scripts/corpus-bmdeb.ts --platform node --format esm --file "$bundle" --logLevel warn >/dev/null
exec node "$bundle" "$@"
