import { InputError, plainWords } from '../src/library.ts';

/**
 * The licences that code in the bundle may have, all compatible with GPL-3+. Each has an expression that matches its
 * text; the expression of BSD-2-Clause also matches BSD-3-Clause, which has the same words and one clause more.
 */
const KNOWN: Readonly<Record<string, RegExp>> = {
  '0BSD': /for any purpose with or without fee is hereby granted\./,
  'Apache-2.0': /apache license version 2\.0, january 2004/,
  'BlueOak-1.0.0': /blue oak model license version 1\.0\.0/,
  'BSD-2-Clause':
    /redistributions? and use in source and binary forms|redistribution and use in source/,
  'BSD-3-Clause': /neither the names? of .{0,80}endorse or promote/,
  ISC: /for any purpose with or without fee is hereby granted, provided/,
  MIT: /permission is hereby granted, free of charge, to any person obtaining a copy/,
};

/**
 * Returns the licence of a package.json. Throws InputError `bundled-licence` if the licence may not be bundled, or if
 * `text`, the contents of `file`, is not the text of the licence.
 */
export function checkLicence(license: string | undefined, text: string, file: string): string {
  const words = KNOWN[license ?? ''];
  if (license === undefined || words === undefined) {
    throw new InputError('bundled-licence', `unknown licence ${license ?? '(none)'}`, {
      where: { file },
      hint: 'Read it; if it is compatible with GPL-3+, add it to packaging/licences.ts.',
    });
  }
  if (words.test(plainWords(text))) return license;
  throw new InputError('bundled-licence', `this is not the text of ${license}`, {
    where: { file },
    hint: 'Compare the file with "license" in package.json, and see packaging/licences.ts.',
  });
}
