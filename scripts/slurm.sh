#!/usr/bin/env bash
# scripts/slurm.sh COMMAND…: runs a command on a machine with a Slurm of one node, for tests of
# `dkms-deb run --runner 'srun -Q -N1 -c1'`. Debian's packages are unpacked below .cache/slurm, not installed; the
# daemons run in namespaces of their own and end with the command. This needs root. `--fetch` only unpacks, without root.
set -euo pipefail
place=$(realpath "$(dirname "$0")/..")/.cache/slurm
root=$place/root

if [[ ! -x $root/usr/bin/srun ]]; then
  rm -rf "$place"
  mkdir -p "$place/debs" "$root"
  # Only packages that are not installed yet are downloaded and unpacked.
  mapfile -t names < <(apt-get -s install --no-install-recommends munge slurmctld slurmd slurm-client |
    awk '/^Inst/ { print $2 }')
  (cd "$place/debs" && apt-get download -qq -o APT::Sandbox::User=root "${names[@]}")
  for deb in "$place"/debs/*.deb; do dpkg-deb -x "$deb" "$root"; done
fi
[[ ${1-} != --fetch ]] || exit 0

# The daemons have sockets and states, which two calls of this script must not share.
run=$(mktemp -d)
trap 'rm -rf "$run"' EXIT
mkdir -m 700 "$run/state" "$run/spool"
dd if=/dev/urandom of="$run/munge.key" bs=1024 count=1 status=none
chmod 400 "$run/munge.key"
cat >"$run/slurm.conf" <<CONF
ClusterName=once
SlurmctldHost=node1(10.9.9.1)
AuthType=auth/munge
AuthInfo=socket=$run/munge.socket
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$run/state
SlurmdSpoolDir=$run/spool
SlurmctldPidFile=$run/slurmctld.pid
SlurmdPidFile=$run/slurmd.pid
SlurmctldLogFile=$run/slurmctld.log
SlurmdLogFile=$run/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
PluginDir=$root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)/slurm-wlm
NodeName=node1 NodeAddr=10.9.9.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=node1 Default=YES State=UP MaxTime=INFINITE
CONF
# A container has no cgroups. Slurm of bookworm needs none; later versions can be told to do without them.
libraries=$root/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH)
version=$(LD_LIBRARY_PATH=$libraries:$libraries/slurm-wlm "$root/usr/sbin/slurmd-wlm" -V)
[[ $version == *' 22.'* ]] || echo 'CgroupPlugin=disabled' >"$run/cgroup.conf"

# shellcheck disable=SC2016 # expanded inside of the namespaces
unshare -n -m -p -f -u --mount-proc --kill-child bash -c '
  set -euo pipefail
  root=$1 run=$2 libraries=$3; shift 3
  hostname node1
  ip link set lo up
  ip addr add 10.9.9.1/32 dev lo
  export SLURM_CONF=$run/slurm.conf LD_LIBRARY_PATH=$libraries:$libraries/slurm-wlm PATH=$root/usr/bin:$root/usr/sbin:$PATH
  munged --force --key-file="$run/munge.key" --socket="$run/munge.socket" --pid-file="$run/munged.pid" \
    --log-file="$run/munged.log" --seed-file="$run/seed" 2>/dev/null
  slurmctld-wlm -f "$SLURM_CONF"
  slurmd-wlm -f "$SLURM_CONF" -d "$root/usr/sbin/slurmstepd-wlm"
  for _ in $(seq 60); do sinfo -h -o %T 2>/dev/null | grep -q idle && break; sleep 0.5; done
  sinfo -h -o %T | grep -q idle || { cat "$run"/*.log >&2; exit 1; }
  exec "$@"
' slurm "$root" "$run" "$libraries" "$@"
