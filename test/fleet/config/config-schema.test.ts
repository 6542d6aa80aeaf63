import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { configSchema, keysAt } from '../../../src/fleet/config/config-schema.ts';
import { PROJECT } from '../../support/project.ts';

const FILE = join(PROJECT, 'docs/dkms-deb.schema.json');

test('docs/ has the JSON Schema that the declaration gives', () => {
  const schema = configSchema();
  if (process.env.UPDATE_GOLDEN) writeFileSync(FILE, `${JSON.stringify(schema, null, 2)}\n`);
  expect(JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(JSON.parse(JSON.stringify(schema)));
});

test('another program that reads the schema accepts and refuses what dkms-deb does', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(configSchema());
  expect(validate({ drivers: ['.'], suites: ['trixie'] })).toBe(true);
  expect(validate({ drivers: [{ git: 'x', ref: 'v1' }], latest: 2 })).toBe(true);
  expect(validate({ drivers: ['.'], suits: [] })).toBe(false);
  expect(validate({ drivers: [] })).toBe(false);
  expect(validate({ drivers: [{ git: 1 }] })).toBe(false);
});

test('every key has a description', () => {
  const silent: string[] = [];
  const visit = (path: readonly (string | number)[], schema: ReturnType<typeof configSchema>) => {
    for (const [name, one] of Object.entries(schema.properties ?? {})) {
      if (one.description === undefined) silent.push([...path, name].join('.'));
      visit([...path, name], one);
    }
    if (schema.items) visit([...path, 0], schema.items);
    for (const one of schema.anyOf ?? []) visit(path, one);
  };
  visit([], configSchema());
  expect(silent).toEqual([]);
  expect(keysAt(['drivers', 0])).toContain('git');
});
