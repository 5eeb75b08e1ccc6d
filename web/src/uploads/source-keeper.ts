import type { FileSource } from "./upload-item.ts";
import type { UploadStore } from "./upload-store.ts";

/** Larger files are not copied: after a reload they are chosen again, unless the browser gave a handle. Bytes. */
const LARGEST_COPY = 256 * 1024 * 1024;
/** Left free in the browser's storage. Bytes. */
const SPARE = 256 * 1024 * 1024;
const BATCH_BYTES = 16 * 1024 * 1024;
const BATCH_FILES = 100;
/** Milliseconds: what is through by then is not written at all. */
const HEAD_START = 500;

/** The files of uploads: in memory, and copied in the background to where they outlive the page. */
export class SourceKeeper {
  readonly #store: UploadStore | null;
  readonly #sources = new Map<string, Blob>();
  /** Yet to be kept. */
  readonly #unkept = new Map<string, FileSource | Blob>();
  #isKeeping = false;

  /** @param store - Null where the browser keeps nothing. */
  constructor(store: UploadStore | null) {
    this.#store = store;
  }

  /** @param handle - Kept in place of a file that is too large to be copied. */
  add(id: string, source: Blob, handle?: FileSystemFileHandle): void {
    this.#sources.set(id, source);
    if (source.size <= LARGEST_COPY) this.#unkept.set(id, source);
    else if (handle) this.#unkept.set(id, handle);
    if (!this.#isKeeping) void this.#keepAll();
  }

  drop(id: string): void {
    this.#sources.delete(id);
    this.#unkept.delete(id);
  }

  clear(): void {
    this.#sources.clear();
    this.#unkept.clear();
  }

  /** Null where it was not kept; rejects with a `NotAllowedError` where a person has to allow it first. */
  async open(id: string): Promise<Blob | null> {
    const chosen = this.#sources.get(id);
    if (chosen) return chosen;
    const kept = await this.#store?.source(id).catch(() => undefined);
    if (!kept) return null;
    // A copy stays as it was when it was made; not every browser keeps the time with it.
    return kept instanceof Blob ? kept.slice() : kept.getFile();
  }

  async #keepAll(): Promise<void> {
    const store = this.#store;
    if (!store) return;
    this.#isKeeping = true;
    await new Promise((resolve) => setTimeout(resolve, HEAD_START));
    for (let batch = this.#next(); batch.length > 0; batch = this.#next()) {
      const bytes = batch.reduce((sum, { source }) => sum + sizeOf(source), 0);
      // What cannot be kept is chosen again after a reload.
      if (await hasRoom(bytes)) await store.keepSources(batch).catch(() => undefined);
      // What went through meanwhile took nothing along when its record was removed.
      const through = batch.flatMap(({ id }) => (this.#sources.has(id) ? [] : [id]));
      if (through.length > 0) await store.write([], through).catch(() => undefined);
    }
    this.#isKeeping = false;
  }

  #next(): { id: string; source: FileSource | Blob }[] {
    const batch: { id: string; source: FileSource | Blob }[] = [];
    let bytes = 0;
    for (const [id, source] of this.#unkept) {
      if (batch.length > 0 && (batch.length === BATCH_FILES || bytes >= BATCH_BYTES)) break;
      this.#unkept.delete(id);
      batch.push({ id, source });
      bytes += sizeOf(source);
    }
    return batch;
  }
}

/** A handle takes no room. */
function sizeOf(source: FileSource | Blob): number {
  return source instanceof Blob ? source.size : 0;
}

async function hasRoom(bytes: number): Promise<boolean> {
  if (bytes === 0) return true;
  try {
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    return usage + bytes + SPARE < quota;
  } catch {
    return false;
  }
}
