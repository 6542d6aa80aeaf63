import { expect, test } from 'vitest';
import { parseDeb822 } from '../../../src/debian/deb822.ts';
import { simplifyRelations } from '../../../src/debian/relation-implication.ts';
import { formatRelations, parseRelations } from '../../../src/debian/relations.ts';
import { RELATION_FIELDS, statusFile } from '../../support/control-corpus.ts';
import { perl } from '../../support/perl.ts';
import { Seeded } from '../../support/seeded.ts';

/** One field a line through Dpkg::Deps; `simplify` as dpkg-gencontrol does with an unknown host. */
function askDpkg(fields: readonly string[], simplify: boolean): Promise<string[]> {
  const script = String.raw`use Dpkg::Deps; my $facts = Dpkg::Deps::KnownFacts->new();
    while (<STDIN>) { chomp; my $d = deps_parse($_, build_dep => 1, reduce_arch => 0, reduce_profiles => 0);
      $d->simplify_deps($facts) if defined $d && ${simplify ? 1 : 0};
      print defined $d ? $d->output() : 'ERROR', "\n" }`;
  return perl(script, fields.map((field) => `${field}\n`).join('')).then(({ stdout }) =>
    stdout.trimEnd().split('\n'),
  );
}

test('the relations of a status file', async () => {
  const fields = parseDeb822(statusFile(), 'status').paragraphs.flatMap((paragraph) =>
    RELATION_FIELDS.flatMap((name) => paragraph.get(name) ?? []),
  );
  const answers = await askDpkg(fields, false);
  expect(fields.map((field) => formatRelations(parseRelations(field)))).toEqual(answers);
  expect(fields.length).toBeGreaterThan(1000);
});

const random = new Seeded(3);

/**
 * No lists like [amd64 i386]: dpkg 1.21 takes every list for one of "!" words (in its
 * _arch_is_superset, `and` binds looser than `=`) and so keeps the narrower of two.
 */
function relation(): string {
  const version = () =>
    `${random.pick(['<<', '<=', '=', '>=', '>>'])} ${random.pick(['1', '1.0', '1~', '2', '3-1'])}`;
  return [
    random.pick(['aa', 'bb', 'cc']),
    random.pick(['', '', '', ':any', ':amd64']),
    random.pick([() => '', () => ` (${version()})`])(),
    random.pick(['', '', '', '', ' [amd64]', ' [!amd64]', ' [!amd64 !i386]']),
    random.pick(['', '', '', '', ' <!nocheck>', ' <a b> <c>', ' <c>']),
  ].join('');
}

test('random relations are simplified as by dpkg', async () => {
  const fields = Array.from({ length: 3000 }, () =>
    random
      .list(1, 4, () => random.list(1, random.pick([1, 1, 2]), relation).join(' | '))
      .join(', '),
  );
  const [plain, simplified] = await Promise.all([askDpkg(fields, false), askDpkg(fields, true)]);
  expect(fields.map((field) => formatRelations(parseRelations(field)))).toEqual(plain);
  const ours = fields.map((field) => formatRelations(simplifyRelations(parseRelations(field))));
  // Inside "a | a (>= 1)" dpkg drops the weaker one, which changes what is asked for; we do not.
  const alternatives = (field: string) => /\|/.test(field);
  const differing = fields.flatMap((field, index) =>
    alternatives(field) || ours[index] === simplified[index]
      ? []
      : [{ field, ours: ours[index], dpkg: simplified[index] }],
  );
  expect(differing).toEqual([]);
});
