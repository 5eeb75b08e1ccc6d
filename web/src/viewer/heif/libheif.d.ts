/** The part of libheif's JavaScript that is used here; its own types are of the C functions below it. */
declare module "libheif-js/libheif-wasm/libheif.js" {
  interface HeifPicture {
    is_primary(): boolean;
    get_width(): number;
    get_height(): number;
    /** Fills `image`, turned and mirrored as the file says; `done` is given null where it cannot be decoded. */
    display(image: ImageData, done: (image: ImageData | null) => void): void;
  }
  interface HeifDecoder {
    /** Empty where nothing can be read. */
    decode(bytes: Uint8Array): readonly HeifPicture[];
  }
  export default function open(options: { readonly wasmBinary: ArrayBuffer }): {
    readonly HeifDecoder: new () => HeifDecoder;
  };
}
