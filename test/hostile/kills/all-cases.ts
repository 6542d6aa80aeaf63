import { Random } from '../../support/random.ts';
import { cacheCases } from './cache-cases.ts';
import type { Case } from './case.ts';
import { diskCase } from './disk-cases.ts';
import { EPOCHS, epochCase } from './epoch-cases.ts';
import { killCase, signalCase } from './kill-cases.ts';
import { LIMITS, limitCase } from './limit-cases.ts';
import { signerCases } from './signer-cases.ts';
import type { Place } from './small-disk.ts';
import { togetherCase } from './together-cases.ts';

/** How often each command is killed; half as often it gets SIGINT or SIGTERM. */
const KILLS: Readonly<Record<string, number>> = {
  ...{ init: 100, 'init again': 100, 'init in git': 100 },
  ...{ build: 100, 'build -F': 100, bmdeb: 200, 'bmdeb-sign': 200, 'bmdeb-sign --request': 60 },
  ...{ mkdeb: 20, mkdsc: 20, mkbmdeb: 20, 'lint --fix': 40, verify: 20, info: 20 },
};

const DISKS: Readonly<Record<string, readonly Place[]>> = {
  init: ['tree', 'tmp', 'home'],
  'init again': ['tree', 'tmp'],
  'init without dkms.conf': ['tmp'],
  'build -F': ['out', 'tmp', 'home'],
  bmdeb: ['out', 'tmp', 'cache', 'home'],
  'bmdeb-sign': ['out', 'tmp', 'home'],
  'bmdeb-sign --request': ['out', 'tmp'],
  'lint --fix': ['tree', 'tmp'],
  verify: ['tmp'],
  info: ['tmp', 'home'],
};
const DISK_CASES = 16;

const TOGETHER = ['init', 'init again', 'build -F', 'bmdeb', 'bmdeb-sign', 'bmdeb-sign --request'];
const LIMITED = ['init', 'build -F', 'bmdeb', 'bmdeb-sign', 'verify', 'lint --fix'];
const TIMED = ['init', 'build -F', 'bmdeb'];

/** All of the campaign, in an order that depends on the seed alone: each beginning is a sample of the whole. */
export function allCases(seed: number): Case[] {
  const many = (count: number, make: (index: number) => Case) =>
    Array.from({ length: count }, (_, index) => make(index));
  const cases = [
    ...Object.entries(KILLS).flatMap(([name, count]) => [
      ...many(count, (index) => killCase(name, index)),
      ...many(count / 2, (index) => signalCase(name, index)),
    ]),
    ...cacheCases(),
    ...Object.entries(DISKS).flatMap(([name, places]) =>
      places.flatMap((place) => many(DISK_CASES, (index) => diskCase(name, place, index))),
    ),
    ...[...TOGETHER, 'lint --fix'].flatMap((name) => many(10, (i) => togetherCase(name, i))),
    ...LIMITED.flatMap((name) => LIMITS.map((limit) => limitCase(name, limit))),
    ...TIMED.flatMap((name) => EPOCHS.map((epoch) => epochCase(name, epoch))),
    ...signerCases(),
  ];
  const random = new Random(seed);
  return cases
    .map((one) => ({ one, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
