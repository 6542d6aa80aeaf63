import { expect, test } from 'vitest';
import { readModuleMacros } from '../../../src/facts/code/module-macros.ts';
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
