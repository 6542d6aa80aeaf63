// Writes man pages and shell completions into dist/, where `npm run build` has put the code.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { writeDocuments } from '../dist/documents.cjs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
// No date but one that is given: the same source has the same bytes at any time.
const epoch = process.env.SOURCE_DATE_EPOCH;
const date = epoch === undefined ? '' : new Date(Number(epoch) * 1000).toISOString().slice(0, 10);
await writeDocuments(fileURLToPath(new URL('../dist', import.meta.url)), { version, date });
