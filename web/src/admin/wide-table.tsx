import { Table } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./filters.module.css";

interface WideTableProps {
  readonly label: string;
  readonly head: readonly string[];
  /** Each with its key; the first cell is the row's heading. */
  readonly rows: readonly { readonly key: string; readonly cells: readonly string[] }[];
}

/** A table that is moved sideways where the screen is too narrow for it, also by keys. */
export function WideTable({ label, head, rows }: WideTableProps): ReactNode {
  return (
    <div className={classes.table} role="region" aria-label={label} tabIndex={0}>
      <Table verticalSpacing="xs" horizontalSpacing="sm">
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name} scope="col">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ key, cells: [first, ...others] }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" fw={500}>
                {first}
              </Table.Th>
              {others.map((cell, at) => (
                <Table.Td
                  key={head[at + 1]}
                  data-long={cell.length > 40 || undefined}
                  {...(cell.length > 40 && { title: cell })}
                >
                  {cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
