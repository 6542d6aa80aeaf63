import { describe, expect, test } from 'vitest';
import { joinCms, readCms } from '../../../src/module/format/signature-cms.ts';
import {
  appendSignature,
  splitSignature,
  withoutSignatures,
} from '../../../src/module/format/signature-trailer.ts';

/** openssl cms -sign … with two -signer: "B signer" and "A signer", sha256. */
const TWO = Buffer.from(
  `
MIIC9wYJKoZIhvcNAQcCoIIC6DCCAuQCAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBMYICwTCCAVACAQEwKzATMREwDwYD
VQQDDAhCIHNpZ25lcgIULLGg0et7aVol7xHb6eIj9XoaI+swCwYJYIZIAWUDBAIBMA0GCSqGSIb3DQEBAQUABIIBAF2bUgAfdRPh
kdjSf7ckIWg7RaNUuh8586CNPm6GafqAgnw3lj0Jwt2yeN4e1w9vOcnMKtL3fhUJ6ogN0fBn8BLkHqBo+z7tDuPO1FOo1668Weq8
tO8PWHjvzcQ8Pa1jk6WYTc1h8XbRzX2J0/PO7nBfZG05+CijxGOgR1mf+44nf33GUmeMd/6wispCtg4hSgmTMIDAiMfrg6cr4ZIh
1+yQrV3ogE8L6zyMYK1aD3WXzCTmTwD6gN4EnbCdbyCcUArk+wH9CWgoYUnmCd7pAsb5AlLni9INlI5Zx7dG9jP9hYM2DxHy3LXx
JGp5V/YFu82IWoI6+Ncgof38O2oZjsowggFpAgEBMEQwLDEXMBUGA1UECgwOZGttcy1kZWIgdGVzdHMxETAPBgNVBAMMCEEgc2ln
bmVyAhQpDDC2WMH22ersHiCw0hrZrHkDeTALBglghkgBZQMEAgEwDQYJKoZIhvcNAQEBBQAEggEAd66bJukpZ1zz9NjrKSngeMth
/reW18Ne7Kh8Q0CRmi6amA0LO1+tI/blds5cuaMXFujV6djco4v4Hyc6FnpMaem/MnxPsiCeMz64asF6+pUuLJDaA0DLn/n/7Tgj
p6NB8aR/zGSuTiTPp714mWPd3BHw71avOYT+frqKY1kWToJ+7NvxZ5c1J5w3dd1oNbVuu8fzLpgqijVABpjTv8mBEwmgVcLeotNS
uWlYc9m4m4dCv0B09niXyPpq3wuBq9BO1iWBvTCyhmJESd2IGx2BXwvkvUhEZ8Xq5cIf+HnkI/AyxltyikViJpWLXQzjg59b2raN
7c9Kpz9VCLuavLeWSg==
`,
  'base64',
);
const MODULE = Buffer.from('\x7fELF a module');
const CMS = Buffer.from('a signature');

describe('the trailer', () => {
  test('is 12 bytes and the magic words', () => {
    const trailer = appendSignature(MODULE, CMS).subarray(MODULE.length + CMS.length);
    expect(trailer.toString('latin1')).toBe(
      '\0\0\x02\0\0\0\0\0\0\0\0\x0b~Module signature appended~\n',
    );
  });

  test('is taken off again, also where several lie one in the other', () => {
    const once = appendSignature(MODULE, CMS);
    expect(splitSignature(once)).toEqual({ unsigned: MODULE, cms: CMS, problem: undefined });
    expect(splitSignature(MODULE)).toEqual({
      unsigned: MODULE,
      cms: undefined,
      problem: undefined,
    });
    const thrice = appendSignature(appendSignature(once, CMS), CMS);
    expect(withoutSignatures(thrice)).toEqual(MODULE);
  });

  test.each([
    ['too long', (bytes: Buffer) => bytes.writeUInt32BE(0x7fffffff, bytes.length - 32)],
    ['none', (bytes: Buffer) => bytes.writeUInt32BE(0, bytes.length - 32)],
    ['of another kind', (bytes: Buffer) => bytes.writeUInt8(1, bytes.length - 38)],
  ])('with a length or kind that is wrong (%s) says so', (_name, damage) => {
    const bytes = appendSignature(MODULE, CMS);
    damage(bytes);
    expect(splitSignature(bytes).problem).toBeDefined();
  });

  test('alone is no module', () => {
    const only = appendSignature(Buffer.alloc(0), Buffer.alloc(0));
    expect(splitSignature(only).problem).toBeDefined();
    expect(splitSignature(only.subarray(12)).problem).toBeDefined();
  });
});

describe('the CMS', () => {
  test('names its signers as modinfo does', () => {
    expect(readCms(TWO)).toMatchObject([
      { name: 'B signer', hash: 'sha256', keyId: '2cb1a0d1eb7b695a25ef11dbe9e223f57a1a23eb' },
      { name: 'A signer', hash: 'sha256', keyId: '290c30b658c1f6d9eaec1e20b0d21ad9ac790379' },
    ]);
  });

  test('comes apart into one for each signer, and together again', () => {
    const [b, a] = readCms(TWO).map((signer) => signer.alone);
    expect(a?.length).toBe(423);
    expect(joinCms([a ?? TWO, b ?? TWO])).toEqual(TWO);
    expect(joinCms([b ?? TWO, a ?? TWO])).toEqual(TWO);
    expect(joinCms([TWO])).toEqual(TWO);
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('rubbish\n')],
    ['PEM', Buffer.from('-----BEGIN CMS-----')],
    ['half of one', TWO.subarray(0, 400)],
    ['one with bytes behind it', Buffer.concat([TWO, Buffer.from('\n')])],
    ['endless lengths', Buffer.from('3080020101', 'hex')],
    ['a sequence', Buffer.from('3003020101', 'hex')],
  ])('is not %s', (_name, bytes) => {
    expect(() => readCms(bytes)).toThrow(/this is not a module signature/);
  });

  test('with any one byte changed is read or refused, never a crash', () => {
    for (let i = 0; i < TWO.length; i++) {
      const changed = Buffer.from(TWO);
      changed[i] = (changed[i] ?? 0) ^ 0x81;
      try {
        readCms(changed);
      } catch (error) {
        expect(error).toMatchObject({ name: 'ArchiveError', code: 'bad-signature' });
      }
    }
  });
});
