/** The CI systems for which pipelines are written. */
export const CI_SYSTEMS = ['github', 'gitlab', 'jenkins'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];

interface SystemFacts {
  readonly name: string;
  /** Where the system looks for a pipeline. */
  readonly file: string;
  /** The most jobs that a matrix may have; undefined: there is no limit. */
  readonly mostTasks: number | undefined;
}

export const SYSTEM_FACTS: Readonly<Record<CiSystem, SystemFacts>> = {
  github: { name: 'GitHub', file: '.github/workflows/dkms-deb.yml', mostTasks: 256 },
  gitlab: { name: 'GitLab', file: '.gitlab-ci.yml', mostTasks: 200 },
  jenkins: { name: 'Jenkins', file: 'Jenkinsfile', mostTasks: undefined },
};
