import type { ReactNode } from "react";
import { strings } from "../strings/search.ts";
import classes from "./search-hints.module.css";

/** What a search may be narrowed down with. */
export function SearchHints(): ReactNode {
  return (
    <dl className={classes.hints}>
      {strings.search.hints.map(([query, meaning]) => (
        <div key={query} className={classes.hint}>
          <dt>
            <code>{query}</code>
          </dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
