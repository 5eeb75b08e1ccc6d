import { queryOptions } from "@tanstack/react-query";
import { InfoBatches } from "./info-batches.ts";
import { nextLook } from "./next-look.ts";
import type { PicturedFile, ThumbnailSource } from "./thumbnail-source.ts";

/** Milliseconds in which what is asked for goes into one request. */
const MOMENT = 40;

const batches = new InfoBatches(
  (source: ThumbnailSource, ids) => source.infos(ids),
  (run) => setTimeout(run, MOMENT),
);

/** What the server knows of a file's thumbnail; asked again while it is being made. Null: it knows no such file. */
export function infoQuery(source: ThumbnailSource, { id, version, type, size }: PicturedFile) {
  return queryOptions({
    queryKey: ["thumbnail", source.name, id, version],
    queryFn: ({ signal }) => batches.info(source, id, signal),
    enabled: type === "file" && size > 0,
    // One that is not there may be given by another browser.
    staleTime: ({ state: { data } }) => (data && data.reason === null ? Infinity : 30_000),
    refetchInterval: ({ state: { data, dataUpdateCount } }) => nextLook(data, version, dataUpdateCount),
    refetchOnReconnect: true,
  });
}

/** The thumbnail that this browser draws; see `drawnThumbnail`. Null where it draws none. */
export function drawnQuery(source: ThumbnailSource, file: PicturedFile, mayDraw: boolean) {
  return queryOptions({
    queryKey: ["drawn-thumbnail", source.name, file.id, file.version, mayDraw],
    queryFn: ({ signal }) => source.draw?.(file, mayDraw, signal) ?? null,
    staleTime: Infinity,
    refetchOnReconnect: true,
  });
}

/** The first lines of a text, as the server keeps them. */
export function linesQuery(source: ThumbnailSource, { id, version }: PicturedFile, isWanted: boolean) {
  return queryOptions({
    queryKey: ["thumbnail-lines", source.name, id, version],
    queryFn: async ({ signal }) => {
      const answer = await fetch(source.thumbnailAddress(id, version), { signal });
      if (!answer.ok) throw new Error("the thumbnail did not come");
      return answer.text();
    },
    enabled: isWanted,
    staleTime: Infinity,
  });
}
