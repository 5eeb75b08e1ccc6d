import { infiniteQueryOptions } from "@tanstack/react-query";
import type { Version, VersionPage } from "../../../../protocol/tree.ts";
import { api } from "../../session/api.ts";

const PAGE = 50;

/** A file's versions, newest first, page by page. `newest` is the file's version: with another one they are others. */
export function versionsQuery(file: string, newest: number) {
  return infiniteQueryOptions({
    queryKey: ["versions", file, newest],
    queryFn: ({ pageParam, signal }): Promise<VersionPage> =>
      api.http.json({ path: `/files/${file}/versions`, query: { cursor: pageParam, limit: PAGE }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    select: ({ pages }): readonly Version[] => pages.flatMap((page) => page.versions),
  });
}
