import { FRAME_HEADER_BYTES, toHex } from "../../protocol/pack-frame.ts";
import { LIMITS } from "../../protocol/limits.ts";

/** A frame's header as it arrived; its bytes follow. */
export interface FrameHeader {
  /** Lower-case hex SHA-256 that the server claims. */
  readonly id: string;
  readonly size: number;
}

/** What arrived is no sequence of frames. */
export class InvalidFrame extends Error {
  override readonly name = "InvalidFrame";
}

/** Takes pack frames out of a stream, bytes into memory of the caller's choosing: holds one part of the stream at most. */
export class FrameStream {
  readonly #parts: AsyncIterator<Uint8Array>;
  #part: Uint8Array = new Uint8Array(0);

  constructor(parts: AsyncIterable<Uint8Array>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  /** The next frame's header. Rejects with `InvalidFrame`, or as the stream does. */
  async header(): Promise<FrameHeader> {
    const bytes = new Uint8Array(FRAME_HEADER_BYTES);
    await this.bytes(bytes);
    const size = new DataView(bytes.buffer).getUint32(32);
    if (size === 0 || size > LIMITS.chunkMaxBytes) throw new InvalidFrame(`a frame announces ${size} bytes`);
    return { id: toHex(bytes.subarray(0, 32)), size };
  }

  /** Fills `into` with the stream's next bytes. */
  async bytes(into: Uint8Array): Promise<void> {
    for (let filled = 0; filled < into.length;) {
      if (this.#part.length === 0) {
        const next = await this.#parts.next();
        if (next.done) throw new InvalidFrame("the answer ended within a frame");
        this.#part = next.value;
        continue;
      }
      const piece = this.#part.subarray(0, into.length - filled);
      into.set(piece, filled);
      filled += piece.length;
      this.#part = this.#part.subarray(piece.length);
    }
  }

  /** Lets go of the stream; what is left of it is not read. */
  async close(): Promise<void> {
    await this.#parts.return?.();
  }
}
