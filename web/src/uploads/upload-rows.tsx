import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, type ReactNode } from "react";
import { strings } from "../strings/uploads.ts";
import type { UploadItem } from "./upload-item.ts";
import { UploadRow, type RowActions } from "./upload-row.tsx";
import classes from "./upload-rows.module.css";

const ROW_HEIGHT = 64;
const MOST_HEIGHT = 320;

/** The uploads one by one; drawn as far as they are seen. */
export function UploadList({ items, actions }: { items: readonly UploadItem[]; actions: RowActions }): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 4,
  });
  return (
    <div
      ref={scroller}
      className={classes.scroller}
      style={{ height: Math.min(items.length * ROW_HEIGHT, MOST_HEIGHT) }}
      tabIndex={0}
      role="group"
      aria-label={strings.uploads.list}
    >
      <ul className={classes.list} style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          return (
            item && (
              <li
                key={key}
                className={classes.place}
                style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
                aria-setsize={items.length}
                aria-posinset={index + 1}
              >
                <UploadRow item={item} actions={actions} />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}
