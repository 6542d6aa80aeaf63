import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import ajvFormats from 'ajv-formats';

const require = createRequire(import.meta.url);
const SCHEMAS = join(
  dirname(require.resolve('@cyclonedx/cyclonedx-library/package.json')),
  'res/schema',
);

async function schema(name: string): Promise<AnySchemaObject> {
  return JSON.parse(await readFile(join(SCHEMAS, `${name}.SNAPSHOT.schema.json`), 'utf8'));
}

/** What the official schema of CycloneDX 1.6 says against a document: nothing where it is valid. */
export async function cyclonedxProblems(text: string): Promise<string[]> {
  const ajv = new Ajv({
    allErrors: true,
    strict: false,
    // RFC 3987 and RFC 6531 let in more than ajv-formats knows; nothing here is outside of ASCII.
    formats: { 'iri-reference': /^[^\s<>"{}|\\^`]*$/, 'idn-email': /^[^\s@]+@[^\s@]+$/ },
  });
  ajvFormats.default(ajv);
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(await schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const validate = ajv.compile(await schema('bom-1.6'));
  if (validate(JSON.parse(text))) return [];
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
