import { queryOptions } from "@tanstack/react-query";
import type { FileSource } from "./file-source.ts";
import { decodeText, type DecodedText } from "./text-encoding.ts";

/** A version of a file: what its bytes are fetched by. */
export interface FileVersion {
  readonly id: string;
  readonly version: number;
  /** Bytes. */
  readonly size: number;
}

/** A version's first `limit` bytes; fewer where it has fewer. */
export async function loadBytes(
  source: FileSource,
  { id, version, size }: FileVersion,
  limit: number,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  if (size === 0) return new Uint8Array();
  const range = limit < size ? ([0, limit - 1] as const) : undefined;
  const options = { version, signal, ...(range && { range }) };
  return source.download(id, options, async (response) => new Uint8Array(await response.arrayBuffer()));
}

/** The text that a version begins with; null where it is none. */
export function textQuery(source: FileSource, file: FileVersion, limit: number) {
  return queryOptions({
    queryKey: ["file-text", source.name, file.id, file.version, limit],
    queryFn: async ({ signal }): Promise<DecodedText | null> =>
      decodeText(await loadBytes(source, file, limit, signal), limit < file.size),
    // What a version holds never changes; but texts are large.
    staleTime: Infinity,
    gcTime: 30_000,
  });
}
