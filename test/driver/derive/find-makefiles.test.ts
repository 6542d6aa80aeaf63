import { expect, test } from 'vitest';
import { digestOf } from '../../../src/driver/derive/find-makefiles.ts';

const digest = (text: string) => digestOf([{ path: 'Makefile', text }]);

test.each(['VERSION := ', 'DRV_VER = ', 'DRIVER_VERSION ?= ', 'export KVER=', 'MODVER:='])(
  'another value of "%s" gives the same checksum',
  (line) => {
    expect(digest(`${line}1.0\n`)).toBe(digest(`${line}1.1\n`));
  },
);

test.each(['DRIVER := ', 'obj-m := ', 'DRIVERS += '])(
  'bug: another value of "%s" gives another checksum',
  (line) => {
    expect(digest(`${line}a.o\n`)).not.toBe(digest(`${line}b.o\n`));
  },
);
