import { expect, test } from 'vitest';
import { missing } from '../support/missing-in-source.ts';

// Bug: $(CC) was taken for a call of make without variables, in which -C swallowed M=: "names M=/@/Makefile".
test.each(['make KERNEL_TREE=/lib/modules/6.1/build', 'KERNEL_TREE=/lib/modules/6.1/build make'])(
  'a makefile that compiles a program, too, gets its variables: %s',
  (make) => {
    const files = {
      Makefile:
        'obj-m := m.o\nall:\n\tmake -C $(KERNEL_TREE) M=$(PWD) modules\n\t$(CC) -o utils/x utils/x.c\n',
      'm.c': '',
      'utils/x.c': '',
    };
    expect(missing(files, { make })).toEqual([]);
  },
);

test('a make that a makefile calls gets the variables of its own call', () => {
  const files = {
    Makefile: 'all:\n\t$(MAKE) -C driver modules\n',
    'driver/Makefile': 'obj-m := m.o\nmodules:\n\t$(MAKE) -C $(KDIR) M=$(CURDIR)\n',
  };
  expect(missing(files, { make: 'make KDIR=/lib/modules/6.1/build' })).toEqual([
    'error driver/m.c driver/Makefile:1',
  ]);
});
