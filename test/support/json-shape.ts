import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT } from './project.ts';

interface Part {
  readonly type: string;
  readonly optional: boolean;
}

type Shape = ReadonlyMap<string, Part>;

/**
 * Returns the tables of docs/json.md by command. Commands in one heading (`build, mkdeb, mkdsc`) have the
 * same tables.
 */
export async function readShapes(): Promise<Map<string, Shape>> {
  const page = await readFile(join(PROJECT, 'docs/json.md'), 'utf8');
  const shapes = new Map<string, Shape>();
  for (const section of page.split(/^## /m).slice(1)) {
    const shape = new Map<string, Part>();
    for (const [, path = '', type = ''] of section.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)) {
      shape.set(path.replace(/\?$/, ''), { type, optional: path.endsWith('?') });
    }
    const error = shapes.get('Errors');
    const whole = error === undefined ? shape : withErrors(shape, error);
    for (const name of (section.split('\n')[0] ?? '').split(', ')) shapes.set(name, whole);
  }
  return shapes;
}

/** Replaces the page's "error object" by its fields. */
function withErrors(shape: Shape, error: Shape): Shape {
  const all = new Map<string, Part>();
  for (const [path, part] of shape) {
    if (part.type !== 'error object') {
      all.set(path, part);
      continue;
    }
    for (const [below, one] of error) {
      const { type, optional } =
        below === 'error' ? { type: 'object', optional: part.optional } : one;
      all.set(path + below.slice('error'.length), { type, optional });
    }
  }
  return all;
}

/** Returns the parts of `document` that differ from the page. `seen` collects the parts that were found. */
export function shapeProblems(document: unknown, shape: Shape, seen = new Set<string>()): string[] {
  const problems: string[] = [];
  const look = (value: unknown, path: string) => {
    const part = shape.get(path);
    const type = value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value;
    // An object that only contains other parts needs no line in the table.
    if (path !== '' && part === undefined && type !== 'object')
      problems.push(`${path} is not documented`);
    if (part !== undefined && !part.type.split(' or ').includes(type))
      problems.push(`${path} is ${type}, not ${part.type}`);
    seen.add(path);
    if (Array.isArray(value)) for (const element of value) look(element, `${path}[]`);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, below] of Object.entries(value))
        look(below, path === '' ? name : `${path}.${name}`);
      for (const [needed, { optional }] of shape) {
        const name =
          path === '' ? needed : needed.startsWith(`${path}.`) ? needed.slice(path.length + 1) : '';
        if (optional || name === '' || /[.[]/.test(name) || Object.hasOwn(value, name)) continue;
        problems.push(`${needed} is missing`);
      }
    }
  };
  look(document, '');
  return problems;
}
