/**
 * Characters that replace unknown parts in the text of a makefile. They are in Unicode's private use area, so makefiles
 * themselves do not contain them. A text without these characters is completely known.
 */

/** Replaces an unknown text that is certainly not empty, such as the release or the directory of the kernel. */
export const SOME = '\ue001';
/** Replaces an unknown text that may be empty, such as a CONFIG_ variable of the kernel or the output of a command. */
export const UNKNOWN = '\ue002';
/** Follows a word that the text may or may not contain. */
export const UNSURE = '\ue000';

const ANY = /[\ue000-\ue002]/;

export function isKnown(text: string): boolean {
  return !ANY.test(text);
}

/** Marks every word of a text as UNSURE. */
export function unsure(text: string): string {
  return wordsOf(text)
    .map((word) => (word.endsWith(UNSURE) ? word : word + UNSURE))
    .join(' ');
}

export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Whether a text is empty. Returns undefined if this is unknown. */
export function isEmpty(text: string): boolean | undefined {
  const plain = text.trim();
  if (plain === '') return true;
  const certain = wordsOf(plain).filter((word) => !word.endsWith(UNSURE));
  return certain.some((word) => word.replaceAll(UNKNOWN, '') !== '') ? false : undefined;
}
