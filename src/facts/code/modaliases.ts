/**
 * Finds the devices of a driver: aliases like those that modpost makes from MODULE_DEVICE_TABLEs
 * (scripts/mod/file2alias.c). The alias of a USB device is shortened to `usb:v…p…d*`. An entry of a table is left out
 * if it contains a macro whose value is unknown, because only a kernel header defines the macro.
 */

import { lookUp } from '../../system/text/look-up.ts';
import type { SourceFile } from './c-sources.ts';
import { liveTextOf } from './c-text.ts';
import { integerMacros } from './integer-macros.ts';

type Number_ = (expression: string) => number | undefined;

const TABLE = /\bMODULE_DEVICE_TABLE\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)/g;
/**
 * The most aliases that are returned. If there are more, none is returned, because so many aliases describe a protocol,
 * not the devices of a driver.
 */
const MAXIMUM = 1000;
/**
 * The most device tables that are read in one file. Further tables are left out. A driver has one table for each bus.
 */
const MOST_TABLES = 100;

/**
 * Returns the aliases of the device tables of the buses in BUSES, each once, in the order of the files. Returns [] if
 * there are more than MAXIMUM aliases.
 */
export function modaliasesOf(files: readonly SourceFile[]): string[] {
  const numbers = integerMacros(files);
  const found = new Set<string>();
  for (const file of files) {
    if (file.kind !== 'c' || !file.text.includes('MODULE_DEVICE_TABLE')) continue;
    const code = liveTextOf(file);
    const tables = new Map([...code.matchAll(TABLE)].map((match) => [match[0], match]));
    for (const [, bus = '', table = ''] of [...tables.values()].slice(0, MOST_TABLES)) {
      const aliasOf = lookUp(BUSES, bus);
      if (aliasOf === undefined) continue;
      for (const entry of entriesOf(code, table)) {
        const alias = aliasOf(entry, (text) => numbers(text, file.path));
        if (alias !== undefined) found.add(alias);
      }
    }
  }
  return found.size > MAXIMUM ? [] : [...found];
}

/**
 * Returns an alias `usb:v1234p5678d*`, as lintian expects it, for each udev rule with `SUBSYSTEM=="usb"`,
 * `ATTR{idVendor}` and `ATTR{idProduct}`.
 */
export function modaliasesOfRules(rules: string): string[] {
  const lines = rules.replace(/\\\r?\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    if (/^\s*#/.test(line) || !line.includes('SUBSYSTEM=="usb"')) return [];
    const id = (name: string) =>
      new RegExp(`ATTR\\{${name}\\}=="([0-9a-fA-F]{4})"`).exec(line)?.[1]?.toUpperCase();
    const [vendor, product] = [id('idVendor'), id('idProduct')];
    return vendor === undefined || product === undefined ? [] : [`usb:v${vendor}p${product}d*`];
  });
}

/**
 * Returns the text between the braces of each element of `struct … table[] = { … }`. If the elements have no braces,
 * returns their texts.
 */
function entriesOf(code: string, table: string): string[] {
  const start = new RegExp(`\\b${table}\\s*\\[[^\\]]*\\]\\s*(?:__\\w+\\s*)*=\\s*\\{`).exec(code);
  if (start === null) return [];
  const entries: string[] = [];
  let depth = 0;
  let from = start.index + start[0].length;
  const token = /"(?:\\[\s\S]|[^"\\\n])*"?|[{}]/g;
  token.lastIndex = from;
  for (let match = token.exec(code); match !== null; match = token.exec(code)) {
    if (match[0] === '{') {
      if (depth++ === 0) from = match.index + 1;
    } else if (match[0] === '}') {
      if (depth === 0) return [...entries, ...bareEntries(code, start, match.index)];
      if (--depth === 0) entries.push(code.slice(from, match.index));
    }
  }
  return [];
}

/** Returns the elements of a table if none of them has braces, such as `USB_DEVICE(a, b),`. Otherwise returns []. */
function bareEntries(code: string, start: RegExpExecArray, end: number): string[] {
  const body = code.slice(start.index + start[0].length, end);
  return body.includes('{') ? [] : body.split(/,\s*\n/);
}

const BUSES: Readonly<Record<string, (entry: string, number: Number_) => string | undefined>> = {
  usb: (entry, number) => {
    const ids = /\bUSB_DEVICE(?:_VER|_AND_INTERFACE_INFO|_INTERFACE_\w+)?\s*\(([^()]*)/.exec(entry);
    return two(
      ids?.[1]?.split(',') ?? [field(entry, 'idVendor'), field(entry, 'idProduct')],
      number,
      (vendor, product) => `usb:v${hex(vendor, 4)}p${hex(product, 4)}d*`,
    );
  },
  hid: (entry, number) => {
    const [, macro = '', list = ''] =
      /\bHID_(USB|BLUETOOTH|I2C)_DEVICE\s*\(([^()]*)/.exec(entry) ?? [];
    const bus = { USB: '0003', BLUETOOTH: '0005', I2C: '0018' }[macro];
    if (bus === undefined) return undefined;
    return two(
      list.split(','),
      number,
      (vendor, product) => `hid:b${bus}g*v${hex(vendor, 8)}p${hex(product, 8)}`,
    );
  },
  pci: (entry, number) => {
    const alias = (vendor: number, device: number) =>
      `pci:v${hex(vendor, 8)}d${hex(device, 8)}sv*sd*bc*sc*i*`;
    const [, macro, list = ''] =
      /\bPCI_(DEVICE|VDEVICE|DEVICE_DATA)\s*\(([^()]*)/.exec(entry) ?? [];
    if (macro === 'DEVICE') return two(list.split(','), number, alias);
    if (macro === 'VDEVICE') {
      const [vendor = '', device] = list.split(',');
      return two([`PCI_VENDOR_ID_${vendor.trim()}`, device], number, alias);
    }
    if (macro !== undefined) return undefined;
    // An entry for a subdevice is left out: the alias has no ids of subdevices, so it would match other devices as
    // well.
    const [vendor, device, subVendor = 'PCI_ANY_ID', subDevice = 'PCI_ANY_ID'] = entry.includes('=')
      ? ['vendor', 'device', 'subvendor', 'subdevice'].map((name) => field(entry, name))
      : entry.split(',');
    const any = (text: string) => text.trim() === 'PCI_ANY_ID';
    return any(subVendor) && any(subDevice) ? two([vendor, device], number, alias) : undefined;
  },
  acpi: (entry) => prefixed('acpi*:', word(entry, /^\s*(?:\.id\s*=\s*)?"([\w]+)"/), ':*'),
  of: (entry) => {
    const compatible = word(entry, /\.compatible\s*=\s*"([\w.,+-]+)"/);
    return prefixed('of:N*T*C', compatible, '');
  },
  i2c: (entry) => prefixed('i2c:', word(entry, /^\s*(?:\.name\s*=\s*)?"([\w.,+-]+)"/), ''),
  spi: (entry) => prefixed('spi:', word(entry, /^\s*(?:\.name\s*=\s*)?"([\w.,+-]+)"/), ''),
  wmi: (entry) =>
    prefixed('wmi:', word(entry, /"([0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"/), ''),
};

function two(
  words: readonly (string | undefined)[],
  number: Number_,
  alias: (one: number, other: number) => string,
): string | undefined {
  const [one, other] = [number(words[0] ?? ''), number(words[1] ?? '')];
  // An entry whose first number is 0 is taken for the end of the table.
  return one === undefined || other === undefined || one === 0 ? undefined : alias(one, other);
}

function field(entry: string, name: string): string | undefined {
  return new RegExp(`\\.${name}\\s*=\\s*([^,}]+)`).exec(entry)?.[1];
}

function word(entry: string, pattern: RegExp): string | undefined {
  return pattern.exec(entry)?.[1];
}

function prefixed(head: string, value: string | undefined, tail: string): string | undefined {
  return value === undefined ? undefined : `${head}${value}${tail}`;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}
