import { join } from 'node:path';
import { HOOKS } from '../../dkms/conf/directives.ts';
import { makeExecutable } from '../../system/text/command-places.ts';
import { lineOf } from '../text/conf-lookups.ts';
import type { ConfContext, ConfRule } from '../text/rule.ts';

const patchMissing: ConfRule = {
  code: 'patch-missing',
  severity: 'error',
  title: 'a missing patch',
  why: 'DKMS looks for a patch in patches/ beside dkms.conf, and ends with status 5 if the patch is missing (dkms.in, do_build). Since DKMS 3.4 a machine can add files to patches/ from /etc/dkms/NAME/patches/, but other machines do not have these files.',
  bad: 'PATCH[0]="missing.patch"',
  good: 'PATCH[0]="in-the-patches-folder.patch"',
  *check(context) {
    const { evaluation, tree } = context;
    if (tree === undefined) return;
    for (const [index, value] of evaluation?.evaluated.values.get('PATCH') ?? []) {
      if (value === '') continue;
      const line = lineOf(context, 'PATCH', index);
      if (value.startsWith('/')) {
        const message = `${value} is an absolute path, which dkms-deb refuses: DKMS looks for it below patches/`;
        yield { line, message, advice: 'write the path of the patch relative to patches/' };
      } else if (value.split('/').includes('..')) {
        yield { line, message: `${value} leads out of patches/, which DKMS refuses since 3.1.2` };
      } else if (tree.complete && !tree.files.has(`patches/${value}`)) {
        const besides = [...tree.files.keys()].find(
          (path) => path.endsWith(`/${value}`) || path === value,
        );
        yield {
          line,
          message: `patches/${value} does not exist`,
          ...(besides === undefined ? {} : { advice: `move ${besides} to patches/` }),
        };
      }
    }
  },
};

const scriptMissing: ConfRule = {
  code: 'script-missing',
  severity: 'error',
  title: 'a missing script',
  why: 'The first word of a hook is a file of the source, not a command (dkms.in, run_build_script). If it is not an executable file there, DKMS does not run it, and goes on with a warning.',
  bad: 'POST_INSTALL="cp foo.conf /etc/modprobe.d"',
  good: 'POST_INSTALL="post-install.sh"',
  *check(context) {
    for (const { name, path } of scriptsOf(context)) {
      const tree = context.tree;
      if (tree === undefined || tree.files.has(path)) continue;
      // The script is not missing if configure may make it.
      const made = ['.ac', '.in', '.am'].some((suffix) => tree.files.has(path + suffix));
      if (made) continue;
      const known = [...tree.files.keys()].some(
        (file) => file.split('/').at(-1) === path.split('/').at(-1),
      );
      const command =
        !path.includes('/') &&
        /^(?:cp|mv|rm|ln|sh|bash|make|depmod|modprobe|install|update-initramfs|udevadm|systemctl|echo|sed|python3?)$/.test(
          path,
        );
      if (!command && (!tree.complete || known || name === 'POST_BUILD')) continue;
      yield {
        line: lineOf(context, name),
        message: command
          ? `${name} names the command ${path}, but DKMS runs only files of the source`
          : `${name} names ${path}, which is not in the source`,
        advice: command
          ? 'put the command into an executable script beside dkms.conf'
          : 'add the script to the source as an executable file',
        missingScript: path,
      };
    }
  },
};

const scriptNotExecutable: ConfRule = {
  code: 'script-not-executable',
  severity: 'warning',
  title: 'a script that is not executable',
  why: 'DKMS only warns ("script is not executable"), and does not run the script (dkms.in, run_build_script).',
  bad: 'POST_INSTALL="post-install.sh"   # -rw-r--r--',
  good: 'POST_INSTALL="post-install.sh"   # -rwxr-xr-x',
  *check(context) {
    for (const { name, path } of scriptsOf(context)) {
      if (context.tree?.files.get(path) !== false) continue;
      yield {
        line: lineOf(context, name),
        message: `${path} is not executable, so DKMS does not run it`,
        advice: makeExecutable(join(context.tree.root, path)),
      };
    }
  },
};

function* scriptsOf({ evaluation }: ConfContext): Iterable<{ name: string; path: string }> {
  for (const name of HOOKS) {
    const value = evaluation?.evaluated.values.get(name)?.get(0)?.trim();
    if (!value) continue;
    const path = (value.split(' ')[0] ?? '').replace(/^(?:\.\/+)+/, '').replace(/\/{2,}/g, '/');
    if (path !== '' && !path.startsWith('/')) yield { name, path };
  }
}

export const FILE_RULES: readonly ConfRule[] = [patchMissing, scriptMissing, scriptNotExecutable];
