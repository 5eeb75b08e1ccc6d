import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { SharedLocation, SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { errorText } from "../ui/error-text.ts";
import { saveAddress } from "../ui/save-as.ts";
import { guestHttp, isMissing, linkQuery, sharedPath } from "./guest-requests.ts";
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
          client.setQueryData(linkQuery(secret).queryKey, (link) =>
            link?.downloadsLeft ? { ...link, downloadsLeft: link.downloadsLeft - 1 } : link,
          );
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

async function begin(secret: string, nodes: Parameters<Download>[0]): Promise<void> {
  const [first] = nodes;
  if (!first) return;
  await guestHttp.json<SharedLocation>({ path: sharedPath(secret, `/nodes/${first.id}`) });
  if (nodes.length === 1 && first.type === "file") {
    return saveAddress(`/api${sharedPath(secret, `/files/${first.id}`)}`, first.name);
  }
  const ids = nodes.map(({ id }) => id);
  if (ids.length <= IDS_IN_ADDRESS) {
    return saveAddress(`/api${sharedPath(secret, "/zip")}?${new URLSearchParams(ids.map((id) => ["id", id]))}`, "");
  }
  const request = { method: "POST", path: sharedPath(secret, "/zip"), json: { ids }, repeatable: false };
  const archive = await guestHttp.send(request, (response) => response.blob());
  const address = URL.createObjectURL(archive);
  saveAddress(address, "Ledge.zip");
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
