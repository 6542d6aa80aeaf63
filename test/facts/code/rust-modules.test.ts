import { expect, test } from 'vitest';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
import { cpuTime } from '../../support/cpu-time.ts';
import { sources } from '../../support/facts.ts';

const said = (text: string) =>
  readModuleMacros(sources({ 'a.rs': text })).map(
    ({ macro, value, from }) => `${macro} ${value} <- ${from}`,
  );

// Bug: debian/copyright of a Rust module had FIXME for its author.
test('module! of Rust states what the MODULE_ macros of C state', () => {
  expect(
    said(
      'use kernel::prelude::*;\n\nmodule! {\n    type: Toy,\n    name: "toy",\n    authors: ["Jane Doe", "John \\"J\\" Doe"],\n    description: "Toy driver",\n    license: "GPL v2",\n}\n\nstruct S {\n    version: "1"\n}\n',
    ),
  ).toEqual([
    'AUTHOR Jane Doe <- a.rs:6 module! authors',
    'AUTHOR John "J" Doe <- a.rs:6 module! authors',
    'DESCRIPTION Toy driver <- a.rs:7 module! description',
    'LICENSE GPL v2 <- a.rs:8 module! license',
  ]);
});

test('module_platform_driver!, the older author, byte strings; comments and other macros say nothing', () => {
  expect(
    said(
      'kernel::module_platform_driver! {\n  author: b"Jane",\n  version: "2",\n//  license: "GPL",\n}\n',
    ),
  ).toEqual(['AUTHOR Jane <- a.rs:2 module! author', 'VERSION 2 <- a.rs:3 module! version']);
  expect(said('vec! {\n  license: "GPL",\n}\n// module! {\n//  license: "GPL",\n// }\n')).toEqual(
    [],
  );
});

// Bug: each of these said nothing, or what a comment has.
test.each([
  ['module! { type: X, author: "A", license: "GPL" }', ['AUTHOR A', 'LICENSE GPL']],
  ['module! {type:X,license:"GPL",}', ['LICENSE GPL']],
  ['module! {\n  authors: ["A [b]", "C }"],\n}', ['AUTHOR A [b]', 'AUTHOR C }']],
  ['module! {\n  authors: [ // main "boss"\n    "A", /* "B" */\n  ],\n}', ['AUTHOR A']],
  [
    'module! {\r\n  license: "GPL", // "x\r\n  version:\r\n    "1",\r\n}',
    ['LICENSE GPL', 'VERSION 1'],
  ],
  [
    'module! {\n  description: "see http://x.org \\\n    for more",\n}',
    ['DESCRIPTION see http://x.org for more'],
  ],
  ['module! {\n  /* license: "X", */ license: "GPL",\n}', ['LICENSE GPL']],
  ['module! {\n  type: X<\'a, \'"\'>,\n  license: "GPL",\n}', ['LICENSE GPL']],
  [
    'module! {\n  params: { x: u8 {\n    description: "x",\n  } },\n  license: "GPL",\n}',
    ['LICENSE GPL'],
  ],
  ['module! {\n  constructor: "x",\n  license: concat!("x", "y"),\n  alias: ["y"],\n}', []],
  ['module! { license: "A" }\nmodule! { license: "B" }\n', ['LICENSE A', 'LICENSE B']],
])('%j', (text, expected) => {
  expect(said(text).map((one) => one.replace(/ <- .*/, ''))).toEqual(expected);
});

test('the lines of several blocks and fields are right', () => {
  expect(
    said('//\n\nmodule! { license: "A",\n author: "B" }\n\n\nmodule! {\n\n version: "1" }\n'),
  ).toEqual([
    'LICENSE A <- a.rs:3 module! license',
    'AUTHOR B <- a.rs:4 module! author',
    'VERSION 1 <- a.rs:9 module! version',
  ]);
});

// Bug: each module! took the next 4000 characters, and lines were counted from the beginning for each field.
test.each([
  ['module!{\nlicense:"x"\n', 1],
  ['module!{\nlicense:"x"}\n', 10_000],
  ['module!{\n"\\', 0],
  ['module!{license:"\\"', 1],
  ['module!{\n/*', 0],
  ['module!{\nlicense: [', 0],
  ['module!\n', 0],
  ['a::', 0],
  ['\n ', 0],
])('a Rust file full of %j costs no more than its length', async (unit, statements) => {
  const text = unit.repeat(10_000);
  const time = await cpuTime(() => {
    expect(said(text)).toHaveLength(statements);
  });
  expect(time).toBeLessThan(1500);
});
