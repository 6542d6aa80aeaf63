import { styleText } from 'node:util';

/** The styles of everything that dkms-deb writes: errors, warnings, asides, headings, words to type, what is right. */
export type PaintStyle = 'red' | 'yellow' | 'dim' | 'bold' | 'cyan' | 'green';

/** Returns a text in a style, or unchanged where there are no colours. */
export type Paint = (style: PaintStyle, text: string) => string;

/** Returns the function that styles texts. Whether there are colours is decided by `chooseStyle` (terminal.ts). */
export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}
