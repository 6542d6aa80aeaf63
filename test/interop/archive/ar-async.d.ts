/** ar-async 0.1.4 has no types; these are of what the tests use. */
declare module 'ar-async' {
  import type { EventEmitter } from 'node:events';
  import type { Readable } from 'node:stream';

  export class ArReader extends EventEmitter {
    constructor(path: string);
  }

  export interface ArEntry {
    fileName(): string;
    fileSize(): number;
    fileData(): Readable;
    date(): Date;
    uid(): number;
    gid(): number;
    mode(): number;
  }
}
