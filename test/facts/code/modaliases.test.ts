import { describe, expect, test } from 'vitest';
import { modaliasesOf, modaliasesOfRules } from '../../../src/facts/code/modaliases.ts';
import { sources } from '../../support/facts.ts';

const aliases = (code: string, header = '') =>
  modaliasesOf(sources({ 'a.c': code, 'ids.h': header }));

describe('modaliasesOf gives modpost’s aliases (file2alias.c)', () => {
  test.each([
    [
      'usb',
      `static const struct usb_device_id t[] = { { USB_DEVICE(0x1a86, 0x5512) }, { USB_DEVICE_AND_INTERFACE_INFO(VENDOR, 0xbeef, 1, 2, 3), .driver_info = 3 }, { } };
       MODULE_DEVICE_TABLE(usb, t);`,
      ['usb:v1A86p5512d*', 'usb:v1234pBEEFd*'],
    ],
    [
      'hid',
      `static const struct hid_device_id t[] = { { HID_USB_DEVICE(VENDOR, 0x22) }, { HID_BLUETOOTH_DEVICE(VENDOR, 0x23) }, { } };
       MODULE_DEVICE_TABLE(hid, t);`,
      ['hid:b0003g*v00001234p00000022', 'hid:b0005g*v00001234p00000023'],
    ],
    [
      'pci',
      `static struct pci_device_id t[] = { { PCI_DEVICE(0x10ee, 0x7012) }, { PCI_VDEVICE(INTEL, 0x1) }, { 0x10b5, 0x9030, PCI_ANY_ID, PCI_ANY_ID, 0, 0, 0 }, { .vendor = 0x8086, .device = 2, .subvendor = 7, .subdevice = 8 }, { 0, } };
       MODULE_DEVICE_TABLE(pci, t);`,
      [
        'pci:v000010EEd00007012sv*sd*bc*sc*i*',
        'pci:v00008086d00000001sv*sd*bc*sc*i*',
        'pci:v000010B5d00009030sv*sd*bc*sc*i*',
      ],
    ],
    [
      'acpi, of, i2c, wmi',
      `const struct acpi_device_id a[] = { { "INT33D5", 0 }, { } }; MODULE_DEVICE_TABLE(acpi, a);
       const struct of_device_id o[] = { { .compatible = "ti,cc1101" }, {} }; MODULE_DEVICE_TABLE(of, o);
       const struct i2c_device_id i[] = { { "fusion", 0 }, {} }; MODULE_DEVICE_TABLE(i2c, i);
       const struct wmi_device_id w[] = { { .guid_string = "ABBC0F6F-8EA1-11D1-00A0-C90629100000" }, {} }; MODULE_DEVICE_TABLE(wmi, w);`,
      [
        'acpi*:INT33D5:*',
        'of:N*T*Cti,cc1101',
        'i2c:fusion',
        'wmi:ABBC0F6F-8EA1-11D1-00A0-C90629100000',
      ],
    ],
    [
      'a number that only a kernel header tells',
      `struct usb_device_id t[] = { { USB_DEVICE(ELSEWHERE, 1) }, {} }; MODULE_DEVICE_TABLE(usb, t);`,
      [],
    ],
    [
      'what is commented out',
      `struct usb_device_id t[] = { /* { USB_DEVICE(1, 1) }, */ {} }; MODULE_DEVICE_TABLE(usb, t);
       #if 0
       struct usb_device_id u[] = { { USB_DEVICE(1, 1) }, {} }; MODULE_DEVICE_TABLE(usb, u);
       #endif
`,
      [],
    ],
    [
      'an array that does not end',
      'struct x t[] = { { USB_DEVICE(1, 1), MODULE_DEVICE_TABLE(usb, t)',
      [],
    ],
  ])('%s', (_, code, expected) => {
    expect(aliases(code, '#define VENDOR 0x1234\n')).toEqual(expected);
  });

  test('a macro with two values in the tree is ignored', () => {
    const code =
      'struct usb_device_id t[] = { { USB_DEVICE(V, 1) } }; MODULE_DEVICE_TABLE(usb, t);';
    const tree = sources({ 'a.c': code, 'a.h': '#define V 1\n', 'b.h': '#define V 2\n' });
    expect(modaliasesOf(tree)).toEqual([]);
  });
});

test('udev rules that name a device by both ids', () => {
  const rules = `
# SUBSYSTEM=="usb", ATTR{idVendor}=="dead", ATTR{idProduct}=="beef"
SUBSYSTEM=="usb", ATTR{idVendor}=="1a86", \\
  ATTR{idProduct}=="5512", TAG+="uaccess"
SUBSYSTEM=="usb", ATTR{idVendor}=="1a86", MODE="0666"
`;
  expect(modaliasesOfRules(rules)).toEqual(['usb:v1A86p5512d*']);
});
