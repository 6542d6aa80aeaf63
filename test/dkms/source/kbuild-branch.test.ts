import { expect, test } from 'vitest';
import { kbuildBranchOf } from '../../../src/dkms/source/kbuild-branch.ts';

const GUARDED =
  'ifneq ($(KERNELRELEASE),)\nobj-m := foo.o\nelse\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)\nendif\n';
const REVERSED =
  'ifeq ($(KERNELRELEASE),)\nall:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)\nelse\nobj-m := foo.o\nendif\n';
const RULE_BEHIND = `${GUARDED}clean:\n\trm -f *.o\n`;
const NESTED =
  'ifdef KERNELRELEASE\nifeq ($(X),)\nobj-m := a.o\nelse\nobj-m := b.o\nendif\nelse\nall:\n\tmake\nendif\n';

test.each<[string, string, boolean]>([
  ['make -C src', GUARDED, true],
  ['make -C src all', REVERSED, true],
  ['make -C src', NESTED, true],
  ['make -C src; cp src/foo.ko .', GUARDED, true],
  ["'make' -C src", GUARDED, false],
  ['KDIR=/x make -C src', GUARDED, false],
  ['make -C src M=/b', GUARDED, false],
  ['make -C /lib/modules/6.1/build', GUARDED, false],
  ['make -C src KERNELRELEASE=', GUARDED, false],
  ['make -C src', RULE_BEHIND, false],
  ['make -C src', 'obj-m := foo.o\nall:\n\tmake -C $(KDIR) M=$(CURDIR)\n', false],
])('%s with %j takes the branch for kbuild: %s', (make, text, expected) => {
  const found = kbuildBranchOf(make, (path) => (path === 'src/Makefile' ? text : undefined));
  expect(found).toBe(expected ? 'src/Makefile' : undefined);
});

test('without -C the makefile beside dkms.conf is read', () => {
  const read = (path: string) => (path === 'Makefile' ? GUARDED : undefined);
  expect(kbuildBranchOf('make', read)).toBe('Makefile');
  expect(kbuildBranchOf('make -f Kbuild', read)).toBeUndefined();
});
