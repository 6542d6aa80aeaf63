import { InputError } from '../src/errors.ts';
import { plainWords } from '../src/facts/licence/licence-texts.ts';

/**
 * The licences that code in the bundle may have: each may be combined with GPL-3+, and is known by
 * words that only its text has.
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
 * Checks that `license`, of a package.json, is one that may be bundled, and that `text` is its text.
 * InputError `bundled-licence` with `file`, from which the text comes.
 */
export function checkLicence(license: string | undefined, text: string, file: string): string {
  const words = KNOWN[license ?? ''];
  if (license === undefined || words === undefined) {
    throw new InputError('bundled-licence', `nobody knows the licence ${license ?? '(none)'}`, {
      where: { file },
      hint: 'Read it; if GPL-3+ allows it, add it to packaging/licences.ts.',
    });
  }
  if (words.test(plainWords(text))) return license;
  throw new InputError('bundled-licence', `this is not the text of ${license}`, {
    where: { file },
    hint: 'Compare the file with "license" in package.json, and see packaging/licences.ts.',
  });
}
