import type { ThumbnailInfo } from "../../../protocol/thumbnails.ts";
import type { Pictured } from "./pictured.ts";

/** A file of which a thumbnail is shown, wherever it is from. */
export type PicturedFile = Omit<Pictured, "sharedIn">;

/** Where thumbnails come from: those of the account's files, or of those of a link. */
export interface ThumbnailSource {
  /** Tells what is kept of one source from what is kept of another. */
  readonly name: string;
  /** What the server knows, of `LIMITS.thumbnails` files at most; what is not there is left out. */
  readonly infos: (ids: readonly string[]) => Promise<readonly ThumbnailInfo[]>;
  /** The addresses of a version's thumbnail, and of the file as it is. */
  readonly thumbnailAddress: (id: string, version: number) => string;
  readonly fileAddress: (id: string, version: number) => string;
  /** See `drawnThumbnail`; null: nothing is drawn by this browser. */
  readonly draw: ((file: PicturedFile, mayDraw: boolean, signal: AbortSignal) => Promise<Blob | null>) | null;
}
