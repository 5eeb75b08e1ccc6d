import { extensionOf, fileKind } from "../../../core/file-kind.ts";

const MIB = 1024 * 1024;

/** What draws a file. `card` says why nothing does. */
export type PreviewKind = "image" | "vector" | "video" | "audio" | "pdf" | "markdown" | "table" | "text";
export type Unshown = "not_shown" | "too_large" | "empty";
export type PreviewChoice =
  { readonly kind: PreviewKind } | { readonly kind: "card"; readonly why: Unshown; readonly limit?: number };

/** Bytes that are read at most to draw a file of a kind; absent: it is read by ranges, as far as it is looked at. */
const LIMIT: Readonly<Partial<Record<PreviewKind, number>>> = {
  image: 200 * MIB,
  vector: 10 * MIB,
  pdf: 500 * MIB,
};
/** A larger one is shown as text. Bytes. */
const MARKDOWN_LIMIT = MIB;
/** What has no known extension is looked into up to this size: it may be text. Bytes. */
const SNIFFED_LIMIT = 2 * MIB;

/** Images that browsers cannot draw. */
const UNDRAWN_IMAGES = new Set(["tif", "tiff", "jxl", "raw", "cr2", "nef", "arw", "dng", "psd", "ai"]);
const UNPLAYED = new Set(["avi", "mpg", "mpeg", "wmv", "wma", "aif", "aiff", "mid", "midi"]);

/** How a file is drawn, by its name and size in bytes. */
export function previewKind(name: string, size: number): PreviewChoice {
  if (size === 0) return { kind: "card", why: "empty" };
  const kind = kindOf(name, size);
  if (kind === "not_shown") return { kind: "card", why: kind };
  const limit = LIMIT[kind];
  return limit !== undefined && size > limit ? { kind: "card", why: "too_large", limit } : { kind };
}

function kindOf(name: string, size: number): PreviewKind | "not_shown" {
  const extension = extensionOf(name);
  switch (fileKind(name)) {
    case "image":
      if (extension === "svg") return "vector";
      return UNDRAWN_IMAGES.has(extension) ? "not_shown" : "image";
    case "video":
      return UNPLAYED.has(extension) ? "not_shown" : "video";
    case "audio":
      return UNPLAYED.has(extension) ? "not_shown" : "audio";
    case "pdf":
      return "pdf";
    case "markdown":
      return size > MARKDOWN_LIMIT ? "text" : "markdown";
    case "table":
      return "table";
    case "code":
      return extension === "wasm" ? "not_shown" : "text";
    case "text":
      return "text";
    case "other":
      return size <= SNIFFED_LIMIT ? "text" : "not_shown";
    default:
      return "not_shown";
  }
}

/** The largest text that the editor takes. Bytes. */
export const EDITABLE_BYTES = 2 * MIB;

/** Whether the editor takes a file; that its bytes are text is only known when they are read. */
export function isEditable(name: string, size: number): boolean {
  if (size > EDITABLE_BYTES) return false;
  const kind = size === 0 ? kindOf(name, 1) : kindOf(name, size);
  return kind === "text" || kind === "markdown" || kind === "table" || kind === "vector";
}
