import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { modaliasesOf } from '../../../src/facts/code/modaliases.ts';
import { run } from '../../../src/system/process/run.ts';
import { sandboxTest as test } from '../../support/sandbox.ts';

const SOURCE = `// SPDX-License-Identifier: GPL-2.0-only
#include <linux/module.h>
#include <linux/acpi.h>
#include <linux/hid.h>
#include <linux/i2c.h>
#include <linux/of.h>
#include <linux/pci.h>
#include <linux/spi/spi.h>
#include <linux/usb.h>
#include <linux/wmi.h>
#include <linux/mod_devicetable.h>
#define VENDOR 0x1a86
#define PRODUCT (0x5512)

static const struct usb_device_id usb[] = { { USB_DEVICE(VENDOR, PRODUCT) }, { USB_DEVICE_AND_INTERFACE_INFO(VENDOR, 0xabcd, 1, 2, 3) }, { } };
MODULE_DEVICE_TABLE(usb, usb);
static const struct hid_device_id hid[] = { { HID_USB_DEVICE(VENDOR, 0x22) }, { HID_BLUETOOTH_DEVICE(VENDOR, 0x23) }, { HID_I2C_DEVICE(VENDOR, 0x24) }, { } };
MODULE_DEVICE_TABLE(hid, hid);
static const struct pci_device_id pci[] = { { PCI_DEVICE(0x10ee, 0x7012) }, { PCI_VDEVICE(INTEL, 0x15b7), 3 }, { 0x10b5, 0x9030, PCI_ANY_ID, PCI_ANY_ID, 0, 0, 0 }, { 0, } };
MODULE_DEVICE_TABLE(pci, pci);
static const struct acpi_device_id acpi[] = { { "INT33D5", 0 }, { "", 0 } };
MODULE_DEVICE_TABLE(acpi, acpi);
static const struct of_device_id of[] = { { .compatible = "ti,cc1101" }, { } };
MODULE_DEVICE_TABLE(of, of);
static const struct i2c_device_id i2c[] = { { "fusion", 0 }, { } };
MODULE_DEVICE_TABLE(i2c, i2c);
static const struct spi_device_id spi[] = { { .name = "cc1101" }, { } };
MODULE_DEVICE_TABLE(spi, spi);
static const struct wmi_device_id wmi[] = { { .guid_string = "ABBC0F6F-8EA1-11D1-00A0-C90629100000" }, { } };
MODULE_DEVICE_TABLE(wmi, wmi);
MODULE_LICENSE("GPL");
`;

test('the aliases that init reads are those that modpost writes', async ({ sandbox }) => {
  const tree = join(sandbox.directory, 'aliases');
  await mkdir(tree);
  await writeFile(join(tree, 'aliases.c'), SOURCE);
  await writeFile(join(tree, 'Makefile'), 'obj-m := aliases.o\n');
  const { stdout } = await run('sh', ['-c', 'ls -d /lib/modules/*/build | sort -V | head -n 1']);
  await run('make', ['-C', stdout.trim(), `M=${tree}`, 'modules'], { timeoutSeconds: 300 });
  const { stdout: listed } = await run('modinfo', ['-F', 'alias', join(tree, 'aliases.ko')]);
  const compiled = listed.trim().split('\n');
  const text = await readFile(join(tree, 'aliases.c'), 'utf8');
  const read = modaliasesOf([{ path: 'aliases.c', kind: 'c', size: text.length, text }]);
  // Ours leaves out the classes of USB interfaces, and `C*`, which follows from the name without it.
  const begins = (alias: string, short: string) => alias.startsWith(short.replace(/\*$/, ''));
  expect(read).toHaveLength(13);
  for (const short of read)
    expect(
      compiled.some((alias) => begins(alias, short)),
      short,
    ).toBe(true);
  for (const alias of compiled)
    expect(
      read.some((short) => begins(alias, short)),
      alias,
    ).toBe(true);
});
