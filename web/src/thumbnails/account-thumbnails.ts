import { apiIn } from "../session/space-api.ts";
import { fileAddress, thumbnailAddress } from "../viewer/file-address.ts";
import { drawnThumbnail } from "./drawn-thumbnails.ts";
import type { ThumbnailSource } from "./thumbnail-source.ts";

const sources = new Map<string | null, ThumbnailSource>();

/** The thumbnails of whoever is signed in, or those in a folder that is shared with them; see `Entry.sharedIn`. */
export function thumbnailsIn(sharedIn: string | null): ThumbnailSource {
  const known = sources.get(sharedIn);
  if (known) return known;
  const source: ThumbnailSource = {
    name: sharedIn ?? "own",
    infos: (ids) => apiIn(sharedIn).thumbnails(ids),
    thumbnailAddress: (id, version) => thumbnailAddress(id, version, sharedIn),
    fileAddress: (id, version) => fileAddress(id, version, "inline", sharedIn),
    draw: (file, mayDraw, signal) => drawnThumbnail({ ...file, sharedIn }, mayDraw, signal),
  };
  sources.set(sharedIn, source);
  return source;
}
