/**
 * A response body of exactly `length` bytes, so that `Content-Length` is sent. Pieces are written as the client takes
 * them. An error of theirs breaks the connection off: the client sees a failed transfer, never a short file. When the
 * client goes away, the pieces are asked for no more.
 */
export function bodyOfLength(pieces: AsyncIterable<Uint8Array>, length: number): ReadableStream {
  return pump(pieces, new FixedLengthStream(length));
}

/** As `bodyOfLength`, of unknown length. */
export function bodyOf(pieces: AsyncIterable<Uint8Array>): ReadableStream {
  return pump(pieces, new IdentityTransformStream());
}

function pump(pieces: AsyncIterable<Uint8Array>, { readable, writable }: IdentityTransformStream): ReadableStream {
  const writer = writable.getWriter();
  const write = async (): Promise<void> => {
    for await (const piece of pieces) await writer.write(piece);
    await writer.close();
  };
  write().catch((error: unknown) => writer.abort(error).catch(() => undefined));
  return readable;
}

/**
 * The same pieces, after the first has been made: its failure is thrown here, while an error can still be answered.
 */
export async function firstMade(pieces: AsyncGenerator<Uint8Array, void, void>): Promise<AsyncGenerator<Uint8Array>> {
  const first = await pieces.next();
  return (async function* () {
    if (!first.done) yield first.value;
    yield* pieces;
  })();
}
