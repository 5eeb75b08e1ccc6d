import openDecoder from "libheif-js/libheif-wasm/libheif.js";
import wasm from "libheif-js/libheif-wasm/libheif.wasm?url";
import type { HeifAnswer, HeifQuestion } from "./decode-heif.ts";

/**
 * Decodes one HEIC picture, beside the page's thread and in memory that goes with this worker. Its address has a policy of
 * its own that lets WebAssembly run (web/public/_headers): the page's does not.
 */

/** The most that is decoded: 48 megapixels are what phones take, and 4 bytes each. */
const PIXELS = 64_000_000;

self.addEventListener("message", ({ data }: MessageEvent<HeifQuestion>) => {
  void decode(data).then(
    (picture) => tell({ picture }),
    (error: unknown) => tell({ error: error instanceof Error ? error.message : String(error) }),
  );
});

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's page needs no origin
const tell = (answer: HeifAnswer): void => self.postMessage(answer);

async function decode({ bytes, side }: HeifQuestion): Promise<Blob> {
  const answer = await fetch(wasm);
  if (!answer.ok) throw new Error("the decoder did not come");
  const library = openDecoder({ wasmBinary: await answer.arrayBuffer() });
  const pictures = new library.HeifDecoder().decode(bytes);
  const picture = pictures.find((each) => each.is_primary()) ?? pictures[0];
  if (!picture) throw new Error("no picture that can be read");
  const width = picture.get_width();
  const height = picture.get_height();
  if (width * height > PIXELS) throw new Error(`more than ${PIXELS} pixels`);
  const image = new ImageData(width, height);
  const drawn = await new Promise((resolve) => {
    picture.display(image, resolve);
  });
  if (!drawn) throw new Error("the picture cannot be read");
  return encode(image, side);
}

/** As JPEG, with its longer side no longer than `side`; transparency is white. */
async function encode(image: ImageData, side: number): Promise<Blob> {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(image.width * scale)),
    Math.max(1, Math.round(image.height * scale)),
  );
  const context = canvas.getContext("2d");
  if (!context) throw new Error("the browser has no canvas");
  const whole = await createImageBitmap(image);
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.imageSmoothingQuality = "high";
  context.drawImage(whole, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.92 });
}
