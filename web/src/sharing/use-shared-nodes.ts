import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useNotice } from "../drive/hooks.ts";
import { useLater } from "../ui/use-later.ts";
import { linksQuery } from "./link-requests.ts";
import { setSharedNodes } from "./shared-nodes.ts";

/** Keeps known which nodes have links, for the signs in lists. Once, inside the shell. */
export function useSharedNodes(): void {
  const client = useQueryClient();
  const { data } = useQuery({ ...linksQuery, enabled: useLater() });
  useNotice("links", () => void client.invalidateQueries({ queryKey: linksQuery.queryKey }));
  useEffect(() => {
    if (data) setSharedNodes(new Set(data.map(({ node }) => node)));
  }, [data]);
}
