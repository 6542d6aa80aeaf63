/** Which programs a rule of udev may call by path and find on every system that has the package. */
import { posix } from 'node:path';

/** Of Debian's essential packages (Policy 3.8), as bookworm has them; perl's is of perl-base. */
const ESSENTIAL = `
[ arch b2sum base32 base64 basename basenc bash blkdiscard blkid blkzone blockdev cat chcon chcpu chgrp chmem
chmod choom chown chroot chrt cksum clear cmp comm cp csplit cut dash date dd deb-systemd-helper
deb-systemd-invoke df diff diff3 dir dircolors dirname dmesg dnsdomainname domainname dpkg dpkg-deb dpkg-divert
dpkg-query dpkg-split dpkg-statoverride dpkg-trigger du echo egrep env expand expr factor faillog fallocate
false fgrep find findfs findmnt flock fmt fold fsck fsfreeze fstrim getconf getent getopt grep groups gunzip
gzip hardlink head hostid hostname iconv id install invoke-rc.d ionice ipcmk ipcrm ipcs ischroot join kill
last ldattach ldconfig ldd link ln locale logger login logname losetup ls lsblk lscpu lsipc lslocks lslogins lsmem lsns mawk
mcookie md5sum mesg mkdir mkfifo mkfs mknod mkswap mktemp more mount mountpoint mv namei newgrp nice nl nohup
nologin nproc nsenter numfmt od partx paste pathchk perl pidof pinky pivot_root pr printenv printf prlimit ptx
pwd rbash readlink readprofile realpath renice reset resizepart rev rm rmdir rtcwake run-parts runcon runuser savelog script
sdiff sed seq service setarch setpriv setsid setterm sh sha1sum sha224sum sha256sum sha384sum sha512sum shred
shuf sleep sort split start-stop-daemon stat stdbuf stty su sum sync tabs tac tail tar taskset tee tempfile
test timeout toe touch tput tr true truncate tset tsort tty uclampset umount uname uncompress unexpand uniq unlink unshare
update-alternatives update-rc.d users vdir wall wc wdctl whereis which who whoami wipefs xargs yes zcat zcmp
zdiff zegrep zfgrep zgrep zless zmore`;

/** Of kmod, on which dkms depends, and of udev and systemd, without which nobody reads the rules. */
const THERE_ANYWAY = `
depmod insmod kmod lsmod modinfo modprobe rmmod
busctl journalctl loginctl systemctl systemd-cat systemd-hwdb systemd-mount systemd-run systemd-tmpfiles udevadm
setfacl`;

/** Of udev itself, in /usr/lib/udev. */
const OF_UDEV = 'ata_id cdrom_id dmi_memory_id fido_id mtd_probe scsi_id v4l_id';

const words = (text: string) => new Set(text.split(/\s+/).filter((word) => word !== ''));
const PROGRAMS = words(ESSENTIAL + THERE_ANYWAY);
const HELPERS = words(OF_UDEV);

/** A program by its absolute path, in a directory where Debian's packages have programs. */
export function isKnownProgram(path: string): boolean {
  const directory = posix.dirname(path);
  if (/^\/(?:usr\/)?lib\/udev$/.test(directory)) return HELPERS.has(posix.basename(path));
  return /^\/(?:usr\/)?s?bin$/.test(directory) && PROGRAMS.has(posix.basename(path));
}

/** A program of udev's own, which a rule names without a path. */
export function isUdevHelper(name: string): boolean {
  return HELPERS.has(name);
}
