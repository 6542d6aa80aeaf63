// Reads lines of NAME, tree and lint's JSON, and prints the tables of docs/corpus-lint.md.
import { readFileSync } from 'node:fs';

const ORDER = ['error', 'warning', 'info'];
const say = (text) => process.stdout.write(`${text}\n`);
const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const rows = readFileSync(process.argv[2], 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => {
    const [name, tree, json] = line.split('\t');
    const { files, findings } = JSON.parse(json);
    return {
      name,
      confs: files.length,
      findings: findings.map((finding) => ({
        ...finding,
        file: finding.file.replace(`${tree}/`, ''),
        message: finding.message.replaceAll(`${tree}/`, ''),
      })),
    };
  });

const codes = new Map();
for (const { name, findings } of rows) {
  for (const { code, severity, file, line, message } of findings) {
    const known = codes.get(code) ?? { severity, names: new Set(), count: 0, examples: [] };
    known.names.add(name);
    known.count++;
    if (known.examples.length < 3)
      known.examples.push({ name, place: line ? `${file}:${line}` : file, message });
    codes.set(code, known);
  }
}
const count = (test) =>
  rows.filter(({ findings }) => findings.some(({ severity }) => test(severity))).length;
const confs = rows.reduce((sum, row) => sum + row.confs, 0);
say(
  `\n${rows.length} trees with ${confs} dkms.conf files: ${count((s) => s === 'error')} have errors, ${count((s) => s !== 'info')} errors or warnings, ${rows.filter(({ findings }) => findings.length === 0).length} nothing at all.\n`,
);
say('| code | severity | trees | findings | the first |\n|---|---|---|---|---|');
const sorted = [...codes].sort(
  ([a, x], [b, y]) =>
    ORDER.indexOf(x.severity) - ORDER.indexOf(y.severity) ||
    y.names.size - x.names.size ||
    (a < b ? -1 : 1),
);
for (const [code, { severity, names, count: total, examples }] of sorted) {
  const [{ name, place, message }] = examples;
  say(
    `| ${code} | ${severity} | ${names.size} | ${total} | ${cell(`${name} ${place}: ${message}`)} |`,
  );
}
say('\n| driver | errors | warnings | infos |\n|---|---|---|---|');
for (const { name, findings } of rows) {
  const cells = ORDER.map((wanted) => {
    const own = findings.filter(({ severity }) => severity === wanted).map(({ code }) => code);
    return [...new Set(own)]
      .map((code) => {
        const times = own.filter((one) => one === code).length;
        return times > 1 ? `${code} ×${times}` : code;
      })
      .join(', ');
  });
  say(`| ${cell(name)} | ${cells.join(' | ')} |`);
}
say('');
