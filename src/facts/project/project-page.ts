/** Which addresses in a README are no project's page (Policy 5.6.23: the web site for the package). */

const ELSEWHERE: readonly RegExp[] = [
  // Something to download.
  /\.(?:zip|tgz|tar|gz|bz2|xz|zst|7z|rar|exe|msi|deb|rpm|iso|img|bin|pdf|png|jpe?g|gif|svg|patch|diff)$/,
  /[/._-](?:downloads?|dl|getcontent|files?|attachments?|releases)(?:[/._-]|$)/,
  // Mailing lists and their archives.
  /\/\/(?:lists?|lore|mail|mailman|groups|marc|patchwork)\.|\/(?:pipermail|mailman|listinfo|mail-?archives?)(?:\/|$)/,
  /\b(?:mail-archive\.com|spinics\.net|marc\.info|lkml\.org|gmane\.org)\b/,
  // Badges and builds.
  /\b(?:shields\.io|badge\.fury\.io|badgen\.net|travis-ci\.\w+|circleci\.com|appveyor\.com|codecov\.io|coveralls\.io|coverity\.com|codacy\.com|semaphoreci\.com|cirrus-ci\.com)\b|badge|\/\/(?:ci|jenkins|build|buildbot)\.|\/(?:actions|workflows|pipelines)(?:\/|$)/,
  // Licences.
  /\b(?:gnu\.org|opensource\.org|creativecommons\.org|spdx\.org|choosealicense\.com|fsf\.org|apache\.org\/licenses|mozilla\.org\/mpl)\b|\/licen[cs]es?(?:[/.]|$)/,
  // Parts of a repository, packages of it, places to talk and to give.
  /\/(?:issues|pulls?|blob|raw|wiki\/_?edit|merge_requests|commits?)(?:\/|$)/,
  /\b(?:packages\.(?:debian|ubuntu)\.\w+|aur\.archlinux\.org|copr\.fedorainfracloud\.org|launchpad\.net\/~|paypal\.\w+|patreon\.com|ko-fi\.com|buymeacoffee\.com|liberapay\.com|opencollective\.com|discord\.(?:gg|com)|t\.me|twitter\.com|youtube\.com|youtu\.be|reddit\.com|stackoverflow\.com|\w+\.wikipedia\.org)\b/,
];

/** Not a download, an archive of a mailing list, a badge, a build, a licence, an issue, a chat. */
export function isProjectPage(url: string): boolean {
  const plain = url.toLowerCase();
  return !ELSEWHERE.some((pattern) => pattern.test(plain));
}
