import { createContext, use } from "react";
import type { SharedLink } from "../../../protocol/share.ts";
import type { FileSource } from "../viewer/file-source.ts";
import { guestHttp, sharedPath } from "./guest-requests.ts";

/** The link that a guest's page is about. */
export interface OpenedLink extends SharedLink {
  readonly secret: string;
  /** Whether files may be saved. */
  readonly canSave: boolean;
  /** Whether looking at a file takes one of a limited number of downloads (SPEC L5): then nothing is shown unasked. */
  readonly isCounted: boolean;
}

export const OpenedLinkContext = createContext<OpenedLink | null>(null);

export function useOpenedLink(): OpenedLink {
  const link = use(OpenedLinkContext);
  if (!link) throw new Error("only what a link opens has one");
  return link;
}

/** Where the viewer finds what a link reaches. */
export function filesOf(secret: string): FileSource {
  const address = (file: string, version?: number, disposition?: "inline"): string => {
    const query = new URLSearchParams();
    if (version !== undefined) query.set("version", String(version));
    if (disposition) query.set("disposition", disposition);
    return `/api${sharedPath(secret, `/files/${file}`)}?${query}`;
  };
  return {
    name: `link ${secret}`,
    // What is drawn is never saved by it.
    address: (file, version) => address(file, version, "inline"),
    download: (file, { version, range, signal }, consume) =>
      guestHttp.send(
        {
          path: sharedPath(secret, `/files/${file}`),
          query: { version, disposition: "inline" },
          headers: range ? { Range: `bytes=${range.join("-")}` } : {},
          signal,
        },
        consume,
      ),
  };
}
