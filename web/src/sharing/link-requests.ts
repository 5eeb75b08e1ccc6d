import { queryOptions } from "@tanstack/react-query";
import type { Link, LinkChanges, LinkSettings } from "../../../protocol/share.ts";
import { queryClient } from "../app/query-client.ts";
import { api } from "../session/api.ts";

/** All links of the account, newest first: asked for once, and kept current by notices of the socket. */
export const linksQuery = queryOptions({
  queryKey: ["links"],
  queryFn: async ({ signal }): Promise<readonly Link[]> => {
    const all: Link[] = [];
    for await (const link of api.links(undefined, signal)) all.push(link);
    return all;
  },
});

export async function makeLink(node: string, settings: LinkSettings): Promise<Link> {
  const link = await api.share(node, settings);
  know((links) => [link, ...links.filter(({ id }) => id !== link.id)]);
  return link;
}

export async function changeLink(id: string, changes: LinkChanges): Promise<Link> {
  const link = await api.changeLink(id, changes);
  know((links) => links.map((each) => (each.id === id ? link : each)));
  return link;
}

export async function revokeLink(id: string): Promise<void> {
  await api.unshare(id);
  know((links) => links.filter((each) => each.id !== id));
}

/** What was answered is shown at once; the server is asked again for all the rest. */
function know(change: (links: readonly Link[]) => readonly Link[]): void {
  queryClient.setQueryData(linksQuery.queryKey, (links) => links && change(links));
  void queryClient.invalidateQueries({ queryKey: linksQuery.queryKey });
}
