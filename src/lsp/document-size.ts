/**
 * The largest text in bytes that is checked while a person edits it. The largest real dkms.conf has 12 KiB. Some rules
 * compare each line with each other line, and the editor waits for the answer. dkms-deb lint accepts larger files, up
 * to the limit of `conf-too-large`, and DKMS has no limit.
 */
export const LARGEST_CHECKED = 64 * 1024;

/** Whether a text is too large to be checked while a person edits it. */
export function isTooLarge(text: string): boolean {
  return text.length > LARGEST_CHECKED || Buffer.byteLength(text, 'utf8') > LARGEST_CHECKED;
}
