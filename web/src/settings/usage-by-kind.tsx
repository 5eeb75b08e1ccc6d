import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import type { FileKind, Usage } from "../../../protocol/usage.ts";
import { strings } from "../strings/settings.ts";
import { formatNumber, formatPercent, formatSize } from "../ui/format.ts";
import { TextLink } from "../ui/links.tsx";
import classes from "./usage-by-kind.module.css";

interface Part {
  readonly id: FileKind | "olderVersions" | "trash";
  readonly name: string;
  readonly count: string;
  readonly bytes: number;
}

/** A bar, and the table that says the same in numbers. */
export function UsageByKind({ usage }: { readonly usage: Usage }): ReactNode {
  const text = strings.settings.storage;
  const parts = partsOf(usage);
  const all = parts.reduce((sum, part) => sum + part.bytes, 0);
  return (
    <>
      <div className={classes.bar} aria-hidden>
        {parts.map(({ id, bytes }) => (
          <span key={id} className={classes.part} data-part={id} style={{ flexGrow: bytes / all }} />
        ))}
      </div>
      <Table className={classes.table} verticalSpacing={6} horizontalSpacing="xs">
        <caption className={classes.caption}>{text.barLabel}</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{text.kindColumn}</Table.Th>
            <Table.Th scope="col" className={classes.count}>
              {text.filesColumn}
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              {text.sizeColumn}
            </Table.Th>
            <Table.Th scope="col" className={classes.number}>
              {text.shareColumn}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {parts.map((part) => (
            <Table.Tr key={part.id}>
              <Table.Th scope="row" className={classes.name}>
                <span className={classes.key} data-part={part.id} aria-hidden />
                {part.id === "trash" ? (
                  <TextLink to="/trash" inherit>
                    {part.name}
                  </TextLink>
                ) : (
                  part.name
                )}
              </Table.Th>
              <Table.Td className={classes.count}>{part.count}</Table.Td>
              <Table.Td className={classes.number}>{formatSize(part.bytes)}</Table.Td>
              <Table.Td className={classes.number}>{shareText(part.bytes, all)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

/** Something that is there is never shown as 0 %. */
function shareText(bytes: number, all: number): string {
  const share = all > 0 ? bytes / all : 0;
  return bytes > 0 && share < 0.01 ? strings.settings.storage.lessThan(formatPercent(0.01)) : formatPercent(share);
}

/** Kinds by size, then what is of no kind. */
function partsOf({ kinds, olderVersions, trash }: Usage): Part[] {
  const text = strings.settings.storage;
  const parts: Part[] = kinds.map(({ kind, files, bytes }) => ({
    id: kind,
    name: text.kinds[kind],
    count: formatNumber(files),
    bytes,
  }));
  const { versions } = olderVersions;
  if (versions > 0) {
    const count = text.versions(versions, formatNumber(versions));
    parts.push({ id: "olderVersions", name: text.olderVersions, count, bytes: olderVersions.bytes });
  }
  if (trash.items > 0) {
    parts.push({ id: "trash", name: text.trash, count: formatNumber(trash.files), bytes: trash.bytes });
  }
  return parts;
}
