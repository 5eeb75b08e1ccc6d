import { useEffect } from "react";
import { isolated } from "../strings/isolate.ts";
import { strings } from "../strings/strings.ts";

/** Names the page in the tab and the history; undefined while its name is not known. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? strings.app.name : `${isolated(title)} · ${strings.app.name}`;
  }, [title]);
}
