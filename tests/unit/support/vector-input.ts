/** How a test vector's input is made; described for other languages in client/test-vectors/chunker.json. */
export interface VectorInput {
  readonly kind: "xorshift32" | "zeros" | "repeat";
  readonly seed?: number;
  readonly length: number;
  /** `repeat`: hex of what is repeated, cut off at `length`. */
  readonly pattern?: string;
  /** Put in after making: hex, at an offset, moving what follows. */
  readonly insert?: { readonly at: number; readonly hex: string };
}

export function makeInput(input: VectorInput): Uint8Array {
  const made = make(input);
  if (!input.insert) return made;
  const { at, hex } = input.insert;
  return new Uint8Array(Buffer.concat([made.subarray(0, at), Buffer.from(hex, "hex"), made.subarray(at)]));
}

function make({ kind, seed = 1, length, pattern = "00" }: VectorInput): Uint8Array {
  if (kind === "zeros") return new Uint8Array(length);
  if (kind === "repeat") return new Uint8Array(Buffer.alloc(length, Buffer.from(pattern, "hex")));
  const words = new Uint8Array(Math.ceil(length / 4) * 4);
  const view = new DataView(words.buffer);
  let state = seed | 0;
  for (let at = 0; at < words.length; at += 4) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    view.setUint32(at, state >>> 0, true);
  }
  return words.subarray(0, length);
}

/** The same bytes each time, of which no chunk is like another. */
export function seededBytes(seed: number, length: number): Uint8Array {
  return makeInput({ kind: "xorshift32", seed, length });
}
