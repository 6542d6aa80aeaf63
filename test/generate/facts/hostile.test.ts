import { expect, test } from 'vitest';
import { findCopyrights } from '../../../src/generate/facts/copyright-holders.ts';
import { findLicence } from '../../../src/generate/facts/licence.ts';
import { readModuleMacros } from '../../../src/generate/facts/module-macros.ts';
import { readReadme } from '../../../src/generate/facts/readme.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { sources } from './helpers.ts';

// Each made one of the readers take many seconds before they had their bounds.
test.each(['[', '[![', '"\\', '<h1>', '<h1 ', 'a\n\n', '(', '/*', '(c) 2001 ', 'Copyright 2001-'])(
  'a file full of %j costs no more than its length',
  async (unit) => {
    const text = unit.repeat(100_000 / unit.length);
    const time = await cpuTime(() => {
      readReadme(text);
      const files = sources({
        'a.c': `MODULE_VERSION(A);\n${text}\nMODULE_LICENSE(${text}`,
        'b.c': 'MODULE_LICENSE(MODULE_LICENSE(\n'.repeat(3000),
        LICENSE: text,
      });
      findLicence(files, readModuleMacros(files));
      findCopyrights(files);
    });
    expect(time).toBeLessThan(1500);
  },
);
