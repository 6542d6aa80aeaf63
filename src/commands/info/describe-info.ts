import { printableLine } from '../../report/printable.ts';
import type { InfoDocument } from './info-document.ts';
import type { KernelView } from './kernel-view.ts';

/** Formats the facts about a driver as lines of text. */
export function describeInfo(document: InfoDocument): string[] {
  const { name, version, facts, doubts, kernels } = document;
  const width = Math.max(0, ...facts.map(({ fact }) => fact.length));
  return [
    `${name} ${version}`,
    ...facts.map(({ fact, value, from }) => {
      const text = value === undefined ? 'unknown' : `${value}${from ? ` (${from})` : ''}`;
      return `  ${fact.padEnd(width)}  ${text}`;
    }),
    ...doubts.map((doubt) => `  conflict: ${doubt}`),
    'package',
    `  ${document.package.file}`,
    ...(kernels.length === 0 ? ['no kernel headers are installed'] : []),
    ...kernels.flatMap(describeKernel),
  ].map(printableLine);
}

function describeKernel(view: KernelView): string[] {
  const { release, architecture, status, reason, error, modules = [], patches = [] } = view;
  const head = `kernel ${release}${architecture === undefined ? '' : ` (${architecture})`}`;
  if (error !== undefined) return [`${head}: ${error.message}`, ...hint(error.hint)];
  if (status === 'excluded') return [`${head}: excluded: ${reason}`];
  const built = modules.filter(({ excluded }) => excluded === undefined);
  return [
    head,
    row('modules', built.map(({ name }) => name).join(', ') || 'none'),
    ...modules
      .filter(({ excluded }) => excluded !== undefined)
      .map(({ name, excluded }) => row('without', `${name}: ${excluded}`)),
    ...patches.map(({ file, missing }) => row('patch', missing ? `${file}: missing` : file)),
    ...(view.make === undefined ? [] : [row('make', view.make)]),
    ...(view.buildDepends?.length ? [row('needs', view.buildDepends.join(', '))] : []),
    ...(view.package === undefined ? [] : [row('package', view.package.file)]),
  ];
}

function row(title: string, text: string): string {
  return `  ${title.padEnd(7)}  ${text}`;
}

function hint(text: string | undefined): string[] {
  return text === undefined ? [] : [`  ${text}`];
}
