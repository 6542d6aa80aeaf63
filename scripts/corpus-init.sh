#!/usr/bin/env bash
# init over real drivers: init → dpkg-buildpackage in both styles → lintian → the real dkms build.
#
#   npm run corpus -- init [-k KERNEL] [-w DIR] [-o FILE] [--debian] [--clones DIR] [TREE[=OPTION…]…]
#
# Without a source of drivers: --debian, the *-dkms packages of the suite that this machine has, each
# without its packaging. --clones: the repositories of scripts/corpus-public.txt, cloned to DIR/OWNER+NAME.
# `TREE=--set PACKAGE_VERSION=1.0` gives init options. KERNEL, for `dkms build`, is the oldest with headers.
#
# The table goes to stdout; with -o it replaces what FILE has between its two `corpus` comments. Rows and
# logs are kept in -w DIR (default: a temporary directory, named at the end): a run that was
# interrupted goes on there, a row is made once.
#
# No -e: what fails is what the table tells.
set -uo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH=$top/bin:$PATH LC_ALL=C.UTF-8
export DEBFULLNAME='Corpus Run' DEBEMAIL=corpus@example.org
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1795000000}

# bookworm's lintian knows Policy 4.6.2; the files follow trixie's.
suppressed=newer-standards-version

debian='' clones='' drivers=() file='' kept='' kernel=''
while [[ $# -gt 0 ]]; do
  case $1 in
    --debian) debian=yes ;;
    --clones) clones=$(cd "$2" && pwd) || exit 2; shift ;;
    -k) kernel=$2; shift ;;
    -o) file=$2; shift ;;
    -w) kept=$2; shift ;;
    -*) echo "corpus init: unknown option $1" >&2; exit 2 ;;
    *) drivers+=("$1") ;;
  esac
  shift
done
[[ $clones || ${#drivers[@]} -gt 0 ]] || debian=yes
[[ $kernel ]] || kernel=$(for k in /lib/modules/*/build; do basename "$(dirname "$k")"; done | sort -V | head -n 1)

[[ $kept ]] || kept=$(mktemp -d)
mkdir -p "$kept/logs" "$kept/rows/debian" "$kept/rows/public" "$kept/rows/own" "$kept/debs"
logs=$kept/logs
work=$(mktemp -d)
chmod 755 "$work"
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
  env -u SOURCE_DATE_EPOCH "${as[@]}" timeout 3600 dkms build -m "$1" -v "$2" -k "$kernel" \
    --dkmstree "$trees/state" --sourcetree "$trees/source" </dev/null >"$4" 2>&1
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
  # The compiler's own words before make's and dkms's; no path of this run.
  { grep -m1 -E ': (fatal )?error: |undefined!$' "$1" ||
    grep -m1 -E 'dkms-deb: error|No rule to make|\*\*\* ' "$1" ||
    grep -m1 -iE 'error[: !]' "$1"; } | sed -E 's,/[^ ]*/build/,,g; s,/tmp/[^ ]*/(tree|own)/,,g' | cut -c1-110 | tr '|' '/'
}

group=own
row() { # name init ours dh lintian dkms reason
  printf '| %s | %s | %s | %s | %s | %s | %s |\n' "$@" >"$kept/rows/$group/${1//\//+}.part"
  mv "$kept/rows/$group/${1//\//+}.part" "$kept/rows/$group/${1//\//+}"
}
done_already() { [[ -e $kept/rows/$group/${1//\//+} ]]; }

# One driver, from a tree without debian/ to a row of the table.
try() { # name tree options…
  local title=$1 name=${1//\//+} tree=$2 log
  name=${name%% *} log=$logs/$name
  shift 2
  rm -rf "$work/dkms-deb" "$work/dh" "$work/root" "$log".*
  local init='' ours='' dh='' tags='' dkms='' reason=''
  mkdir -p "$work/dkms-deb" "$work/dh"
  cp -a "$tree" "$work/dkms-deb/tree"
  if ! dkms-deb init --rules dkms-deb "$@" "$work/dkms-deb/tree" >"$log.init" 2>&1 </dev/null; then
    row "$title" asks - - - - "$(sed -n 's/^dkms-deb: error: [^ ]*: //p' "$log.init" | head -n 1 | cut -c1-160 | tr '|' '/')"
    return
  fi
  init=$(grep -cE '^(warning: )?FIXME' "$log.init")
  [[ $init -eq 0 ]] && init=yes || init="$init FIXME"
  # The other style is a change of mind, and what was derived is remembered.
  cp -a "$work/dkms-deb/tree" "$work/dh/tree"
  dkms-deb init --rules dh "$work/dh/tree" >>"$log.init" 2>&1 </dev/null
  (cd "$work/dkms-deb/tree" && dpkg-buildpackage -d -us -uc -b) >"$log.dkms-deb" 2>&1 </dev/null && ours=yes || ours=no
  (cd "$work/dh/tree" && dpkg-buildpackage -d -us -uc) >"$log.dh" 2>&1 </dev/null && dh=yes || dh=no
  [[ $ours$dh == yesyes ]] || { cat "$log.dkms-deb" "$log.dh" >"$log.both"; reason=$(first_error "$log.both"); }
  lintian --allow-root --suppress-tags "$suppressed" --tag-display-limit 0 "$work"/*/*.changes >"$log.lintian" 2>&1 </dev/null
  tags=$(grep -E '^[EW]:' "$log.lintian" | awk '{print $1 " " ($3 == "source:" ? $4 : $3)}' | sed -E 's/ source: / /' | sort | uniq -c | awk '{printf "%s%s %s%s", sep, $2, $3, ($1 > 1 ? " ×" $1 : ""); sep=", "}')
  local deb conf
  deb=$(ls "$work"/dkms-deb/*.deb 2>/dev/null | head -n 1)
  if [[ -n $deb ]]; then
    dpkg-deb -x "$deb" "$work/root"
    conf=$(echo "$work"/root/usr/src/*/dkms.conf)
    local dkms_name dkms_version
    dkms_name=$(sed -nE 's/^PACKAGE_NAME=["'\'']([^"'\'']*).*/\1/p' "$conf")
    dkms_version=$(sed -nE 's/^PACKAGE_VERSION=["'\'']([^"'\'']*).*/\1/p' "$conf")
    dkms=$(dkms_build "$dkms_name" "$dkms_version" "$(dirname "$conf")" "$log.build")
    if [[ $dkms == fails ]]; then
      # Does the driver build at all, in its own tree with all that lies around it?
      local own=$work/own original
      rm -rf "$own"
      cp -a "$tree" "$own"
      [[ -e $own/dkms.conf ]] && ! grep -qE '[@#{_]+[A-Z]*VER' "$own/dkms.conf" || cp "$conf" "$own/dkms.conf"
      original=$(dkms_build "$dkms_name" "$dkms_version" "$own" "$log.original")
      reason=$(first_error "$log.build")
      [[ $original == fails ]] && dkms='fails, so does its own tree' || dkms="FAILS (its own tree: $original)"
    fi
  fi
  row "$title" "$init" "$ours" "$dh" "${tags:-clean}" "$dkms" "$reason"
}

# A driver's repository: its packaging goes, but a dkms.conf that only the packaging has is the driver's.
try_tree() { # name directory options…
  local name=$1 directory=$2 note='' conf version
  shift 2
  rm -rf "$work/source"
  cp -a "$directory" "$work/source"
  if [[ -z $(find "$work/source" -path '*/debian' -prune -o -name 'dkms.conf*' -print) ]]; then
    note=' (no dkms.conf)'
    for conf in "$work"/source/debian/*.dkms; do
      grep -qs '^PACKAGE_NAME=' "$conf" || continue
      # dh_dkms fills in what the packaging's changelog says.
      version=$(dpkg-parsechangelog -l "$work/source/debian/changelog" -S Version | sed 's/^[0-9]*://; s/-[^-]*$//')
      sed "s/#MODULE_VERSION#/$version/" "$conf" >"$work/source/dkms.conf"
      note=
      break
    done
  fi
  done_already "$name$note" && return
  rm -rf "$work/source/debian"
  try "$name$note" "$work/source" "$@"
}

if [[ $debian ]]; then
  group=debian
  # Installed or not: what the suite's main has, as apt knows it.
  mapfile -t packages < <(apt-cache search --names-only -- '-dkms$' | awk '{print $1}' | sort)
  for package in "${packages[@]}"; do
    apt-cache show --no-all-versions "$package" | grep -E '^Filename: pool/(updates/)?main/' >/dev/null || continue
    done_already "$package" && continue
    compgen -G "$kept/debs/${package}_*.deb" >/dev/null ||
      (cd "$kept/debs" && apt-get download -qq -o APT::Sandbox::User=root "$package" </dev/null) >/dev/null 2>&1
    for deb in "$kept/debs/$package"_*.deb; do
      rm -rf "$work/unpacked"
      dpkg-deb -x "$deb" "$work/unpacked" || break
      trees=("$work"/unpacked/usr/src/*/dkms.conf)
      [[ -e ${trees[0]} ]] && try "$package" "$(dirname "${trees[0]}")"
      break
    done
  done
fi

if [[ $clones ]]; then
  group=public
  while read -r repository options; do
    [[ $repository == */* && -d $clones/${repository/\//+} ]] || continue
    # shellcheck disable=SC2086 # words of init's options
    try_tree "$repository" "$clones/${repository/\//+}" $options
  done < <(grep -v '^#' "$top/scripts/corpus-public.txt")
fi

group=own
for driver in "${drivers[@]}"; do
  directory=${driver%%=*} options=()
  [[ $driver == *=* ]] && read -ra options <<<"${driver#*=}"
  try_tree "$(basename "$directory")" "$directory" "${options[@]}"
done

# ---------------------------------------------------------------- the tables

titles=("debian:Debian $(. /etc/os-release && echo "$VERSION_CODENAME")" 'public:Public repositories' 'own:Trees of your own')

summary() { # title rows…
  local title=$1
  shift
  cat "$@" | awk -F ' *[|] *' -v title="$title" '
    { n++; init += $3 != "asks"; both += $4 == "yes" && $5 == "yes"; clean += $6 == "clean"
      none += /\(no dkms.conf\)/; built += $7 ~ /^[0-9]+$/; excluded += $7 == "excluded"
      own += $7 ~ /^fails/; only += $7 ~ /^FAILS/ }
    END { printf "| %s | %d%s | %d | %d | %d | %d | %d | %d | %d |\n", title, n,
      none ? " (" none " without dkms.conf)" : "", init, both, clean, built, excluded, own, only }'
}

tables() {
  echo "Measured $(date -u +%F) on $(. /etc/os-release && echo "$PRETTY_NAME"), dkms $(dkms --version | sed 's/^dkms-//'), lintian $(lintian --version | sed 's/.* v//'), kernel $kernel."
  echo
  echo '| | drivers | init | both styles build | lintian clean | modules built | excluded | fails, so does its own tree | fails only as packaged |'
  echo '|---|---|---|---|---|---|---|---|---|'
  local entry rows
  for entry in "${titles[@]}"; do
    rows=("$kept/rows/${entry%%:*}"/*)
    [[ ! -e ${rows[0]} ]] || summary "${entry#*:}" "${rows[@]}"
  done
  for entry in "${titles[@]}"; do
    rows=("$kept/rows/${entry%%:*}"/*)
    [[ -e ${rows[0]} ]] || continue
    printf '\n## %s\n\n' "${entry#*:}"
    echo '| driver | init | dkms-deb | dh | lintian | dkms build | reason |'
    echo '|---|---|---|---|---|---|---|'
    cat "${rows[@]}" | sort -f
  done
}

if [[ $file ]]; then
  tables >"$work/tables"
  awk -v tables="$work/tables" '
    /^<!-- corpus: end/ { inside = 0 }
    !inside { print }
    /^<!-- corpus: begin/ { inside = 1; while ((getline line <tables) > 0) print line }' "$file" >"$work/file" &&
    cat "$work/file" >"$file"
else
  tables
fi
echo "Rows and logs: $kept" >&2
