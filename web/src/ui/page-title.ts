import { useEffect } from "react";
import { strings } from "../strings/strings.ts";

/** Names the page in the tab and the history; undefined while its name is not known. */
export function usePageTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? strings.app.name : `${title} · ${strings.app.name}`;
  }, [title]);
}
