import { infiniteQueryOptions } from "@tanstack/react-query";
import type { Version, VersionPage } from "../../../../protocol/tree.ts";
import type { Entry } from "../../drive/drive.ts";
import { apiIn } from "../../session/space-api.ts";

const PAGE = 50;

/** A file's versions, newest first, page by page. With another version of the file they are others. */
export function versionsQuery({ id, sharedIn, version }: Pick<Entry, "id" | "sharedIn" | "version">) {
  return infiniteQueryOptions({
    queryKey: ["versions", id, version],
    queryFn: ({ pageParam, signal }): Promise<VersionPage> =>
      apiIn(sharedIn).versionsPage(id, { cursor: pageParam, limit: PAGE }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    select: ({ pages }): readonly Version[] => pages.flatMap((page) => page.versions),
  });
}
