import { queryOptions } from "@tanstack/react-query";
import { apiIn } from "../session/space-api.ts";
import { thumbnailAddress } from "../viewer/file-address.ts";
import { drawnThumbnail } from "./drawn-thumbnails.ts";
import { InfoBatches } from "./info-batches.ts";
import { nextLook } from "./next-look.ts";
import type { Pictured } from "./pictured.ts";

/** Milliseconds in which what is asked for goes into one request. */
const MOMENT = 40;

const batches = new InfoBatches(
  (sharedIn, ids) => apiIn(sharedIn).thumbnails(ids),
  (run) => setTimeout(run, MOMENT),
);

/** What the server knows of a file's thumbnail; asked again while it is being made. Null: it knows no such file. */
export function infoQuery({ id, version, type, size, sharedIn }: Pictured) {
  return queryOptions({
    queryKey: ["thumbnail", sharedIn, id, version],
    queryFn: ({ signal }) => batches.info(sharedIn, id, signal),
    enabled: type === "file" && size > 0,
    // One that is not there may be given by another browser.
    staleTime: ({ state: { data } }) => (data && data.reason === null ? Infinity : 30_000),
    refetchInterval: ({ state: { data, dataUpdateCount } }) => nextLook(data, version, dataUpdateCount),
    refetchOnReconnect: true,
  });
}

/** The thumbnail that this browser draws; see `drawnThumbnail`. */
export function drawnQuery(file: Pictured, mayDraw: boolean) {
  return queryOptions({
    queryKey: ["drawn-thumbnail", file.sharedIn, file.id, file.version, mayDraw],
    queryFn: ({ signal }) => drawnThumbnail(file, mayDraw, signal),
    staleTime: Infinity,
    refetchOnReconnect: true,
  });
}

/** The first lines of a text, as the server keeps them. */
export function linesQuery({ id, version, sharedIn }: Pictured, isWanted: boolean) {
  return queryOptions({
    queryKey: ["thumbnail-lines", sharedIn, id, version],
    queryFn: async ({ signal }) => {
      const answer = await fetch(thumbnailAddress(id, version, sharedIn), { signal });
      if (!answer.ok) throw new Error("the thumbnail did not come");
      return answer.text();
    },
    enabled: isWanted,
    staleTime: Infinity,
  });
}
