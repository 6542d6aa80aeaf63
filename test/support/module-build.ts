import type { DkmsConf } from '../../src/dkms/conf/conf.ts';
import type { ModuleBuild } from '../../src/module/compile/build-modules.ts';
import type { DriverDescription } from '../../src/package/driver-description.ts';

/** A build with the result `file`, for tests that only check packages. */
export function builtModule(conf: DkmsConf, name: string, file: string): ModuleBuild {
  const unknown = { srcversion: undefined, buildId: undefined, signed: undefined };
  return {
    conf,
    cached: false,
    modules: [{ name, file, sha256: '', vermagic: '', ...unknown }],
    abi: 'sha256:0',
    compiler: 'gcc',
    inputs: {
      source: '',
      symvers: '',
      configuration: '',
      headers: '',
      compiler: '',
      binutils: '',
      pahole: '',
    },
    debug: [],
    dependencies: [],
    exports: async () => ({ kernel: new Map(), others: new Map() }),
  };
}

/** Returns the description of examples/hello, with a changelog if one is given. */
export function helloDescription(version: string, changelog = ''): DriverDescription {
  return {
    source: 'hello',
    dkmsPackage: 'hello-dkms',
    version,
    sourceVersion: version,
    maintainer: { name: 'Erika Mustermann', email: 'erika@example.org' },
    homepage: undefined,
    synopsis: 'greeting in /proc/hello',
    paragraphs: [],
    copyright: 'Copyright 2026 nobody\n',
    changelog,
    distributions: ['unstable'],
  };
}
