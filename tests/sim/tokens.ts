const decoder = new TextDecoder("latin1");
const known = new WeakMap<Uint8Array, readonly string[]>();

/** The marks that users left in some bytes: each piece that somebody writes has one of its own, like `t12`. */
export function tokensOf(bytes: Uint8Array): readonly string[] {
  let tokens = known.get(bytes);
  if (!tokens) {
    tokens = decoder.decode(bytes).match(/t\d+;/g) ?? [];
    known.set(bytes, tokens);
  }
  return tokens;
}

/** Makes bytes with marks that were never used before. */
export class Writer {
  #made = 0;

  token(): string {
    return `t${++this.#made};`;
  }

  /** No text: nothing merges it. */
  binary(): Uint8Array {
    return bytesOf(`\0${this.token()}${"#".repeat(this.#made % 60)}`);
  }

  text(lines: number): Uint8Array {
    return bytesOf(Array.from({ length: lines }, () => `${this.token()} line\n`).join(""));
  }
}

export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
