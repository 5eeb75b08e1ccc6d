import { createContext, use } from "react";
import type { SharedLink } from "../../../protocol/share.ts";
import type { ThumbnailSource } from "../thumbnails/thumbnail-source.ts";
import type { FileSource } from "../viewer/file-source.ts";
import { guestHttp, sharedApi } from "./guest-requests.ts";

/** The link that a guest's page is about. */
export interface OpenedLink extends SharedLink {
  readonly secret: string;
  /** Whether files may be saved. */
  readonly canSave: boolean;
  /** Whether looking at a file takes one of a limited number of downloads (SPEC L5): then nothing is shown unasked. */
  readonly isCounted: boolean;
  /** Null: there are none, for to show is to download. */
  readonly thumbnails: ThumbnailSource | null;
}

export const OpenedLinkContext = createContext<OpenedLink | null>(null);

export function useOpenedLink(): OpenedLink {
  const link = use(OpenedLinkContext);
  if (!link) throw new Error("only what a link opens has one");
  return link;
}

/** Where the viewer finds what a link reaches. What is drawn is never saved by it. */
export function filesOf(secret: string): FileSource {
  const shared = sharedApi(secret);
  return {
    name: `link ${secret}`,
    address: (id, version) => shared.fileAddress(id, { version, disposition: "inline" }),
    download: (id, { version, range, signal }, consume) => {
      const path = shared.fileAddress(id, { version, disposition: "inline" }).replace(/^\/api/, "");
      return guestHttp.send({ path, headers: range ? { Range: `bytes=${range.join("-")}` } : {}, signal }, consume);
    },
  };
}

/** Where thumbnails of what a link reaches are. A guest's browser draws none: nothing is read that nobody opened. */
export function thumbnailsOf(secret: string): ThumbnailSource {
  const shared = sharedApi(secret);
  return {
    name: `link ${secret}`,
    infos: (ids) => shared.thumbnails(ids),
    thumbnailAddress: (id, version) => shared.thumbnailAddress(id, version),
    fileAddress: (id, version) => shared.fileAddress(id, { version, disposition: "inline" }),
    draw: null,
  };
}
