/**
 * Buffers of one size that are used again. The garbage collector alone returns large ones too late: a streamed file would
 * take several times the memory that is in flight.
 */
export class BufferPool {
  readonly #size: number;
  readonly #free: Uint8Array<ArrayBuffer>[] = [];
  readonly #holders = new Map<ArrayBufferLike, number>();

  constructor(size: number) {
    this.#size = size;
  }

  /** A buffer with any content and one holder. */
  take(): Uint8Array<ArrayBuffer> {
    const buffer = this.#free.pop() ?? new Uint8Array(this.#size);
    this.#holders.set(buffer.buffer, 1);
    return buffer;
  }

  /** Adds a holder of the buffer that `view` shows a part of. */
  hold(view: Uint8Array): void {
    this.#holders.set(view.buffer, (this.#holders.get(view.buffer) ?? 0) + 1);
  }

  /** Ends one holding; with the last, the buffer may be given out and written over at once. */
  release(view: Uint8Array<ArrayBuffer>): void {
    const left = (this.#holders.get(view.buffer) ?? 0) - 1;
    if (left > 0) {
      this.#holders.set(view.buffer, left);
    } else if (this.#holders.delete(view.buffer)) {
      this.#free.push(new Uint8Array(view.buffer));
    }
  }
}
