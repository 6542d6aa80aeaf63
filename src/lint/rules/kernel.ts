import { lineOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule, Edit } from '../text/rule.ts';

const UNAME =
  /\\?\$\(\s*(?:shell\s+)?(?:\/usr)?(?:\/bin\/)?uname\s+(?:-r|--kernel-release)\s*\)|\\?`\s*(?:\/usr)?(?:\/bin\/)?uname\s+(?:-r|--kernel-release)\s*\\?`/g;

const unameR: ConfRule = {
  code: 'uname-r',
  severity: 'error',
  title: 'uname -r instead of $kernelver',
  why: 'DKMS builds for the kernel that is being installed, which is often not the running one. Its release is in $kernelver (dkms(8), "DKMS.CONF").',
  bad: 'MAKE="make KDIR=/lib/modules/$(uname -r)/build"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: bash, not JavaScript.
  good: 'MAKE="make KDIR=/lib/modules/${kernelver}/build"',
  fixable: true,
  *check({ text }) {
    for (const match of text.text.matchAll(UNAME)) {
      const { index } = match;
      const before = text.text.slice(Math.max(0, index - 40), index);
      // The default in `${kernelver:-$(uname -r)}` is not a mistake.
      if (text.inComment(index) || /\$\{\w+:?[-=]$/.test(before)) continue;
      const end = index + match[0].length;
      // A script in dkms.conf may compare `uname -r` with $kernelver, so only assignments are checked.
      const owner = text.assignments.find((a) => a.valueStart <= index && index < a.end);
      if (owner === undefined) continue;
      const replacement = /\w/.test(text.text.charAt(end)) ? `\${kernelver}` : '$kernelver';
      yield {
        line: text.lineOf(index),
        message: `${owner.name} uses the running kernel, not the one to build for`,
        edits: [{ start: index, end, text: replacement }],
      };
    }
  },
};

const hardCodedKernel: ConfRule = {
  code: 'hard-coded-kernel',
  severity: 'error',
  title: 'a fixed kernel release',
  why: 'DKMS runs the same command for every kernel. The headers of the kernel to build for are in $kernel_source_dir.',
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
        message: `${owner.name} uses ${match[0]} for every kernel`,
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
  title: "DKMS's default directories instead of its variables",
  why: 'framework.conf, --dkmstree and --sourcetree can set other directories, which builds without root need. $dkms_tree and $source_tree are always right.',
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
        message: `${owner} names ${text.text.slice(first.start, first.end)}, which is only the default of ${first.text}`,
        edits,
      };
    }
  },
};

const dependsOnDirectory: ConfRule = {
  code: 'depends-on-directory',
  severity: 'error',
  title: 'a value that depends on the directory where dkms is called',
  why: 'DKMS sources dkms.conf in the directory where it was called (dkms.in, safe_source), so $PWD, pwd and relative paths do not lead to the source. Use $dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build for the source, and $(dirname "$BASH_SOURCE") for the directory of dkms.conf.',
  bad: 'PACKAGE_VERSION="$(cat VERSION)"',
  good: 'PACKAGE_VERSION="1.0"',
  *check(context) {
    const { evaluation } = context;
    if (evaluation === undefined) return;
    const { evaluated, elsewhere } = evaluation;
    if (elsewhere === undefined) {
      yield { message: 'the file can only be evaluated in its own directory' };
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
          message: `${name} is ${shown(here.get(index))} in the directory of the file, but ${shown(there.get(index))} elsewhere`,
        };
      }
    }
  },
};

/**
 * For a directive whose value depends on the working directory, returns the number of the line that is the cause. This
 * line has a command or $PWD, and sets the directive or a variable that the directive uses. Returns undefined if there
 * is no such line.
 */
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

function shown(value: string | undefined): string {
  return value === undefined ? 'unset' : JSON.stringify(value.slice(0, 60));
}

export const KERNEL_RULES: readonly ConfRule[] = [
  unameR,
  hardCodedKernel,
  hardCodedTree,
  dependsOnDirectory,
];
