/**
 * `bmdeb sign FILE.deb…` is another way to say `bmdeb-sign FILE.deb…`. bmdeb takes one SOURCE, so `sign`
 * with packages behind it cannot be one; `bmdeb sign` alone, or with options only, is still the
 * directory of that name.
 */
export function inOneWord(argv: readonly string[]): readonly string[] {
  const [command, word, ...rest] = argv;
  if (command !== 'bmdeb' || word !== 'sign') return argv;
  const meant = rest.some((each) => /^[^-].*\.deb$/s.test(each) || /^(-h|--help)$/.test(each));
  return meant ? ['bmdeb-sign', ...rest] : argv;
}
