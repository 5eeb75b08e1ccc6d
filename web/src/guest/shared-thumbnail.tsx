import type { ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { Thumbnail } from "../thumbnails/thumbnail.tsx";
import { NodeIcon } from "../ui/node-icon.tsx";
import { useOpenedLink } from "./opened-link.ts";

const ICON = 52;

/** What is in a shared file, as far as it can be seen; everything else as what it is. */
export function SharedThumbnail({ node }: { readonly node: SharedNode }): ReactNode {
  const { thumbnails } = useOpenedLink();
  if (thumbnails === null || node.type === "folder" || node.size === 0)
    return <NodeIcon name={node.name} type={node.type} size={ICON} />;
  return <Thumbnail key={node.version} file={node} source={thumbnails} iconSize={ICON} />;
}
