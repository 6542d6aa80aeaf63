import { renderTemplate } from '../system/template.ts';
import {
  type GeneratedFile,
  generated,
  type RulesStyle,
  type SourceFormat,
} from './generated-file.ts';

/** debian/rules (Policy 4.9): an executable makefile that calls dkms-deb, or debhelper. */
export function rulesFile(style: RulesStyle): GeneratedFile {
  return generated('rules', renderTemplate(`debian/rules-${style}`, {}), { mode: 0o755 });
}

/** debian/source/format: native unless asked for, as debian/ mostly lies in the driver's repository. */
export function sourceFormatFile(format: SourceFormat): GeneratedFile {
  return generated('source/format', renderTemplate(`debian/source-format-${format}`, {}));
}
