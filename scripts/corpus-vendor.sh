#!/usr/bin/env bash
# Trees without dkms.conf: init without any option → build → the real dkms build of what the .deb has in /usr/src.
#
#   npm run corpus -- vendor --clones DIR [-w DIR] [-o FILE] [REPOSITORY…]
#
# The repositories of scripts/corpus-vendor.txt, or those that are named, cloned to DIR/OWNER+NAME. dkms builds for the newest
# kernel with headers, then for the oldest. The table goes to stdout, or between the two `corpus` comments
# of FILE; rows and logs are kept in -w DIR, where an interrupted run goes on.
#
# No -e: what fails is what the table tells.
set -uo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export PATH=$top/bin:$PATH LC_ALL=C.UTF-8
export DEBFULLNAME='Corpus Run' DEBEMAIL=corpus@example.org

clones='' kept='' file='' wanted=()
while [[ $# -gt 0 ]]; do
  case $1 in
    --clones) clones=$(cd "$2" && pwd) || exit 2; shift ;;
    -w) kept=$2; shift ;;
    -o) file=$2; shift ;;
    -*) echo "corpus vendor: unknown option $1" >&2; exit 2 ;;
    *) wanted+=("$1") ;;
  esac
  shift
done
[[ $clones ]] || { echo 'corpus vendor: say where the clones are: --clones DIR' >&2; exit 2; }
[[ $kept ]] || kept=$(mktemp -d)
mkdir -p "$kept/logs" "$kept/rows"
mapfile -t kernels < <(for k in /lib/modules/*/build/include; do basename "$(dirname "$(dirname "$k")")"; done | sort -V)
work=$(mktemp -d)
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT

# The real dkms, not as root and with trees of its own: nothing of the system is touched.
dkms_build() { # name version source kernel log
  local trees=$work/dkms as=()
  rm -rf "$trees"
  mkdir -p "$trees/state" "$trees/source"
  cp -a "$3" "$trees/source/$1-$2"
  if [[ $EUID -eq 0 ]]; then
    chown -R 65534:65534 "$trees"
    as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
  fi
  TMPDIR=$trees "${as[@]}" timeout 1800 dkms build -m "$1" -v "$2" -k "$4" --dkmstree "$trees/state" \
    --sourcetree "$trees/source" </dev/null >"$5" 2>&1
  local status=$?
  cat "$trees/state/$1/$2"/build/make.log "$trees/state/$1/$2/$4"/*/log/make.log >>"$5" 2>/dev/null
  [[ $status -eq 0 ]] && ls "$trees/state/$1/$2/$4"/*/module | wc -l
  return $status
}

row() { # repository folder
  local title=$1${2:+/$2} tree=$work/${1#*/} log=$kept/logs/${1/\//+}${2:+-${2//\//-}} began modules='' kernel result=no
  rm -rf "$tree" "$work/out" "$work/root" "$log".*
  cp -a "$clones/${1/\//+}" "$tree"
  local commit
  commit=$(git -c safe.directory='*' -C "$tree" rev-parse --short HEAD)
  [[ $2 ]] && tree=$tree/$2
  began=$(date +%s)
  if ! timeout 600 dkms-deb init "$tree" >"$log.init" 2>&1 </dev/null; then
    printf '| %s | %s | %s | | | %s | %s |\n' "$title" "$commit" no "$(($(date +%s) - began)) s" \
      "$(sed -n 's/^dkms-deb: error: [^ ]*: //p' "$log.init" | head -n 1 | cut -c1-120 | tr '|' '/')"
    return
  fi
  local seconds=$(($(date +%s) - began)) make
  make=$(sed -n 's/^MAKE="\(.*\)"$/\1/p' "$log.init" | sed 's,mkdir -p .kernel .* PATH=[^ ]*,(uname) ,' | cut -c1-110 | tr '|' '/')
  timeout 600 dkms-deb build -o "$work/out" "$tree" >"$log.out" 2>&1 </dev/null
  dpkg-deb -x "$work"/out/*.deb "$work/root" 2>>"$log.out"
  local source name version
  source=$(echo "$work"/root/usr/src/*)
  name=$(sed -nE 's/^PACKAGE_NAME="([^"]*)".*/\1/p' "$source/dkms.conf")
  version=$(sed -nE 's/^PACKAGE_VERSION="([^"]*)".*/\1/p' "$source/dkms.conf")
  for kernel in "${kernels[-1]}" "${kernels[0]}"; do
    modules=$(dkms_build "$name" "$version" "$source" "$kernel" "$log.$kernel") && { result="$modules on $kernel"; break; }
  done
  [[ $result == no ]] && result="no: $(grep -hm1 -E ': (fatal )?error: |undefined!$|\*\*\* ' "$log.${kernels[-1]}" | sed -E 's,/[^ ]*/build/,,g' | cut -c1-100 | tr '|' '/')"
  printf '| %s | %s | %s | %s | `%s` | %s | %s |\n' "$title" "$commit" "$name" "$version" "${make:-DKMS’s own}" "$seconds s" "$result"
}

while read -r repository _ folder; do
  [[ $repository == */* && -d $clones/${repository/\//+} ]] || continue
  [[ ${#wanted[@]} -eq 0 || " ${wanted[*]} " == *" $repository "* ]] || continue
  kept_row=$kept/rows/${repository/\//+}${folder:+-${folder//\//-}}
  [[ -e $kept_row ]] || { row "$repository" "${folder-}" >"$kept_row.part" && mv "$kept_row.part" "$kept_row"; }
done < <(grep -v '^#' "$top/scripts/corpus-vendor.txt")

{
  echo "Measured $(date -u +%F), dkms $(dkms --version | sed 's/^dkms-//'), kernels ${kernels[-1]} and ${kernels[0]}."
  echo
  echo '| tree | commit | name | version | MAKE | init | dkms build |'
  echo '|---|---|---|---|---|---|---|'
  cat "$kept"/rows/* | sort -f
} >"$work/tables"
if [[ $file ]]; then
  awk -v tables="$work/tables" '
    /^<!-- corpus: end/ { inside = 0 }
    !inside { print }
    /^<!-- corpus: begin/ { inside = 1; while ((getline line <tables) > 0) print line }' "$file" >"$work/file" &&
    cat "$work/file" >"$file"
else
  cat "$work/tables"
fi
echo "Rows and logs: $kept" >&2
