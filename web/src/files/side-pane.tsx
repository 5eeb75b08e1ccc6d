import { Suspense, type ReactNode } from "react";
import type { Entry } from "../drive/drive.ts";
import { lazy } from "../ui/lazy.tsx";
import classes from "./side-pane.module.css";

const DetailsPane = lazy(() => import("./details-pane.tsx").then((file) => file.DetailsPane));

/** The place of the details: fixed in width, so that the list moves once. */
export function SidePane({ entries }: { readonly entries: readonly Entry[] }): ReactNode {
  return (
    <aside className={classes.pane}>
      <Suspense>
        <DetailsPane entries={entries} />
      </Suspense>
    </aside>
  );
}
