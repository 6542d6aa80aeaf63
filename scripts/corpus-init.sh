#!/usr/bin/env bash
# init over real drivers: init → dpkg-buildpackage in both styles → lintian → the real dkms build.
#
#   scripts/corpus-init.sh [--debian] [-k KERNEL] [-o TABLE] [DIR[=OPTION…]…]
#
# Without DIR: the *-dkms packages of the Debian suite that this machine has, each without its
# packaging. `DIR=--set PACKAGE_VERSION=1.0` gives init options. The Markdown table goes to stdout, or is
# added to TABLE; logs stay in $CORPUS_LOGS (default: a temporary directory that is named at the end).
set -uo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH=$top/bin:$PATH LC_ALL=C.UTF-8
export DEBFULLNAME='Corpus Run' DEBEMAIL=corpus@example.org
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1795000000}

# bookworm's lintian knows Policy 4.6.2; the files follow trixie's.
suppressed=newer-standards-version

debian=() drivers=() table=/dev/stdout kernel=
while [[ $# -gt 0 ]]; do
  case $1 in
    --debian) debian=(all) ;;
    -k) kernel=$2; shift ;;
    -o) table=$2; shift ;;
    *) drivers+=("$1") ;;
  esac
  shift
done
[[ ${#drivers[@]} -gt 0 ]] || debian=(all)
[[ -n $kernel ]] || kernel=$(for k in /lib/modules/*/build; do basename "$(dirname "$k")"; done | sort -V | head -n 1)

work=$(mktemp -d)
chmod 755 "$work"
logs=${CORPUS_LOGS:-$(mktemp -d)}
mkdir -p "$logs"
trap 'rm -rf "$work"' EXIT

# The real dkms, not as root and with trees of its own: nothing of the system is touched.
dkms_build() { # name version source log
  local trees=$work/dkms
  rm -rf "$trees"
  mkdir -p "$trees/state" "$trees/source"
  cp -a "$3" "$trees/source/$1-$2"
  local as=()
  if [[ $EUID -eq 0 ]]; then
    chown -R 65534:65534 "$trees"
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  fi
  env -u SOURCE_DATE_EPOCH "${as[@]}" timeout 600 dkms build -m "$1" -v "$2" -k "$kernel" \
    --dkmstree "$trees/state" --sourcetree "$trees/source" >"$4" 2>&1
  local status=$?
  cat "$trees/state/$1/$2/build/make.log" >>"$4" 2>/dev/null
  case $status in
    0) ;;
    77|9) echo excluded; return ;;
    *) echo fails; return ;;
  esac
  ls "$trees/state/$1/$2/$kernel"/*/module/ 2>/dev/null | wc -l
}

first_error() { # log
  # The compiler's own words before make's and dkms's.
  { grep -m1 -E ': (fatal )?error: |undefined!$' "$1" ||
    grep -m1 -E 'dkms-deb: error|No rule to make|\*\*\* ' "$1" ||
    grep -m1 -iE 'error[: !]' "$1"; } | sed -E 's,/[^ ]*/build/,,; s,.*/tree/,,' | cut -c1-110 | tr '|' '/'
}

row() { # name init ours dh lintian dkms reason
  printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$@" >>"$table"
}

# One driver, from a tree without debian/ to a row of the table.
try() { # name tree options…
  local name=$1 tree=$2 log=$logs/$1
  shift 2
  local init='' ours='' dh='' tags='' dkms='' reason=''
  for style in dkms-deb dh; do
    rm -rf "${work:?}/$style"
    mkdir -p "$work/$style"
    cp -a "$tree" "$work/$style/tree"
  done
  if ! dkms-deb init --rules dkms-deb "$@" "$work/dkms-deb/tree" >"$log.init" 2>&1; then
    row "$name" asks - - - - "$(sed -n 's/^dkms-deb: error: [^ ]*: //p' "$log.init" | head -n 1 | cut -c1-160 | tr '|' '/')"
    return
  fi
  init=$(grep -cE '^(warning: )?FIXME' "$log.init")
  [[ $init -eq 0 ]] && init=yes || init="$init FIXME"
  dkms-deb init --rules dh "$@" "$work/dh/tree" >>"$log.init" 2>&1
  (cd "$work/dkms-deb/tree" && dpkg-buildpackage -d -us -uc -b) >"$log.dkms-deb" 2>&1 && ours=yes || ours=no
  (cd "$work/dh/tree" && dpkg-buildpackage -d -us -uc) >"$log.dh" 2>&1 && dh=yes || dh=no
  [[ $ours$dh == yesyes ]] || { cat "$log.dkms-deb" "$log.dh" >"$log.both"; reason=$(first_error "$log.both"); }
  lintian --allow-root --suppress-tags "$suppressed" --tag-display-limit 0 "$work"/*/*.changes >"$log.lintian" 2>&1
  tags=$(grep -E '^[EW]:' "$log.lintian" | awk '{print $1 " " ($3 == "source:" ? $4 : $3)}' | sed -E 's/ source: / /' | sort | uniq -c | awk '{printf "%s%s %s%s", sep, $2, $3, ($1 > 1 ? " ×" $1 : ""); sep=", "}')
  local deb conf
  deb=$(ls "$work"/dkms-deb/*.deb 2>/dev/null | head -n 1)
  if [[ -n $deb ]]; then
    rm -rf "$work/root"
    dpkg-deb -x "$deb" "$work/root"
    conf=$(echo "$work"/root/usr/src/*/dkms.conf)
    local dkms_name dkms_version
    dkms_name=$(sed -nE 's/^PACKAGE_NAME=["'\'']([^"'\'']*).*/\1/p' "$conf")
    dkms_version=$(sed -nE 's/^PACKAGE_VERSION=["'\'']([^"'\'']*).*/\1/p' "$conf")
    dkms=$(dkms_build "$dkms_name" "$dkms_version" "$(dirname "$conf")" "$log.build")
    if [[ $dkms == fails ]]; then
      # Does the driver build at all, in its own tree with all that lies around it?
      local own=$work/own
      rm -rf "$own"
      cp -a "$tree" "$own"
      [[ -e $own/dkms.conf ]] && ! grep -qE '[@#{_]+[A-Z]*VER' "$own/dkms.conf" || cp "$conf" "$own/dkms.conf"
      local original
      original=$(dkms_build "$dkms_name" "$dkms_version" "$own" "$log.original")
      reason=$(first_error "$log.build")
      [[ $original == fails ]] && dkms='fails, as its own tree' || dkms="FAILS (its own tree: $original)"
    fi
  fi
  row "$name" "$init" "$ours" "$dh" "${tags:-clean}" "$dkms" "$reason"
}

{
  echo "| driver | init | dkms-deb | dh | lintian | dkms build $kernel | reason |"
  echo '|---|---|---|---|---|---|---|'
} >>"$table"

if [[ ${#debian[@]} -gt 0 ]]; then
  mkdir -p "$work/debs"
  # Installed or not: what the suite's main has, as apt knows it.
  mapfile -t packages < <(apt-cache search --names-only -- '-dkms$' | awk '{print $1}' | sort)
  for package in "${packages[@]}"; do
    apt-cache show --no-all-versions "$package" | grep -E '^Filename: pool/main/' >/dev/null || continue
    (cd "$work/debs" && apt-get download -qq -o APT::Sandbox::User=root "$package" </dev/null) >/dev/null 2>&1 || continue
    file=$(ls "$work"/debs/"$package"_*.deb 2>/dev/null | head -n 1)
    [[ -n $file ]] || continue
    rm -rf "$work/unpacked"
    dpkg-deb -x "$file" "$work/unpacked"
    trees=("$work"/unpacked/usr/src/*/dkms.conf)
    [[ -e ${trees[0]} ]] || continue
    try "$package" "$(dirname "${trees[0]}")"
  done
fi

for driver in "${drivers[@]}"; do
  directory=${driver%%=*}
  options=()
  [[ $driver == *=* ]] && read -ra options <<<"${driver#*=}"
  rm -rf "$work/source"
  cp -a "$directory" "$work/source"
  # A dkms.conf that only the packaging has is the driver's; the rest of debian/ goes.
  confs=("$work"/source/debian/*.dkms)
  if [[ -z $(find "$work/source" -path '*/debian' -prune -o -name 'dkms.conf*' -print) ]]; then
    for conf in "${confs[@]}"; do
      grep -qs '^PACKAGE_NAME=' "$conf" || continue
      # dh_dkms fills in what the packaging's changelog says.
      version=$(dpkg-parsechangelog -l "$work/source/debian/changelog" -S Version | sed 's/^[0-9]*://; s/-[^-]*$//')
      sed "s/#MODULE_VERSION#/$version/" "$conf" >"$work/source/dkms.conf"
      break
    done
  fi
  rm -rf "$work/source/debian"
  try "$(basename "$directory")" "$work/source" "${options[@]}"
done
echo "Logs: $logs" >&2
