/** The CI systems for which pipelines are written. */
export const CI_SYSTEMS = ['github', 'gitlab', 'jenkins'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];

/** Where each system looks for a pipeline. */
export const PIPELINE_FILES: Readonly<Record<CiSystem, string>> = {
  github: '.github/workflows/dkms-deb.yml',
  gitlab: '.gitlab-ci.yml',
  jenkins: 'Jenkinsfile',
};
