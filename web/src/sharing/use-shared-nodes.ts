import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useDrive } from "../drive/drive-context.ts";
import { linksQuery } from "./link-requests.ts";
import { setSharedNodes } from "./shared-nodes.ts";

/** Milliseconds: the files come first. */
const LATER = 1_000;

/** Keeps known which nodes have links, for the signs in lists. Once, inside the shell. */
export function useSharedNodes(): void {
  const drive = useDrive();
  const client = useQueryClient();
  const [isWanted, setWanted] = useState(false);
  const { data } = useQuery({ ...linksQuery, enabled: isWanted });
  useEffect(() => {
    const timer = setTimeout(() => setWanted(true), LATER);
    return () => clearTimeout(timer);
  }, []);
  useEffect(
    () =>
      drive.onNotice((about) => {
        if (about === "links") void client.invalidateQueries({ queryKey: linksQuery.queryKey });
      }),
    [drive, client],
  );
  useEffect(() => {
    if (data) setSharedNodes(new Set(data.map(({ node }) => node)));
  }, [data]);
}
