import { Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useMemo, useRef, useState, type CSSProperties, type ReactNode } from "react";
import { strings } from "../strings/viewer.ts";
import { ErrorState } from "../ui/error-state.tsx";
import { formatNumber, formatSize } from "../ui/format.ts";
import { useFileSource } from "./file-source.ts";
import { textQuery } from "./load-bytes.ts";
import { Waiting } from "./preview.tsx";
import type { PreviewProps } from "./preview-props.ts";
import { Strip, StripSpace, StripText } from "./strip.tsx";
import { columnWidths, hasHeader, parseTable, type TableData } from "./table-data.ts";
import classes from "./table-preview.module.css";

/** What is read of a table. Bytes. */
const LIMIT = 4 * 1024 * 1024;
/** Pixels. */
const ROW = 34;

/** The rows of a CSV or TSV file, of which those in view are drawn. */
export function TablePreview({ file, name, renderUnshown }: PreviewProps): ReactNode {
  const isCut = file.size > LIMIT;
  const source = useFileSource();
  const { data, error, refetch } = useQuery(textQuery(source, file, Math.min(LIMIT, file.size)));
  const table = useMemo(() => (data ? parseTable(data.text, isCut) : null), [data, isCut]);
  if (error) return <ErrorState error={error} title={strings.viewer.failed} onRetry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (table === null) return renderUnshown();
  const part =
    table.isCut && strings.viewer.table.partly(formatSize(Math.min(LIMIT, file.size)), formatSize(file.size));
  return <Table table={table} label={strings.viewer.table.content(name)} part={part || ""} />;
}

interface TableProps {
  readonly table: TableData;
  readonly label: string;
  /** That not all is shown. */
  readonly part: string;
}

function Table({ table, label, part }: TableProps): ReactNode {
  const text = strings.viewer.table;
  const [isHeaded, setHeaded] = useState(() => hasHeader(table));
  const scroll = useRef<HTMLDivElement>(null);
  const head = isHeaded ? table.rows[0] : undefined;
  const rows = isHeaded ? table.rows.slice(1) : table.rows;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 12,
    paddingStart: ROW,
  });
  const columns = useMemo(() => columnWidths(table), [table]);
  const template = `${Math.max(4, String(rows.length).length + 3) * 0.6}em ${columns.map((width) => `${width * 0.6}em`).join(" ")}`;
  const line: CSSProperties = { gridTemplateColumns: template };
  return (
    <div className={classes.column}>
      <Strip label={strings.viewer.actions}>
        <StripText>{text.size(rows.length, table.columns)}</StripText>
        {part !== "" && <StripText>{part}</StripText>}
        <StripSpace />
        <Checkbox
          size="xs"
          label={text.headerRow}
          checked={isHeaded}
          onChange={({ currentTarget }) => setHeaded(currentTarget.checked)}
        />
      </Strip>
      <div
        ref={scroll}
        className={classes.scroll}
        role="table"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        tabIndex={0}
        data-takes-arrows
        data-no-swipe
      >
        <div role="rowgroup" className={classes.rows} style={{ height: virtual.getTotalSize() }}>
          <div role="row" className={classes.head} style={line} aria-rowindex={1}>
            <div role="columnheader" className={classes.number}>
              <span className={classes.hidden}>{text.row}</span>
            </div>
            {columns.map((_, at) => (
              <div role="columnheader" key={at} className={classes.cell} title={head?.[at]}>
                {head?.[at] ?? letters(at)}
              </div>
            ))}
          </div>
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div
              role="row"
              key={index}
              className={classes.row}
              style={{ ...line, transform: `translateY(${start}px)` }}
              aria-rowindex={index + 2}
            >
              <div role="rowheader" className={classes.number}>
                {formatNumber(index + 1)}
              </div>
              {columns.map((_, at) => (
                <div role="cell" key={at} className={classes.cell} title={rows[index]?.[at]}>
                  {rows[index]?.[at]}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** A, B, … Z, AA, as spreadsheets name their columns. */
function letters(at: number): string {
  const before = Math.floor(at / 26);
  return (before > 0 ? letters(before - 1) : "") + String.fromCharCode(65 + (at % 26));
}
