import { afterAll, afterEach, beforeEach, expect } from 'vitest';

// vitest runs this before each test file. Hooks end in reverse order: these see what the file's own left.

const atStart = { ...process.env };
let before: typeof process.env = {};

beforeEach(() => {
  before = { ...process.env };
});

afterEach(() => {
  expect(process.env, 'the test changed the environment').toEqual(before);
});

afterAll(() => {
  expect(process.env, 'the file changed the environment').toEqual(atStart);
});
