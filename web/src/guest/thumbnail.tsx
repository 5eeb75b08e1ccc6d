import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { fileKind } from "../../../core/file-kind.ts";
import type { FileKind } from "../../../protocol/usage.ts";
import type { SharedNode } from "../../../protocol/share.ts";
import { Lines } from "../thumbnails/lines.tsx";
import { Picture } from "../thumbnails/picture.tsx";
import { NodeIcon } from "../ui/node-icon.tsx";
import { useFileSource } from "../viewer/file-source.ts";
import { previewKind } from "../viewer/preview-kind.ts";
import { sharedApi } from "./guest-requests.ts";
import { useOpenedLink } from "./opened-link.ts";

/** The largest image, in bytes, that is fetched whole to be shown small. */
const LARGEST = 4 * 1024 * 1024;
/** Of which the server may have a picture, and of which first lines (SPEC H1, H5). */
const PICTURED: ReadonlySet<FileKind> = new Set(["image", "pdf", "video"]);
const READ: ReadonlySet<FileKind> = new Set(["text", "markdown", "table"]);

/** Whether a browser draws it as an image. */
export function isPicture({ type, name, size }: SharedNode): boolean {
  return type === "file" && previewKind(name, size).kind === "image";
}

/** The server's thumbnail, or else a small image as it is; everything else as what it is. A guest's browser draws none. */
export function Thumbnail({ node }: { readonly node: SharedNode }): ReactNode {
  const files = useFileSource();
  const { isCounted, secret } = useOpenedLink();
  const [failed, setFailed] = useState(0);
  const kind = fileKind(node.name);
  const isAsked = !isCounted && node.type === "file" && node.size > 0;
  const address = sharedApi(secret).thumbnailAddress(node.id, node.version);
  const { data: lines } = useQuery({
    queryKey: ["shared", secret, "lines", node.id, node.version],
    queryFn: ({ signal }) => linesAt(address, signal),
    enabled: isAsked && READ.has(kind),
    staleTime: Infinity,
  });
  const sources = [
    ...(PICTURED.has(kind) ? [address] : []),
    ...(isPicture(node) && node.size <= LARGEST ? [files.address(node.id, node.version, "inline")] : []),
  ];
  const source = isAsked ? sources[failed] : undefined;
  if (source !== undefined) {
    return <Picture key={source} source={source} kind={kind} onFail={() => setFailed(failed + 1)} />;
  }
  if (lines != null) return <Lines text={lines} />;
  return <NodeIcon name={node.name} type={node.type} size={52} />;
}

/** Null where there are none. */
async function linesAt(address: string, signal: AbortSignal): Promise<string | null> {
  const answer = await fetch(address, { signal });
  const text = answer.ok ? await answer.text() : "";
  return text.trim() === "" ? null : text;
}
