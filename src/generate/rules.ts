import { renderTemplate } from '../system/template.ts';
import { type GeneratedFile, generated, type RulesStyle } from './generated-file.ts';

/** debian/rules (Policy 4.9): an executable makefile that calls dkms-deb, or debhelper. */
export function rulesFile(style: RulesStyle): GeneratedFile {
  return generated('rules', renderTemplate(`debian/rules-${style}`, {}), { mode: 0o755 });
}

/** debian/source/format: native, as the packaging lies in the driver's own repository. */
export function sourceFormatFile(): GeneratedFile {
  return generated('source/format', renderTemplate('debian/source-format', {}));
}
