/**
 * What is not known of a makefile's text stands in it as one of these signs, which no makefile has (Unicode's
 * private use area): what a word means is then known exactly as far as it has none.
 */

/** Some text that is not empty: the kernel's release, its directory. */
export const SOME = '\ue001';
/** A text that may be empty: a kernel's CONFIG_, what a command prints. */
export const UNKNOWN = '\ue002';
/** Behind a word: whether it is there depends on what is not known. */
export const UNSURE = '\ue000';

const ANY = /[\ue000-\ue002]/;

export function isKnown(text: string): boolean {
  return !ANY.test(text);
}

/** Every word of a text marked as one that may not be there. */
export function unsure(text: string): string {
  return wordsOf(text)
    .map((word) => (word.endsWith(UNSURE) ? word : word + UNSURE))
    .join(' ');
}

export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Whether a text is empty: undefined where that is not known. */
export function isEmpty(text: string): boolean | undefined {
  const plain = text.trim();
  if (plain === '') return true;
  const certain = wordsOf(plain).filter((word) => !word.endsWith(UNSURE));
  return certain.some((word) => word.replaceAll(UNKNOWN, '') !== '') ? false : undefined;
}
