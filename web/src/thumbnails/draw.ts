import { fileKind } from "../../../core/file-kind.ts";
import { mediaType } from "../../../core/media-type.ts";
import { LIMITS } from "../../../protocol/limits.ts";
import { fileAddress } from "../viewer/file-address.ts";
import { filesIn } from "../viewer/file-source.ts";
import { decodeHeif, isHeif } from "../viewer/heif/decode-heif.ts";
import { loadBytes } from "../viewer/load-bytes.ts";
import { DECODED_PIXELS, isShownEverywhere, isTooLarge, type Pictured } from "./pictured.ts";

/** Tried in turn, until one is small enough: not every browser writes WebP. */
const WAYS = [
  ["image/webp", 0.8],
  ["image/jpeg", 0.8],
  ["image/jpeg", 0.5],
] as const;
/** Where in a film its poster is: seconds, and of how much of it at most. */
const POSTER = { at: 1, share: 0.1 };

/**
 * A file's thumbnail, drawn by this browser, within what the server takes (H5); rejects where the browser cannot.
 *
 * @param signal - Ends it, and what it reads.
 */
export async function drawThumbnail(file: Pictured, signal: AbortSignal): Promise<Blob> {
  switch (fileKind(file.name)) {
    case "pdf":
      return drawPdf(file, signal);
    case "video":
      return drawFilm(file, signal);
    default:
      return drawImage(file, signal);
  }
}

async function drawPdf(file: Pictured, signal: AbortSignal): Promise<Blob> {
  const { openPdf } = await import("../viewer/pdf/open-pdf.ts");
  signal.throwIfAborted();
  const { document: opened, end } = openPdf(filesIn(file.sharedIn), file, DECODED_PIXELS);
  signal.addEventListener("abort", end, { once: true });
  try {
    const page = await (await opened).getPage(1);
    const { width, height } = page.getViewport({ scale: 1 });
    const viewport = page.getViewport({ scale: LIMITS.givenThumbnailSide / Math.max(width, height) });
    const canvas = canvasOf(viewport.width, viewport.height);
    await page.render({ canvas, viewport }).promise;
    return await encode(canvas);
  } finally {
    signal.removeEventListener("abort", end);
    end();
  }
}

async function drawImage(file: Pictured, signal: AbortSignal): Promise<Blob> {
  const isRead = isShownEverywhere(file.name) || (await isDecoded(mediaType(file.name)));
  if (!isRead && !isHeif(file.name)) throw new Error("no decoder for it");
  const whole = await loadBytes(filesIn(file.sharedIn), file, file.size, signal);
  const bytes = isRead ? new Blob([whole]) : await decodeHeif(whole, signal, LIMITS.givenThumbnailSide);
  if (isRead) await expectDecodable(bytes, signal);
  const bitmap = await createImageBitmap(bytes);
  try {
    signal.throwIfAborted();
    return await drawSmall(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/** Whether the browser has a decoder for images of a type, as far as it tells: else a phone's pictures are read for nothing. */
function isDecoded(type: string): Promise<boolean> {
  return "ImageDecoder" in globalThis ? ImageDecoder.isTypeSupported(type) : Promise.resolve(true);
}

/** Rejects where an image is too large to be decoded, which its head tells: an element reads no further by itself. */
async function expectDecodable(bytes: Blob, signal: AbortSignal): Promise<void> {
  const address = URL.createObjectURL(bytes);
  const image = new Image();
  try {
    const hasCome = once(image, "load", signal);
    image.src = address;
    await hasCome;
    if (isTooLarge(image.naturalWidth, image.naturalHeight)) throw new Error("the image has too many pixels");
  } finally {
    image.removeAttribute("src");
    URL.revokeObjectURL(address);
  }
}

async function drawFilm({ id, version, name, sharedIn }: Pictured, signal: AbortSignal): Promise<Blob> {
  const film = document.createElement("video");
  if (film.canPlayType(mediaType(name)) === "") throw new Error("the browser does not play it");
  film.muted = true;
  film.playsInline = true;
  film.preload = "metadata";
  try {
    const hasBegun = once(film, "loadeddata", signal);
    film.src = fileAddress(id, version, "inline", sharedIn);
    await hasBegun;
    const at = Number.isFinite(film.duration) ? Math.min(POSTER.at, film.duration * POSTER.share) : 0;
    // A film in name alone: sound has no picture.
    if (film.videoWidth === 0 || isTooLarge(film.videoWidth, film.videoHeight))
      throw new Error("there is no picture to draw");
    if (at > 0) {
      const isThere = once(film, "seeked", signal);
      film.currentTime = at;
      await isThere;
    }
    return await drawSmall(film, film.videoWidth, film.videoHeight);
  } finally {
    // Ends what is still being read.
    film.removeAttribute("src");
    film.load();
  }
}

function once(element: HTMLElement, event: "load" | "loadeddata" | "seeked", signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    element.addEventListener(event, () => resolve(), { once: true, signal });
    element.addEventListener("error", () => reject(new Error("the browser does not show it")), { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/** Never larger than it is. */
function drawSmall(picture: CanvasImageSource, width: number, height: number): Promise<Blob> {
  const scale = Math.min(1, LIMITS.givenThumbnailSide / Math.max(width, height));
  const canvas = canvasOf(width * scale, height * scale);
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser has no canvas");
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return encode(canvas);
}

function canvasOf(width: number, height: number): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  const side = (length: number): number => Math.min(LIMITS.givenThumbnailSide, Math.max(1, Math.round(length)));
  canvas.width = side(width);
  canvas.height = side(height);
  return canvas;
}

async function encode(canvas: HTMLCanvasElement): Promise<Blob> {
  for (const [type, quality] of WAYS) {
    const blob = await new Promise<Blob | null>((resolve) => {
      canvas.toBlob(resolve, type, quality);
    });
    if (blob && blob.size <= LIMITS.givenThumbnailBytes) return blob;
  }
  throw new Error("the thumbnail is too large");
}
