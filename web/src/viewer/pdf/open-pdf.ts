import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from "pdfjs-dist";
// oxlint-disable-next-line import/default -- Vite makes the address that is its default
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import type { FileSource } from "../file-source.ts";
import type { FileVersion } from "../load-bytes.ts";

GlobalWorkerOptions.workerSrc = worker;

/**
 * What documents lean on that do not bring it along, fetched one by one: character maps, the fourteen fonts, and decoders of
 * scans (JPEG 2000, JBIG2). Those run in pdf.js' worker, the policy of which lets WebAssembly run (web/public/_headers).
 */
const EXTRAS: Readonly<Record<string, string>> = {
  ...import.meta.glob<string>("../../../../node_modules/pdfjs-dist/cmaps/*.bcmap", {
    eager: true,
    query: "?url",
    import: "default",
  }),
  ...import.meta.glob<string>("../../../../node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}", {
    eager: true,
    query: "?url",
    import: "default",
  }),
  ...import.meta.glob<string>("../../../../node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm", {
    eager: true,
    query: "?url",
    import: "default",
  }),
};
const ADDRESSES = new Map(Object.entries(EXTRAS).map(([path, address]) => [path.split("/").at(-1) ?? "", address]));

class Extras {
  async fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
    const address = ADDRESSES.get(filename);
    if (address === undefined) throw new Error(`there is no ${filename}`);
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(`${filename} did not come`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}

/** Read at a time. Bytes. */
const RANGE = 256 * 1024;

/**
 * Opens a PDF, of which only what is looked at is read, by ranges; scripts in it are not run. The answer's `end` gives all
 * of it back.
 *
 * @param largestImage - Pixels; images in it that have more are left out. Absent: none are.
 */
export function openPdf(
  source: FileSource,
  { id, version, size }: FileVersion,
  largestImage = -1,
): {
  readonly document: Promise<PDFDocumentProxy>;
  readonly end: () => void;
} {
  const task = getDocument({
    url: source.address(id, version),
    length: size,
    rangeChunkSize: RANGE,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    maxImageSize: largestImage,
    enableXfa: false,
    useWorkerFetch: false,
    BinaryDataFactory: Extras,
  });
  return { document: task.promise, end: () => void task.destroy() };
}
