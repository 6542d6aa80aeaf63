import { styleText } from 'node:util';

/**
 * The styles that dkms-deb uses: for errors, warnings, less important text, headings, words to type, and good
 * results, in this order.
 */
export type PaintStyle = 'red' | 'yellow' | 'dim' | 'bold' | 'cyan' | 'green';

/** Returns a text in a style. Without colours, returns it unchanged. */
export type Paint = (style: PaintStyle, text: string) => string;

/**
 * Returns the function that styles texts. `colour`: whether there are colours, as `chooseStyle` decides
 * (terminal.ts).
 */
export function painter(colour: boolean): Paint {
  return (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text);
}
