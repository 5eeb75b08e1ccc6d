import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { LocatedNode } from "../../../protocol/tree-reads.ts";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/settings.ts";
import { formatSize } from "../ui/format.ts";
import { TextLink } from "../ui/links.tsx";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./largest-files.module.css";

/** The largest first, each a link to it. */
export function LargestFiles({ files }: { readonly files: readonly LocatedNode[] }): ReactNode {
  const text = strings.settings.storage;
  if (files.length === 0) return <Text size="sm">{text.largestNone}</Text>;
  return (
    <ol className={classes.list} aria-label={text.largest}>
      {files.map(({ node, ancestors }) => (
        <li key={node.id} className={classes.file}>
          <NodeIcon name={node.name} type="file" size={24} />
          <div className={classes.words}>
            <TextLink to="/file/$file" params={{ file: node.id }} className={classes.name}>
              {node.name}
            </TextLink>
            <div className={classes.place}>{text.inFolder(placeOf(ancestors))}</div>
          </div>
          <span className={classes.size}>{formatSize(node.size)}</span>
        </li>
      ))}
    </ol>
  );
}

/** The folders' names; the root has none of its own. */
function placeOf(ancestors: LocatedNode["ancestors"]): string {
  const names = ancestors.slice(1).map(({ name }) => name);
  return names.length === 0 ? strings.settings.storage.files : names.map(isolated).join(" / ");
}
