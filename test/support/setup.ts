import { afterAll, afterEach, beforeEach, expect } from 'vitest';

// vitest runs this before each test file. Hooks run in reverse order, so these run after the hooks of
// the file.

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
