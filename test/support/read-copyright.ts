import type { Copyright, CopyrightFiles, CopyrightLicense } from '../../src/debian/copyright.ts';
import { parseDeb822 } from '../../src/debian/deb822.ts';

/** Reads the Files paragraphs and licence texts of a debian/copyright with parseDeb822. */
export function readCopyright(text: string): Copyright & { licenses: readonly CopyrightLicense[] } {
  const { paragraphs } = parseDeb822(text, 'copyright');
  const files = paragraphs
    .filter((paragraph) => paragraph.has('Files'))
    .map((paragraph): CopyrightFiles => {
      const comment = paragraph.get('Comment');
      return {
        patterns: (paragraph.get('Files') ?? '').split(/\s+/).filter(Boolean),
        copyright: (paragraph.getLines('Copyright') ?? [])
          .map((line) => line.trim())
          .filter(Boolean),
        license: paragraph.getLines('License')?.[0] ?? '',
        ...(comment ? { comment } : {}),
      };
    });
  const licenses = paragraphs.flatMap((paragraph): CopyrightLicense[] => {
    const [name = '', ...body] = paragraph.getLines('License') ?? [];
    return body.length === 0 ? [] : [{ name, text: body.join('\n') }];
  });
  return { files, licenses };
}
