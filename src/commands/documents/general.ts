/** The parts of the man page dkms-deb(1) that are not made from the declarations of the commands. */

export const INTRODUCTION: readonly string[] = [
  'dkms-deb makes Debian packages from the source tree of kernel modules and its dkms.conf: a debian/ directory, the -dkms package whose modules DKMS compiles on the target machine, and packages of compiled modules for each kernel. It replaces `dkms mkdeb`, `dkms mkdsc` and `dkms mkbmdeb`, which DKMS has removed.',
  'Results go to standard output: the paths of the written files, one per line, or one JSON document with `--json`. All messages go to standard error. No command needs root. Only three commands change the source tree: `init` writes debian/ (with `--rpm`, also rpm/), `lint --fix` corrects dkms.conf, and `build --from-rules` registers its package in debian/files.',
];
