import { extensionOf } from "../../../../core/file-kind.ts";

export interface HeifQuestion {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Pixels of the longer side, at most. */
  readonly side: number;
}

export type HeifAnswer = { readonly picture: Blob } | { readonly error: string };

/** After which a file is given up that its decoder does not come to an end with. Milliseconds. */
const PATIENCE = 60_000;

/** Whether a file is what phones photograph to, which of the browsers Safari alone reads. */
export function isHeif(name: string): boolean {
  const extension = extensionOf(name);
  return extension === "heic" || extension === "heif";
}

/**
 * A HEIC picture as JPEG, upright, its longer side no longer than `side` pixels. Each is decoded in a worker of its own: what
 * is wrong with one ends with it. `bytes` are given away. Rejects where it cannot be read, or `signal` ends it.
 */
export async function decodeHeif(
  bytes: Uint8Array<ArrayBuffer>,
  signal: AbortSignal,
  side = Number.POSITIVE_INFINITY,
): Promise<Blob> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./heif.worker.ts", import.meta.url), { type: "module", name: "heif" });
  const ended = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
  try {
    return await new Promise<Blob>((resolve, reject) => {
      ended.addEventListener("abort", () => reject(ended.reason as Error), { once: true });
      worker.addEventListener("error", ({ message }) => reject(new Error(message || "the decoder did not start")));
      worker.addEventListener("message", ({ data }: MessageEvent<HeifAnswer>) => {
        if ("picture" in data) resolve(data.picture);
        else reject(new Error(data.error));
      });
      const question: HeifQuestion = { bytes, side };
      worker.postMessage(question, [bytes.buffer]);
    });
  } finally {
    worker.terminate();
  }
}
