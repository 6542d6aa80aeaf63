import { lineOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule, Edit } from '../text/rule.ts';

const UNAME =
  /\\?\$\(\s*(?:shell\s+)?(?:\/usr)?(?:\/bin\/)?uname\s+(?:-r|--kernel-release)\s*\)|\\?`\s*(?:\/usr)?(?:\/bin\/)?uname\s+(?:-r|--kernel-release)\s*\\?`/g;

const unameR: ConfRule = {
  code: 'uname-r',
  severity: 'error',
  title: 'uname -r where $kernelver belongs',
  why: 'DKMS builds for the kernel that is being installed, which is not the one that runs; it says which in $kernelver (dkms(8), "DKMS.CONF").',
  bad: 'MAKE="make KDIR=/lib/modules/$(uname -r)/build"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
  good: 'MAKE="make KDIR=/lib/modules/${kernelver}/build"',
  fixable: true,
  *check({ text }) {
    for (const match of text.text.matchAll(UNAME)) {
      const { index } = match;
      const before = text.text.slice(Math.max(0, index - 40), index);
      // As a default for where the file is sourced without DKMS it is right.
      if (text.inComment(index) || /\$\{\w+:?[-=]$/.test(before)) continue;
      const end = index + match[0].length;
      // Under another name it may be compared with $kernelver; only in a value it is what is built for.
      const owner = text.assignments.find((a) => a.valueStart <= index && index < a.end);
      if (owner === undefined) continue;
      const replacement = /\w/.test(text.text.charAt(end)) ? `\${kernelver}` : '$kernelver';
      yield {
        line: text.lineOf(index),
        message: `${owner.name} names the kernel that runs, not the one that is built for`,
        edits: [{ start: index, end, text: replacement }],
      };
    }
  },
};

const hardCodedKernel: ConfRule = {
  code: 'hard-coded-kernel',
  severity: 'error',
  title: 'one kernel release for all kernels',
  why: 'DKMS calls the same command for each kernel; the headers of the one that is built for are $kernel_source_dir.',
  bad: 'MAKE="make KDIR=/lib/modules/6.1.0-56-amd64/build"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
  good: 'MAKE="make KDIR=${kernel_source_dir}"',
  *check({ text }) {
    const path =
      /(?:\/usr)?\/lib\/modules\/\d+\.\d+[\w.+~-]*\/build|\/usr\/src\/linux-headers-\d[\w.+~-]*/g;
    for (const match of text.text.matchAll(path)) {
      const owner = text.assignments.find(
        (a) => a.valueStart <= match.index && match.index < a.end,
      );
      if (owner === undefined || text.inComment(match.index)) continue;
      yield {
        line: text.lineOf(match.index),
        message: `${owner.name} names ${match[0]} whatever kernel is built for`,
        edits: [
          { start: match.index, end: match.index + match[0].length, text: `\${kernel_source_dir}` },
        ],
      };
    }
  },
};

const hardCodedTree: ConfRule = {
  code: 'hard-coded-tree',
  severity: 'warning',
  title: "DKMS's directories written out",
  why: 'They are $dkms_tree and $source_tree: framework.conf, --dkmstree and --sourcetree may say others, and who builds without root must.',
  bad: 'MAKE="make M=/var/lib/dkms/foo/1.0/build"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
  good: 'MAKE="make M=${dkms_tree}/foo/1.0/build"',
  fixable: true,
  *check({ text, evaluation }) {
    const name = evaluation?.conf?.name ?? '\u0000';
    for (const { name: owner, valueStart, end } of text.assignments) {
      const source = text.text.slice(valueStart, end);
      const edits: Edit[] = [];
      for (const match of source.matchAll(/\/var\/lib\/dkms(?=\/)|\/usr\/src(?=\/)/g)) {
        const own = ['$PACKAGE_NAME', `\${PACKAGE_NAME`, name];
        const behind = source.slice(match.index + match[0].length + 1);
        const tree = match[0] === '/var/lib/dkms';
        if (!tree && !own.some((prefix) => behind.startsWith(prefix))) continue;
        if (/\$\{\w+:?[-=]$/.test(source.slice(0, match.index))) continue;
        const start = valueStart + match.index;
        edits.push({
          start,
          end: start + match[0].length,
          text: tree ? `\${dkms_tree}` : `\${source_tree}`,
        });
      }
      const [first] = edits;
      if (first === undefined) continue;
      yield {
        line: text.lineOf(first.start),
        message: `${owner} names ${text.text.slice(first.start, first.end)}, which is only where ${first.text} is by default`,
        edits,
      };
    }
  },
};

const dependsOnDirectory: ConfRule = {
  code: 'depends-on-directory',
  severity: 'error',
  title: 'a value that depends on where dkms is called',
  why: 'DKMS sources dkms.conf in whatever directory it was called (dkms.in, safe_source): $PWD, pwd and relative paths do not lead to the source. $dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build does, and $(dirname "$BASH_SOURCE") to the file itself.',
  bad: 'PACKAGE_VERSION="$(cat VERSION)"',
  good: 'PACKAGE_VERSION="1.0"',
  *check(context) {
    const { evaluation } = context;
    if (evaluation === undefined) return;
    const { evaluated, elsewhere } = evaluation;
    if (elsewhere === undefined) {
      yield { message: 'the file cannot be evaluated in another directory than its own' };
      return;
    }
    const seen = new Set<number | undefined>();
    for (const name of new Set([...evaluated.values.keys(), ...elsewhere.values.keys()])) {
      const here = evaluated.values.get(name) ?? new Map<number, string>();
      const there = elsewhere.values.get(name) ?? new Map<number, string>();
      for (const index of new Set([...here.keys(), ...there.keys()])) {
        if (here.get(index) === there.get(index)) continue;
        const cause = causeOf(context, name, index);
        const line = cause ?? lineOf(context, name, index);
        if (seen.has(line)) continue;
        seen.add(line);
        yield {
          line,
          message: `${name} is ${told(here.get(index))} where the file is, but ${told(there.get(index))} elsewhere`,
        };
      }
    }
  },
};

/** A directive's own line may only use what another one read: the one with a command or a path in it. */
function causeOf({ text }: ConfContext, name: string, index: number): number | undefined {
  const asks = /\$\(|`|\$\{?PWD\b/;
  const own = text.assignmentOf(name, index);
  if (own === undefined || asks.test(text.valueSource(own))) return own && text.lineOf(own.start);
  const used = [...text.valueSource(own).matchAll(/\$\{?(\w+)/g)].map(([, used]) => used ?? '');
  const found = used
    .flatMap((variable) => text.of(variable))
    .find((a) => asks.test(text.valueSource(a)));
  return found && text.lineOf(found.start);
}

function told(value: string | undefined): string {
  return value === undefined ? 'unset' : JSON.stringify(value.slice(0, 60));
}

export const KERNEL_RULES: readonly ConfRule[] = [
  unameR,
  hardCodedKernel,
  hardCodedTree,
  dependsOnDirectory,
];
