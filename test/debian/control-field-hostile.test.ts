// biome-ignore-all lint/suspicious/noTemplateCurlyInString: substvars, not templates
import { expect, test } from 'vitest';
import { parseChangelog } from '../../src/debian/changelog.ts';
import { formatField } from '../../src/debian/control-field.ts';
import { parseDeb822 } from '../../src/debian/deb822.ts';
import { formatDescription, tidySynopsis } from '../../src/debian/description.ts';
import { parseRelations } from '../../src/debian/relations.ts';
import { licenseNames, spdxToDep5 } from '../../src/debian/spdx.ts';
import { substitute } from '../../src/debian/substvars.ts';
import { compareVersions } from '../../src/debian/version.ts';
import { InputError } from '../../src/errors.ts';
import { cpuTime } from '../support/cpu-time.ts';

const N = 50_000;
const HEAD = 'a (1) b; urgency=low\n\n  * x\n';
const changelog = (text: string) => () => parseChangelog(text, 'c', { onProblem: () => undefined });
const relations = (text: string) => () => parseRelations(text);

/** A regular expression that goes back and forth would need minutes for one of these. */
const CASES: readonly (readonly [string, () => unknown])[] = [
  ['trailer: many <', changelog(`${HEAD} -- ${' <'.repeat(N)}`)],
  ['trailer: many addresses', changelog(`${HEAD} -- ${' <x>  '.repeat(N)}`)],
  ['trailer: many blanks', changelog(`${HEAD} -- a <b>${' '.repeat(N)}x`)],
  ['header: many distributions', changelog(`a (1)${' b'.repeat(N)}`)],
  ['header: many blanks', changelog(`a (1) b;${' '.repeat(N)}x`)],
  ['header: blanks in a setting', changelog(`a (1) b;a=${' '.repeat(N)}\t,x`)],
  ['header: many settings', changelog(`a (1) b;${'a=b,'.repeat(N)}`)],
  ['ancient: words', changelog(`Mon Jan 1 1996 ${'a '.repeat(N)}`)],
  ['ancient: years', changelog(`Mon Jan 1 10:10:10 ${'1996 '.repeat(N)}`)],
  ['ancient: addresses', changelog(`Mon Jan 1 1996 ${' <'.repeat(N)}`)],
  ['ancient: to to', changelog(`Changes from version ${' to '.repeat(N)}`)],
  ['ancient: hyphens', changelog(`a${'-'.repeat(N)} `)],
  ['ancient: blanks', changelog(`Mon ${' '.repeat(N)}!`)],
  ['ancient: versions', changelog(`Changes for ${'a-'.repeat(N)}!`)],
  ['comment', changelog(`/*${'*/'.repeat(N)}x`)],
  ['blanks before a change', changelog(`${HEAD}${' '.repeat(N)}x`)],
  [
    'many entries',
    changelog(`${HEAD}\n -- A <a@b>  Thu, 01 Jan 1970 00:00:00 +0000\n\n`.repeat(5000)),
  ],
  ['relation: profiles', relations(`a${' <x>'.repeat(N)}!`)],
  ['relation: blanks', relations(`a${' '.repeat(N)}!`)],
  ['relation: name', relations(`${'a'.repeat(N)}!`)],
  ['relation: variables', relations('${'.repeat(N))],
  ['relation: architectures', relations(`a [${' '.repeat(N)}`)],
  ['relation: blanks between architectures', relations(`a [x${' '.repeat(N)}y`)],
  ['relation: one long architecture', relations(`a [${'x'.repeat(N)}`)],
  ['relation: many', relations('a,'.repeat(N))],
  [
    'deb822: many lines',
    () => parseDeb822(`a: b\n${' x\n'.repeat(N)}`, 'f').paragraphs[0]?.get('a'),
  ],
  ['deb822: many comments', () => parseDeb822(`a: b\n${'#x\n'.repeat(N)}`, 'f').toString()],
  ['deb822: many paragraphs', () => parseDeb822('a: x\n\n'.repeat(N), 'f').append([['b', 'c']])],
  ['deb822: 10 MB line', () => parseDeb822(`a: ${'x'.repeat(1e7)}\n`, 'f').paragraphs[0]?.get('a')],
  ['deb822: blanks', () => parseDeb822(`a${' '.repeat(N)}b`, 'f')],
  ['field of 10 MB', () => formatField('a', `${'x'.repeat(79)}\n`.repeat(125_000))],
  ['field of blanks', () => formatField('a', `${' '.repeat(N)}x\n${' '.repeat(N)}x`)],
  ['substvars: many', () => substitute('${a}'.repeat(N), new Map([['a', '1']]))],
  ['substvars: unknown', () => substitute('${b}'.repeat(N), new Map())],
  ['substvars: open', () => substitute(`${'${'.repeat(N)}\${b}`, new Map())],
  ['substvars: dollars', () => substitute(`${'$'.repeat(N)}\${b}`, new Map())],
  ['SPDX: long', () => spdxToDep5(`${'MIT OR '.repeat(N)}MIT`)],
  ['SPDX: deep', () => spdxToDep5('('.repeat(N))],
  ['licences: words', () => licenseNames('a '.repeat(N))],
  ['licences: blanks', () => licenseNames(`a${' '.repeat(N)}b`)],
  ['synopsis: words', () => tidySynopsis('a '.repeat(N))],
  ['synopsis: dots', () => tidySynopsis(`a${'. '.repeat(N)}b`)],
  ['description: words', () => formatDescription('x', ['a '.repeat(N)])],
  ['description: one word', () => formatDescription('x', ['a'.repeat(1e6)])],
  ['versions', () => compareVersions(`${'1'.repeat(N)}a`, `${'1'.repeat(N)}b`)],
];

test.each(CASES)('%s: an answer or an InputError within 1.5 s', async (_, work) => {
  const time = await cpuTime(() => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
    }
  });
  expect(time).toBeLessThan(1500);
});
