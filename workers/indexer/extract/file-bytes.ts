import type { Reading } from "./reading.ts";

/**
 * A character map that a PDF's font names, as pdf.js packs it, by a name like `UniJIS-UTF16-H.bcmap`; null where there is
 * none of that name. It is the deployment's own, and never a part of the file.
 */
export type CharacterMaps = (name: string) => Promise<Uint8Array | null>;

/** A file that can be read from any byte on. */
export interface ExtractSource {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** A fresh stream of the bytes from `start` up to `end`, which is not among them. Whoever stops early cancels it. */
  read(start?: number, end?: number): AsyncIterable<Uint8Array>;
  /** Absent where nothing that needs maps is read. */
  readonly characterMap?: CharacterMaps;
}

/** The storage failed, and the file is none the worse for it: to be tried again. */
export class SourceFailure extends Error {
  constructor(cause: unknown) {
    super("the file's bytes could not be read", { cause });
    this.name = "SourceFailure";
  }
}

/** Up to here a file is fetched at once: as many bytes as two chunks, which are what a fetch brings anyway. */
const SMALL = 8 * 1024 * 1024;

/** A source's bytes, counted as they come. Small files are fetched once, however many parts of them are asked for. */
export class FileBytes {
  readonly name: string;
  readonly size: number;
  readonly #source: ExtractSource;
  readonly #reading: Reading;
  #whole: Uint8Array<ArrayBuffer> | undefined;
  #failure: SourceFailure | undefined;

  constructor(source: ExtractSource, reading: Reading) {
    this.name = source.name;
    this.size = source.size;
    this.#source = source;
    this.#reading = reading;
  }

  /** Set once the storage failed, for libraries that swallow errors. */
  get failure(): SourceFailure | undefined {
    return this.#failure;
  }

  /** All bytes; stops the reading where they are more than `wholeBytes`. */
  async whole(): Promise<Uint8Array<ArrayBuffer>> {
    const { wholeBytes } = this.#reading.limits;
    if (this.size > wholeBytes) this.#reading.stop("over_bytes", `larger than ${wholeBytes} bytes`);
    return (this.#whole ??= await this.#fetch(0, this.size));
  }

  /** All bytes, which are the caller's from here on, to write into and to keep: they are not held here as well. */
  async handOver(): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.whole();
    this.#whole = undefined;
    return bytes;
  }

  /** Bytes from `start` up to `end`, fewer where the file ends before. */
  async range(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const from = Math.min(Math.max(start, 0), this.size);
    const to = Math.min(Math.max(end, from), this.size);
    if (this.#whole || this.size <= Math.min(SMALL, this.#reading.limits.wholeBytes)) {
      return (await this.whole()).subarray(from, to);
    }
    return this.#fetch(from, to);
  }

  /** The bytes from `start` on, as they come. */
  async *stream(start: number, end = this.size): AsyncGenerator<Uint8Array> {
    if (this.#whole || this.size <= Math.min(SMALL, this.#reading.limits.wholeBytes)) {
      yield (await this.whole()).subarray(start, end);
      return;
    }
    yield* this.#counted(start, end);
  }

  async #fetch(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(end - start);
    let length = 0;
    for await (const part of this.#counted(start, end)) {
      bytes.set(part.subarray(0, bytes.length - length), length);
      length += part.length;
      if (length >= bytes.length) break;
    }
    return bytes.subarray(0, Math.min(length, bytes.length));
  }

  /** Not among the bytes that are counted: maps are few, and of a known size. */
  async characterMap(name: string): Promise<Uint8Array | null> {
    const { characterMap } = this.#source;
    return characterMap ? this.#guard(characterMap(name)) : null;
  }

  async *#counted(start: number, end: number): AsyncGenerator<Uint8Array> {
    if (end <= start) return;
    const parts = this.#source.read(start, end)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#guard(parts.next());
        if (next.done) return;
        this.#reading.countRead(next.value.length);
        yield next.value;
      }
    } finally {
      await parts.return?.();
    }
  }

  async #guard<T>(step: Promise<T>): Promise<T> {
    try {
      return await step;
    } catch (error) {
      throw (this.#failure ??= new SourceFailure(error));
    }
  }
}
