import decodeJpeg, { init as initJpeg } from "@jsquash/jpeg/decode.js";
import jpegDecoder from "@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm";
import decodeWebp, { init as initWebpDecoder } from "@jsquash/webp/decode.js";
import webpDecoder from "@jsquash/webp/codec/dec/webp_dec.wasm";
import encodeWebp, { init as initWebpEncoder } from "@jsquash/webp/encode.js";
import webpEncoder from "@jsquash/webp/codec/enc/webp_enc_simd.wasm";
import type { Codecs } from "./read-picture.ts";

/** What the decoders make their answer with; workerd, which has no canvas, has none. */
class WorkerImageData {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;

  constructor(data: Uint8ClampedArray, width: number, height: number) {
    this.data = data;
    this.width = width;
    this.height = height;
  }
}
Object.assign(globalThis, { ImageData: WorkerImageData });

const QUALITY = 72;

/**
 * The codecs of Squoosh (mozjpeg, libwebp), as WebAssembly. Each call makes an instance of its own: its memory never shrinks,
 * and is let go with it.
 */
export const WASM_CODECS: Codecs = {
  async decodeJpeg(bytes) {
    await (initJpeg as Init)(jpegDecoder);
    return decodeJpeg(bytes.slice().buffer, { preserveOrientation: false });
  },
  async decodeWebp(bytes) {
    await (initWebpDecoder as Init)(webpDecoder);
    return decodeWebp(bytes.slice().buffer);
  },
  async encodeWebp({ data, width, height }) {
    await (initWebpEncoder as Init)(webpEncoder);
    const image = new WorkerImageData(new Uint8ClampedArray(data), width, height);
    return new Uint8Array(await encodeWebp(image, { quality: QUALITY }));
  },
};

/** As it is documented; the packages' types lack the module. */
type Init = (module: WebAssembly.Module) => Promise<unknown>;
