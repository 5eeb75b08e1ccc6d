import { ActionIcon, Checkbox } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef, type ReactNode } from "react";
import type { SharedNode } from "../../../protocol/share.ts";
import { strings } from "../strings/guest.ts";
import { formatDate, formatSize } from "../ui/format.ts";
import { NodeIcon } from "../ui/node-icon.tsx";
import classes from "./shared-entries.module.css";
import { Thumbnail } from "./thumbnail.tsx";

interface SharedEntriesProps {
  readonly label: string;
  readonly nodes: readonly SharedNode[];
  readonly look: "list" | "grid";
  readonly chosen: ReadonlySet<string>;
  /** Null: nothing can be done with what would be chosen. */
  readonly onChoose: ((chosen: ReadonlySet<string>) => void) | null;
  readonly onDownload: ((node: SharedNode) => void) | null;
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** Pixels. */
const ROW = 60;
const CARD = { least: 150, height: 210, gap: 12 };
const PADDING = { list: 8, grid: 16 };

/** Entries one below the other or as cards; drawn as far as they are seen. */
export function SharedEntries({
  label,
  nodes,
  look,
  chosen,
  onChoose,
  onDownload,
  ...more
}: SharedEntriesProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const ref = useMergedRef(scroller, measured);
  const across = look === "list" ? 1 : Math.max(2, Math.floor((width - PADDING.grid) / (CARD.least + CARD.gap)));
  const lines = Math.ceil(nodes.length / across);
  const virtualizer = useVirtualizer({
    count: lines,
    getScrollElement: () => scroller.current,
    estimateSize: () => (look === "list" ? ROW : CARD.height + CARD.gap),
    overscan: 6,
    paddingStart: PADDING[look],
    // The bar of what is chosen lies over the end.
    paddingEnd: 80,
  });
  const drawn = virtualizer.getVirtualItems();
  const isAtEnd = (drawn.at(-1)?.index ?? 0) >= lines - 3;
  const { hasMore, onMore } = more;
  useEffect(() => {
    if (hasMore && isAtEnd) onMore();
  }, [hasMore, isAtEnd, onMore]);

  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose?.(next);
  };
  return (
    <div ref={ref} className={classes.scroller} data-choosing={chosen.size > 0 || undefined}>
      <ul className={classes.list} aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
        {drawn.flatMap(({ index: line, start }) =>
          nodes.slice(line * across, (line + 1) * across).map((node, column) => {
            const place = look === "list" ? rowPlace(start) : cardPlace(start, column, across);
            const common = {
              node,
              isChosen: chosen.has(node.id),
              onToggle: onChoose && (() => toggle(node.id)),
              onDownload: onDownload && (() => onDownload(node)),
            };
            return (
              <li
                key={node.id}
                className={look === "list" ? classes.row : classes.card}
                style={place}
                aria-setsize={hasMore ? -1 : nodes.length}
                aria-posinset={line * across + column + 1}
                data-chosen={common.isChosen || undefined}
              >
                {look === "list" ? <Row {...common} /> : <Card {...common} />}
              </li>
            );
          }),
        )}
      </ul>
    </div>
  );
}

function rowPlace(start: number) {
  return { height: ROW, transform: `translateY(${start}px)` };
}

function cardPlace(start: number, column: number, across: number) {
  const width = `calc((100% - ${PADDING.grid * 2 + CARD.gap * (across - 1)}px) / ${across})`;
  const left = `calc(${PADDING.grid + column * CARD.gap}px + ${width} * ${column})`;
  return { height: CARD.height, width, left, transform: `translateY(${start}px)` };
}

interface EntryProps {
  readonly node: SharedNode;
  readonly isChosen: boolean;
  readonly onToggle: (() => void) | null;
  readonly onDownload: (() => void) | null;
}

function Row({ node, isChosen, onToggle, onDownload }: EntryProps): ReactNode {
  return (
    <>
      <Choice node={node} isChosen={isChosen} onToggle={onToggle} />
      <NodeIcon name={node.name} type={node.type} size={28} />
      <span className={classes.words}>
        <Name node={node} />
        <span className={classes.facts}>{factsOf(node)}</span>
      </span>
      {onDownload && (
        <ActionIcon
          className={classes.save}
          variant="subtle"
          color="gray"
          size={40}
          aria-label={strings.guest.downloadOf(node.name)}
          title={strings.guest.download}
          onClick={onDownload}
        >
          <IconDownload size={20} stroke={1.7} aria-hidden />
        </ActionIcon>
      )}
    </>
  );
}

function Card({ node, isChosen, onToggle }: EntryProps): ReactNode {
  return (
    <>
      <div className={classes.picture}>
        <Thumbnail key={node.version} node={node} />
      </div>
      <Choice node={node} isChosen={isChosen} onToggle={onToggle} />
      <span className={classes.caption}>
        <Name node={node} />
        <span className={classes.facts}>{factsOf(node)}</span>
      </span>
    </>
  );
}

function Choice({ node, isChosen, onToggle }: Omit<EntryProps, "onDownload">): ReactNode {
  if (!onToggle) return null;
  return (
    <Checkbox
      className={classes.choice}
      checked={isChosen}
      aria-label={strings.guest.choose(node.name)}
      onChange={onToggle}
    />
  );
}

/** The link is as large as the entry; see the style sheet. */
function Name({ node: { id, name, type } }: { readonly node: SharedNode }): ReactNode {
  const search = type === "folder" ? () => ({ folder: id }) : (was: object) => ({ ...was, view: id });
  return (
    <Link from="/s/$token" to="." search={search} className={classes.name} title={name} draggable={false}>
      {name}
    </Link>
  );
}

function factsOf({ type, size, mtime }: SharedNode): string {
  return `${type === "folder" ? strings.guest.folder : formatSize(size)} · ${formatDate(mtime)}`;
}
