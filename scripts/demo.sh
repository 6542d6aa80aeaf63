#!/usr/bin/env bash
# The main job on real drivers: the examples, and v4l2loopback out of the Debian archive.
#
#   npm run demo               results in demo-results/
#   DEMO_OUT=DIR npm run demo  results in DIR
#
# For each driver: init → dpkg-buildpackage → the -dkms .deb; bmdeb for two kernels → two .debs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh

top=$PWD
out=$(realpath -m "${DEMO_OUT:-demo-results}")
arch=$(dpkg --print-architecture)
export PATH=$top/bin:$PATH
export DEBFULLNAME=${DEBFULLNAME:-dkms-deb demo} DEBEMAIL=${DEBEMAIL:-demo@example.invalid}

step() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

# The release whose headers a meta package brings: linux-headers-amd64 → 6.1.0-56-amd64.
release_of() {
  dpkg-query -W -f '${Depends}' "$1" | sed -nE 's/.*linux-headers-([0-9][^ ,]*).*/\1/p'
}
kernels=("$(release_of "linux-headers-$arch")" "$(release_of "linux-headers-rt-$arch")")

mkdir -p "$out"
rm -f "$out"/*.deb "$out"/*.buildinfo "$out"/*.changes
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

step "v4l2loopback-dkms from the Debian archive"
(cd "$work" && apt-get download -qq -o APT::Sandbox::User=root v4l2loopback-dkms </dev/null)
dpkg-deb -x "$work"/v4l2loopback-dkms_*.deb "$work/archive"

drivers=(examples/hello examples/duo "$work"/archive/usr/src/v4l2loopback-*)
for driver in "${drivers[@]}"; do
  name=$(basename "$driver")
  mkdir -p "$work/$name"
  cp -a "$driver" "$work/$name/"
  cd "$work/$name/$name"

  step "$name: dkms-deb init"
  dkms-deb init

  # -d: the package dkms-deb, which debian/control wants, is not installed in a clone.
  step "$name: dpkg-buildpackage"
  dpkg-buildpackage -us -uc -b -d 2>&1 | sed 's/^/  /'
  mv ../*-dkms_*.deb ../*.buildinfo ../*.changes "$out/"

  step "$name: dkms-deb bmdeb -k ${kernels[0]} -k ${kernels[1]}"
  dkms-deb bmdeb -k "${kernels[0]}" -k "${kernels[1]}" -o "$out"
  cd "$top"
done

for deb in "$out"/*.deb; do
  step "$(basename "$deb")"
  dpkg-deb -I "$deb"
  dpkg-deb -c "$deb"
done

step "The results are in $out"
ls -l "$out"
