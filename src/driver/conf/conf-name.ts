/**
 * Matches the names of a dkms.conf, of its templates (`dkms.conf.in`, `.am`, `.tpl`), and of the dkms.conf files of
 * several drivers in one tree (`dkms.conf.igb.in`).
 */
const CONF = /^dkms\.conf(?:\.[\w-]+)?(?:\.(?:in|am|tpl|tmpl|template))?$/;
const STALE = /\.(?:old|bak|orig|rej|save|md|txt)$/;

/** Whether a file with this name is a dkms.conf, or a template of one. */
export function isConfName(name: string): boolean {
  return CONF.test(name) && !STALE.test(name);
}
