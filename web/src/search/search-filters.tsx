import { Button, NativeSelect } from "@mantine/core";
import type { ReactNode } from "react";
import type { Operator } from "../../../core/search/tokens.ts";
import { useSpaces } from "../drive/hooks.ts";
import { strings } from "../strings/search.ts";
import { filterChoices, type FilterChoice } from "./filter-choices.ts";
import { operatorIn, withOperator } from "./operators.ts";
import classes from "./search-page.module.css";

interface SearchFiltersProps {
  readonly query: string;
  /** Paths of folders in which there are hits. */
  readonly folders: readonly string[];
  readonly onQuery: (query: string) => void;
}

const FILTERED: readonly Operator[] = ["type", "in", "after", "before", "size", "owner"];

/** What the query is narrowed down by: each writes its operator into the query (F4), and shows what is there. */
export function SearchFilters({ query, folders, onQuery }: SearchFiltersProps): ReactNode {
  const text = strings.search.filters;
  const spaces = useSpaces();
  const people = new Map(
    (spaces ?? []).filter(({ role }) => role !== "owner").map(({ owner }) => [owner.email, owner.name]),
  );
  const choices = filterChoices(text, Date.now(), folders, people);
  const labels: Readonly<Record<string, string>> = {
    type: text.type,
    in: text.folder,
    after: text.modified,
    before: text.before,
    size: text.size,
    owner: text.owner,
  };
  const typedLabels: Readonly<Record<string, (value: string) => string>> = { after: text.since, before: text.until };
  const isFiltered = FILTERED.some((operator) => operatorIn(query, operator) !== null);
  return (
    <div role="group" aria-label={text.group} className={classes.filters}>
      {FILTERED.map((operator) => {
        const value = operatorIn(query, operator) ?? "";
        return (
          <NativeSelect
            key={operator}
            className={classes.filter}
            data-set={value !== "" || undefined}
            size="xs"
            radius="xl"
            aria-label={labels[operator] ?? ""}
            value={value}
            data={withCurrent(choices[operator] ?? [], value, typedLabels[operator])}
            onChange={({ currentTarget }) =>
              onQuery(withOperator(query, operator, currentTarget.value === "" ? null : currentTarget.value))
            }
          />
        );
      })}
      {isFiltered && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => onQuery(FILTERED.reduce((rest, operator) => withOperator(rest, operator, null), query))}
        >
          {text.clear}
        </Button>
      )}
    </div>
  );
}

/** With what was typed, where it is none of the choices. */
function withCurrent(
  choices: readonly FilterChoice[],
  value: string,
  labelOf: (value: string) => string = (typed) => typed,
): FilterChoice[] {
  const isThere = choices.some((choice) => choice.value === value);
  return isThere ? [...choices] : [...choices, { value, label: labelOf(value) }];
}
