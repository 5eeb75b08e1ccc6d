import { useState, type ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import { useFileSource } from "../viewer/file-source.ts";
import { previewKind } from "../viewer/preview-kind.ts";
import { useOpenedLink } from "./opened-link.ts";
import classes from "./shared-entries.module.css";

/** The largest image, in bytes, that is fetched whole to be shown small. */
const LARGEST = 4 * 1024 * 1024;

/** Whether a browser draws it as an image. */
export function isPicture({ type, name, size }: SharedNode): boolean {
  return type === "file" && previewKind(name, size).kind === "image";
}

/** Images as they are, everything else as what it is. */
export function Thumbnail({ node }: { readonly node: SharedNode }): ReactNode {
  const files = useFileSource();
  const { isCounted } = useOpenedLink();
  const [hasFailed, setFailed] = useState(false);
  if (isCounted || hasFailed || node.size > LARGEST || !isPicture(node)) {
    return <NodeIcon name={node.name} type={node.type} size={52} />;
  }
  return (
    <img
      className={classes.thumbnail}
      src={files.address(node.id, node.version, "inline")}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setFailed(true)}
    />
  );
}
