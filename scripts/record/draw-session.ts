import { escapeXml } from '../../src/system/text/escape-xml.ts';
import type { StyledText } from './terminal-screen.ts';

/** A line of the picture, and the time in seconds at which it appears. */
export interface TimedLine {
  readonly parts: readonly StyledText[];
  readonly at: number;
}

const LINE = 19;
const CHARACTER = 8.43;
const MARGIN = 14;
const TOP = 44;

/** The colours of the terminal's palette that dkms-deb and ls use: 0 to 7, and the bright ones. */
const PALETTE = [
  ...['#4c5462', '#ff7b85', '#a8cc8c', '#e8c57d', '#8ab4f8', '#d3a4e8', '#7fd1d8', '#d8dee9'],
  ...['#8a94a6', '#ff9aa2', '#c0e0a8', '#f4d9a0', '#a9c8ff', '#e2c0f2', '#a3e2e8', '#ffffff'],
];

/** Draws lines as a terminal with `columns` columns; the picture scales to the width of the page. */
export function drawSession(lines: readonly TimedLine[], columns: number, label: string): string {
  const width = Math.ceil(columns * CHARACTER + 2 * MARGIN);
  const height = TOP + lines.length * LINE + MARGIN - 8;
  const text = lines.map(({ parts, at }, i) => {
    const y = TOP + i * LINE;
    return `<text x="${MARGIN}" y="${y}" style="animation-delay:${at.toFixed(2)}s">${parts.map(span).join('')}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeXml(label)}">
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d8dee9;white-space:pre;animation:show .01s linear both}
@keyframes show{from{visibility:hidden}to{visibility:visible}}
@media (prefers-reduced-motion:reduce){text{animation:none}}
</style>
<rect width="100%" height="100%" rx="8" fill="#1d2127"/>
<circle cx="20" cy="16" r="5" fill="#ef6b73"/><circle cx="38" cy="16" r="5" fill="#ebcb8b"/><circle cx="56" cy="16" r="5" fill="#a3be8c"/>
${text.join('\n')}
</svg>
`;
}

/**
 * Returns the SVG of a part of a line. Each part has its own length, so that another font does not move what follows.
 */
function span({ text, colour, bold, dim }: StyledText): string {
  const styles = [
    colour === undefined ? '' : ` fill="${PALETTE[colour] ?? '#d8dee9'}"`,
    bold ? ' font-weight="bold"' : '',
    dim ? ' opacity=".65"' : '',
  ].join('');
  const length = ([...text].length * CHARACTER).toFixed(1);
  return `<tspan textLength="${length}" lengthAdjust="spacingAndGlyphs"${styles}>${escapeXml(text)}</tspan>`;
}
