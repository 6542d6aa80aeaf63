/**
 * A check of one value. The schema library is not used here: loading it would take about as long as a whole `build`.
 */
type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isTexts: Test = (value) => Array.isArray(value) && value.every(isText);

/** Returns a test for an object whose values all pass `test`. */
const recordOf =
  (test: Test): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(test);

/** Returns a test for an object. The object must have the properties of `needed`, and may have those of `optional`. */
const objectOf =
  (needed: Readonly<Record<string, Test>>, optional: Readonly<Record<string, Test>> = {}): Test =>
  (value) => {
    if (!recordOf(() => true)(value)) return false;
    const found = new Map(Object.entries(value as object));
    const has = ([name, test]: [string, Test]) => test(found.get(name));
    const given = Object.entries(optional).filter(([name]) => found.get(name) !== undefined);
    return Object.entries(needed).every(has) && given.every(has);
  };

const isChoices = objectOf(
  {},
  {
    rules: (value) => value === 'dkms-deb' || value === 'dh',
    format: (value) => value === 'native' || value === 'quilt',
    conf: isText,
    set: recordOf(isText),
    debianVersion: isText,
    allowFiles: isTexts,
  },
);

const isModule = objectOf({ name: isText, folder: isText });

const isDerived = objectOf(
  {
    sourceRoot: isText,
    modules: (value) => Array.isArray(value) && value.every(isModule),
    from: isText,
    asked: isTexts,
  },
  { make: isText, warnings: isTexts },
);

const hasShape = objectOf(
  { files: recordOf(isText) },
  {
    control: recordOf(recordOf(isText)),
    dkms: objectOf({ name: isText, version: isText }),
    choices: isChoices,
    derived: isDerived,
    adopted: objectOf({ package: isText }),
    told: recordOf(isText),
  },
);

/** Whether a value has the form of a Manifest (init-memory.ts). The file may come with a tree of somebody else. */
export function isManifest(value: unknown): boolean {
  return hasShape(value);
}
