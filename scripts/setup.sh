#!/usr/bin/env bash
# Sets this clone up: npm packages, the build, the Debian packages that are missing.
#
#   scripts/setup.sh           what the product needs
#   scripts/setup.sh --test    and what the tests need: more packages, and .cache/ with drivers
#                              from the Debian archive, kernels to boot, a trixie root
#
# Does only what is not done yet; well under a second when there is nothing to do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf 'setup: %s\n' "$*"; }
die() {
  printf 'setup: error: %s\n' "$*" >&2
  exit 1
}

with_tests=
case "${1-}" in
  '') ;;
  --test) with_tests=yes ;;
  *) die "unknown argument '$1'; usage: scripts/setup.sh [--test]" ;;
esac

command -v apt-get >/dev/null || die 'this is not a Debian machine: apt-get is missing'
arch=$(dpkg --print-architecture)
other_arch=arm64
[[ $arch != arm64 ]] || other_arch=amd64
gnu_type() { dpkg-architecture -a "$1" -q DEB_HOST_GNU_TYPE 2>/dev/null | tr _ -; }

# ---------------------------------------------------------------- Node

check_node() {
  local remedy='install Node.js 20.19 or later with npm (trixie: apt install nodejs npm)'
  command -v node >/dev/null || die "node is not installed: $remedy"
  command -v npm >/dev/null || die "npm is not installed: $remedy"
  local version major minor
  version=$(node --version)
  IFS=. read -r major minor _ <<<"${version#v}"
  ((major > 20 || (major == 20 && minor >= 19))) || die "node $version is too old: $remedy"
}

install_node_modules() {
  # npm writes this file last.
  local stamp=node_modules/.package-lock.json
  [[ -e $stamp && ! package-lock.json -nt $stamp ]] && return
  say 'npm ci'
  npm ci --no-audit --no-fund --loglevel=error >/dev/null
}

build() {
  local from=(src templates packaging rolldown.config.ts package.json package-lock.json)
  local newer=missing
  [[ -e dist/man && -e dist/cli.cjs ]] && newer=$(find "${from[@]}" -newer dist/cli.cjs -print -quit)
  [[ $newer ]] || return 0
  say 'npm run build'
  npm run --silent build || {
    # An incomplete build must not pass for a complete one next time.
    rm -f dist/cli.cjs
    die 'the build failed'
  }
}

# ---------------------------------------------------------------- Debian packages

# Words before a command that needs root; can_be_root says whether there is any way.
as_root=()
can_be_root() {
  ((EUID == 0)) && return
  sudo -n true 2>/dev/null && as_root=(sudo -n)
}

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }
candidate() { [[ $(apt-cache policy "$1") == *'Candidate: '[^\(]* ]]; }

updated=
update_lists() {
  [[ $updated ]] && return
  updated=yes
  say 'apt-get update'
  # One unreachable third-party source does not matter as long as the packages are found.
  "${as_root[@]}" apt-get update -qq </dev/null || say 'apt-get update had problems, going on'
}

needed_packages() {
  printf '%s\n' bash make gcc binutils xz-utils zstd kmod patch dpkg-dev git \
    "linux-headers-$arch" "linux-headers-rt-$arch"
  [[ $with_tests ]] || return 0
  printf '%s\n' apt-utils groovy rsync dkms dh-dkms debhelper dnf lintian devscripts dput-ng mmdebstrap \
    createrepo-c debian-archive-keyring busybox-static cpio elfutils fakeroot fish gdb gnupg iproute2 mandoc openssl pahole rpm rpmlint reprepro softhsm2 time zsh zypper
  # How openssl reaches a token: an engine in bookworm, a provider from trixie on.
  if candidate libengine-pkcs11-openssl; then echo libengine-pkcs11-openssl; else echo pkcs11-provider; fi
  # Modules are compiled for another architecture, too.
  echo "gcc-$(gnu_type "$other_arch")"
  # The tests that boot a kernel do it on a PC.
  [[ $arch != amd64 ]] || echo qemu-system-x86
}

install_packages() {
  local missing=() wanted status name
  mapfile -t wanted < <(needed_packages)
  # One call of dpkg-query for all packages, because it takes most of the time of every later run.
  status=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true)
  for name in "${wanted[@]}"; do
    grep -qx "$name installed" <<<"$status" || missing+=("$name")
  done
  # Headers of a second kernel release, if the suite has them (bookworm does).
  if ! compgen -G '/lib/modules/6.12*/build' >/dev/null; then
    ((${#missing[@]} == 0)) || ! can_be_root || update_lists
    ! candidate "linux-headers-6.12-$arch" || missing+=("linux-headers-6.12-$arch")
  fi
  ((${#missing[@]})) || return 0

  can_be_root || die "these packages are missing: ${missing[*]}
  Install them: sudo apt-get install --no-install-recommends ${missing[*]}"
  for name in "${missing[@]}"; do
    candidate "$name" || update_lists
  done
  say "apt-get install ${missing[*]}"
  local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y
    --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "${missing[@]}")
  local log
  log=$(mktemp)
  if ! "${install[@]}" </dev/null >"$log" 2>&1; then
    # Old lists name files that the archive no longer has.
    update_lists
    "${install[@]}" </dev/null >"$log" 2>&1 || {
      tail -n 20 "$log" >&2
      die "apt-get could not install them; the whole log is $log"
    }
  fi
  rm -f "$log"
}

# ---------------------------------------------------------------- .cache, for the tests

# Runs `apt-get download` for the first of these packages that the archive has, in the directory $1.
download() {
  local directory=$1 name
  shift
  mkdir -p "$directory"
  for name in "$@"; do
    candidate "$name" || continue
    say "apt-get download $name"
    local get=(apt-get download -qq -o APT::Sandbox::User=root "$name")
    (cd "$directory" && "${get[@]}" </dev/null) && return
    # Old lists name files that the archive no longer has.
    ! can_be_root || update_lists
    (cd "$directory" && "${get[@]}" </dev/null) && return
  done
  return 1
}

cache_drivers() {
  local name wanted=() offered=()
  for name in acpi-call bbswitch ddcci dm-writeboost dpdk-kmods jool lime-forensics lttng-modules \
    nat-rtsp openvpn-dco rapiddisk tp-smapi v4l2loopback vpoll xtables-addons xtrx; do
    compgen -G ".cache/debs/${name}-dkms_*.deb" >/dev/null && continue
    # Not every suite has every driver; asking again each time would cost a second.
    [[ -e .cache/debs/$name-dkms.not-offered ]] || wanted+=("$name-dkms")
  done
  if ((${#wanted[@]})); then
    mkdir -p .cache/debs
    candidate "${wanted[0]}" || ! can_be_root || update_lists
    for name in "${wanted[@]}"; do
      if candidate "$name"; then
        offered+=("$name")
      else
        say "this suite has no $name"
        touch ".cache/debs/$name.not-offered"
      fi
    done
  fi
  if ((${#offered[@]})); then
    say "apt-get download ${offered[*]}"
    # One call for all packages, because each call of apt takes a second.
    local get=(apt-get download -qq -o APT::Sandbox::User=root "${offered[@]}")
    (cd .cache/debs && "${get[@]}" </dev/null) || {
      # Old lists name files that the archive no longer has.
      ! can_be_root || update_lists
      (cd .cache/debs && "${get[@]}" </dev/null) || die "apt could not download ${offered[*]}"
    }
  fi
  compgen -G '.cache/debs/*.deb' >/dev/null ||
    die "apt offers none of the drivers (is Debian's main among its sources?)"
}

# The kernels of the headers above, to boot, where the headers brought no image: vmlinuz, what drivers
# need of the kernel's own modules, and the package's control file.
cache_kernels() {
  local meta release deb scratch=.cache/kernels/unpack
  for meta in "linux-headers-$arch" "linux-headers-6.12-$arch"; do
    installed "$meta" || continue
    release=$(dpkg-query -W -f '${Depends}' "$meta" | sed -nE 's/.*linux-headers-([0-9][^ ,]*).*/\1/p')
    [[ -e /boot/vmlinuz-$release || -e .cache/kernels/$release/control ]] && continue
    rm -rf "$scratch"
    download "$scratch/deb" "linux-image-$release" "linux-image-$release-unsigned" ||
      die "apt offers no linux-image-$release; upgrade the headers: apt-get install $meta"
    deb=$(echo "$scratch"/deb/*.deb)
    dpkg-deb --fsys-tarfile "$deb" | tar -xf - -C "$scratch" --wildcards "./boot/vmlinuz-$release" \
      '*/modules.order' '*/modules.builtin*' '*/kernel/lib/*' '*/kernel/crypto/*' '*/kernel/net/*' \
      '*/kernel/drivers/md/*' '*/kernel/drivers/media/*' '*/kernel/drivers/uio/*'
    dpkg-deb -f "$deb" >"$scratch/control"
    rm -r "$scratch/deb"
    rm -rf ".cache/kernels/$release"
    mv "$scratch" ".cache/kernels/$release"
  done
}

# A suite with DKMS, compiler, headers and kernel. The real image is there (trixie's headers depend
# on it): DKMS, depmod and apt then see what a user's machine has. No initramfs is made of it.
cache_root() {
  local suite=$1 tar=.cache/$1-root.tar mirror
  local packages="dkms,make,gcc,linux-headers-$arch,linux-image-$arch"
  # depmod reads every module of a kernel, which takes eight seconds in trixie. No test needs more of them than these.
  local few=(--dpkgopt='path-exclude=/lib/modules/*/kernel/*' --dpkgopt='path-exclude=/usr/lib/modules/*/kernel/*'
    --dpkgopt='path-include=/lib/modules/*/kernel/fs/*' --dpkgopt='path-include=/usr/lib/modules/*/kernel/fs/*')
  local recipe="$suite $arch minbase $packages, few modules"
  [[ -e $tar && -e $tar.recipe && $(<"$tar.recipe") == "$recipe" ]] && return
  # shellcheck disable=SC2016 # $(…) is apt's
  mirror=$(apt-get indextargets --format '$(REPO_URI)|$(ORIGIN)|$(LABEL)' | grep -m1 '|Debian|Debian$') ||
    die 'no Debian mirror among the sources of apt (run apt-get update first)'
  say "mmdebstrap $suite (about a minute)"
  can_be_root || true
  "${as_root[@]}" env INITRD=No mmdebstrap --quiet --variant=minbase --architectures="$arch" \
    --include="$packages" --aptopt='APT::Sandbox::User "root"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' "${few[@]}" \
    "$suite" "$tar.part.tar" "deb ${mirror%%|*} $suite main" </dev/null
  mv -f "$tar.part.tar" "$tar"
  printf '%s\n' "$recipe" >"$tar.recipe"
}

# A Debian archive of what the root above lacks for installing our own package, building with
# dpkg-buildpackage and debhelper, checking with lintian and running the CI files of docs/ there: the
# tests install it with apt, offline.
cache_archive() {
  local suite=$1 directory=.cache/$1-archive root=.cache/$1-root.tar mirror part
  local packages="nodejs dpkg-dev build-essential debhelper dh-dkms lintian ca-certificates curl git \
gpg gpg-agent apt-utils openssl zstd rsync openssh-client"
  local recipe="$suite $arch $packages"
  [[ -e $directory/recipe && $(<"$directory/recipe") == "$recipe" && $directory/recipe -nt $root ]] && return
  # shellcheck disable=SC2016 # $(…) is apt's
  mirror=$(apt-get indextargets --format '$(REPO_URI)|$(ORIGIN)|$(LABEL)' | grep -m1 '|Debian|Debian$') ||
    die 'no Debian mirror among the sources of apt (run apt-get update first)'
  say "apt-get download of $packages and what they need in $suite"
  part=$PWD/$directory.part
  rm -rf "$part" "$directory"
  mkdir -p "$part"/{etc/apt/preferences.d,var/lib/apt/lists/partial,var/cache/apt/archives/partial}
  tar -xf "$root" -C "$part" ./var/lib/dpkg/status
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror%%|*} $suite main" \
    >"$part/etc/apt/sources.list"
  local get=(apt-get -qq -o "Dir=$part" -o "Dir::State::status=$part/var/lib/dpkg/status"
    -o "APT::Architecture=$arch" -o APT::Architectures= -o APT::Sandbox::User=root -o Debug::NoLocking=1)
  "${get[@]}" update </dev/null
  # shellcheck disable=SC2086 # words
  "${get[@]}" install -y --no-install-recommends --download-only $packages </dev/null >/dev/null
  (cd "$part/var/cache/apt/archives" && rm -rf partial lock && dpkg-scanpackages --multiversion . >Packages 2>/dev/null)
  mv "$part/var/cache/apt/archives" "$directory"
  rm -rf "$part"
  printf '%s\n' "$recipe" >"$directory/recipe"
}

# What checks and runs the pipelines that dkms-deb ci writes. They are no devDependencies, because they need 120 other
# packages, which would have to be looked at for the bundle.
cache_ci_tools() {
  local directory=.cache/ci-tools
  cmp -s scripts/ci-tools/package-lock.json "$directory/package-lock.json" && [[ -e $directory/complete ]] && return
  say 'npm ci of scripts/ci-tools'
  rm -rf "$directory"
  mkdir -p "$directory"
  cp scripts/ci-tools/package*.json "$directory"
  (cd "$directory" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null)
  touch "$directory/complete"
}

# Programs that tests only run, unpacked and not installed: openssh-server would start a service.
cache_programs() {
  local directory=.cache/programs names
  [[ ! -e $directory/complete ]] || return 0
  say 'apt-get download of aptly and openssh-server'
  rm -rf "$directory"
  mkdir -p "$directory/debs" "$directory/root"
  # apt does not name packages that are installed already.
  mapfile -t names < <(apt-get -s install --no-install-recommends aptly openssh-server | awk '/^Inst/ { print $2 }')
  ((${#names[@]} == 0)) || (cd "$directory/debs" &&
    apt-get download -qq -o APT::Sandbox::User=root "${names[@]}" </dev/null) || die 'apt could not download aptly and openssh-server'
  local deb
  for deb in "$directory"/debs/*.deb; do [[ ! -e $deb ]] || dpkg-deb -x "$deb" "$directory/root"; done
  touch "$directory/complete"
}

# Headers and compilers of trixie's newest kernel, for this machine and for the other architecture, as bmdeb
# --suite fetches them: the tests build with them offline. The root above has the same kernel, which the bytes are
# compared with.
cache_kernel_store() {
  local store=.cache/kernel-store scratch of
  # The last word counts what the index of a store has.
  local recipe="trixie $arch $other_arch index-2"
  [[ -e $store.recipe && $(<"$store.recipe") == "$recipe" && $store.recipe -nt .cache/trixie-root.tar ]] && return
  say "bmdeb --suite trixie for $arch and $other_arch (about a minute)"
  scratch=$(mktemp -d)
  for of in "$arch" "$other_arch"; do
    XDG_CACHE_HOME=$scratch bin/dkms-deb bmdeb --quiet --suite trixie --arch "$of" --flavour "$of" --latest 1 \
      --store "$store" -o "$scratch/out" examples/hello >/dev/null || die "cannot build for trixie's $of kernel"
  done
  rm -rf "$scratch"
  printf '%s\n' "$recipe" >"$store.recipe"
}

# Headers of kernels that are not installed, unpacked below .cache/headers: one root with those of the
# installed kernel and of its cloud flavour, one with those of the other architecture.
cache_headers() {
  local release abi
  release=$(dpkg-query -W -f '${Depends}' "linux-headers-$arch" |
    sed -nE 's/.*linux-headers-([0-9][^ ,]*).*/\1/p')
  abi=${release%-"$arch"}
  unpack_headers native own_apt "linux-headers-$release" "linux-headers-$abi-cloud-$arch"
  unpack_headers other other_apt "linux-headers-$abi-$other_arch"
  rm -rf .cache/other-apt
}

# unpack_headers NAME APT PACKAGE…: the packages, -common and kbuild of which they depend on, too.
unpack_headers() {
  local apt=$2 directory=.cache/headers/$1 depends
  shift 2
  [[ -e $directory.recipe && $(<"$directory.recipe") == "$*" ]] && return
  say "unpacking $* into $directory"
  rm -rf "$directory" "$directory.debs"
  mkdir -p "$directory" "$directory.debs"
  "$apt" prepare
  mapfile -t depends < <("$apt" cache show "$@" | sed -n 's/^Depends: //p' | tr ',' '\n' |
    sed -nE 's/^ *(linux-(headers-[^ ]*-common(-rt)?|kbuild-[^ ]*)).*/\1/p' | sort -u)
  ((${#depends[@]} >= 2)) || die "apt knows no $* with all that they need"
  # The common headers and kbuild are of this machine: kbuild's programs run here.
  (cd "$directory.debs" && "$apt" get download -qq "$@" </dev/null && own_apt get download -qq "${depends[@]}" </dev/null)
  local deb
  for deb in "$directory.debs"/*.deb; do dpkg-deb -x "$deb" "$directory"; done
  rm -rf "$directory.debs"
  printf '%s\n' "$*" >"$directory.recipe"
}

own_apt() {
  local what=$1
  shift
  case $what in
    prepare) candidate "linux-headers-$arch" || ! can_be_root || update_lists ;;
    cache) apt-cache "$@" ;;
    get) apt-get -o APT::Sandbox::User=root "$@" ;;
  esac
}

# The same mirrors for the other architecture, in an apt root of their own: nothing is installed, and
# this machine's dpkg learns of no other architecture.
other_apt() {
  local what=$1 root
  root=$PWD
  [[ $root == */.cache/headers/* ]] && root=${root%/.cache/headers/*}
  root=$root/.cache/other-apt
  shift
  export APT_CONFIG=$root/apt.conf
  if [[ $what == prepare ]]; then
    mkdir -p "$root"/etc/{apt.conf.d,preferences.d,sources.list.d} "$root"/lists/partial "$root"/archives/partial
    : >"$root/status"
    cat >"$APT_CONFIG" <<END
Dir::Etc "$root/etc";
Dir::Etc::trustedparts "/etc/apt/trusted.gpg.d";
Dir::State::lists "$root/lists";
Dir::State::status "$root/status";
Dir::Cache "$root";
APT::Architecture "$arch";
APT::Architectures { "$other_arch"; };
APT::Sandbox::User "root";
Acquire::Languages "none";
END
    local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
    # shellcheck disable=SC2016 # $(…) is apt's
    APT_CONFIG='' apt-get indextargets --format '$(ORIGIN) $(REPO_URI) $(CODENAME)' |
      sed -nE "s|^Debian (\S+) (\S+)$|deb [arch=$other_arch signed-by=$keyring] \1 \2 main|p" |
      sort -u >"$root/etc/sources.list"
    apt-get update -qq </dev/null || die "apt has no lists for $other_arch"
  elif [[ $what == cache ]]; then
    apt-cache "$@"
  else
    apt-get "$@"
  fi
  unset APT_CONFIG
}

check_node
mkdir -p .cache
# Two set-ups of one clone must not write to node_modules or .cache at the same time.
exec 9>.cache/setup.lock
flock 9
install_packages
install_node_modules
build
if [[ $with_tests ]]; then
  cache_drivers
  cache_kernels
  cache_headers
  scripts/slurm.sh --fetch
  cache_ci_tools
  cache_programs
  # The next steps wait for the network, or use one processor, most of the time.
  trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
  cache_root bookworm &
  making=($!)
  cache_root trixie
  cache_archive trixie &
  making+=($!)
  cache_kernel_store
  for job in "${making[@]}"; do wait "$job" || die 'a part of .cache could not be made'; done
fi
