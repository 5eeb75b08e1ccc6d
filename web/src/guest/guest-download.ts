import { notifications } from "@mantine/notifications";
import { useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { errorText } from "../ui/error-text.ts";
import { saveAddress, saveByForm } from "../ui/save-as.ts";
import { isMissing, linkQuery, sharedApi } from "./guest-requests.ts";
import { useOpenedLink } from "./opened-link.ts";

/** How many ids an address holds for sure: 40 bytes each, of 8 KiB. */
const IDS_IN_ADDRESS = 180;

type Download = (nodes: readonly Pick<SharedNode, "id" | "name" | "type">[]) => void;

/**
 * Lets the browser save a file as it is, and folders or several as one zip. Asks the server first, so that what is gone or
 * used up is told on the page. Stable.
 */
export function useGuestDownload(): Download {
  const { secret } = useOpenedLink();
  const client = useQueryClient();
  return useCallback(
    (nodes) => {
      begin(secret, nodes).then(
        () => {
          spendDownload(client, secret);
        },
        (error: unknown) => {
          const message = isMissing(error) ? strings.guest.goneInsideText : errorText(error);
          notifications.show({ color: "red", title: strings.guest.downloadFailed, message });
          // It is gone, or the link is.
          if (isMissing(error)) void client.invalidateQueries({ queryKey: ["shared", secret] });
        },
      );
    },
    [secret, client],
  );
}

/** Shows one download less, as the server counted it: asking would count as a visit. */
export function spendDownload(client: QueryClient, secret: string): void {
  client.setQueryData(linkQuery(secret).queryKey, (link) =>
    link?.downloadsLeft ? { ...link, downloadsLeft: link.downloadsLeft - 1 } : link,
  );
}

async function begin(secret: string, nodes: Parameters<Download>[0]): Promise<void> {
  const [first] = nodes;
  if (!first) return;
  const shared = sharedApi(secret);
  await shared.node(first.id);
  const ids = nodes.map(({ id }) => id);
  if (nodes.length === 1 && first.type === "file") saveAddress(shared.fileAddress(first.id), first.name);
  else if (ids.length <= IDS_IN_ADDRESS) saveAddress(shared.zipAddress(ids), "");
  else {
    await saveByForm(
      shared.zipAddress(),
      ids.map((id) => ["ids", id]),
    );
  }
}
