import type { ReactNode } from "react";
import column from "../ui/column-page.module.css";
import classes from "../sharing/shared-page.module.css";
import { strings } from "../strings/people.ts";
import { usePageTitle } from "../ui/page-title.ts";
import { ActivityList } from "./activity-list.tsx";

/** What was done in all of the account's own files. */
export function ActivityPage(): ReactNode {
  const text = strings.people.activity;
  usePageTitle(text.title);
  return (
    <div className={column.page}>
      <div className={column.column}>
        <h1 className={column.title}>{text.title}</h1>
        <p className={classes.text}>{text.text}</p>
        <ActivityList node={null} space={null} heading="h2" />
      </div>
    </div>
  );
}
