import * as z from 'zod';
import { FLEET_CONFIG } from './fleet-config.ts';
import { USER_CONFIG } from './user-config.ts';

/** The parts of a JSON Schema that are read here. */
export interface JsonSchema {
  readonly description?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly enum?: readonly string[];
}

/** Returns the JSON Schema of dkms-deb.yaml, for editors and other programs. */
export function configSchema(): JsonSchema {
  const schema = z.toJSONSchema(FLEET_CONFIG, { io: 'input' }) as JsonSchema;
  return { ...schema, ...{ title: 'dkms-deb.yaml' } };
}

/** Returns the JSON Schema of the user's config.yaml. */
export function userConfigSchema(): JsonSchema {
  const schema = z.toJSONSchema(USER_CONFIG, { io: 'input' }) as JsonSchema;
  return { ...schema, ...{ title: 'config.yaml of dkms-deb' } };
}

/**
 * Returns the keys that a mapping at `path` may have, according to the schema. Returns [] if the value at `path` cannot
 * be a mapping, or is a mapping that may have any keys.
 */
export function keysAt(
  path: readonly (string | number)[],
  schema: JsonSchema = configSchema(),
): string[] {
  let found: JsonSchema[] = [schema];
  for (const step of path) {
    found = found.flatMap(branches).flatMap(({ properties, items }) => {
      const next = typeof step === 'number' ? items : properties?.[step];
      return next === undefined ? [] : [next];
    });
  }
  const names = found.flatMap(branches).flatMap(({ properties }) => Object.keys(properties ?? {}));
  return [...new Set(names)];
}

function branches(schema: JsonSchema): JsonSchema[] {
  return [schema, ...(schema.anyOf ?? []).flatMap(branches)];
}
