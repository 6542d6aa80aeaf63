/**
 * Knows the programs that exist on every system where the package is installed, so that a udev rule can call them by
 * path.
 */
import { posix } from 'node:path';

/** The programs of Debian 12's essential packages (Policy 3.8). perl is one of them, because it is in perl-base. */
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

/**
 * Programs of kmod, of udev and of systemd. dkms depends on kmod. udev and systemd are installed wherever udev rules
 * are used.
 */
const INSTALLED_WITH_DKMS = `
depmod insmod kmod lsmod modinfo modprobe rmmod
busctl journalctl loginctl systemctl systemd-cat systemd-hwdb systemd-mount systemd-run systemd-tmpfiles udevadm`;

/** The programs that udev itself installs in /usr/lib/udev. */
const OF_UDEV = 'ata_id cdrom_id dmi_memory_id fido_id mtd_probe scsi_id v4l_id';

const words = (text: string) => new Set(text.split(/\s+/).filter((word) => word !== ''));
const PROGRAMS = words(ESSENTIAL + INSTALLED_WITH_DKMS);
const HELPERS = words(OF_UDEV);

/** Whether an absolute path is the path of a known program, in a directory for programs. */
export function isKnownProgram(path: string): boolean {
  const directory = posix.dirname(path);
  if (/^\/(?:usr\/)?lib\/udev$/.test(directory)) return HELPERS.has(posix.basename(path));
  return /^\/(?:usr\/)?s?bin$/.test(directory) && PROGRAMS.has(posix.basename(path));
}

/** Whether a name without a path is the name of a program that udev itself installs in /usr/lib/udev. */
export function isUdevHelper(name: string): boolean {
  return HELPERS.has(name);
}
