import { Button } from "@mantine/core";
import { useState, type ReactNode } from "react";
import type { Person } from "../../../protocol/members.ts";
import { strings } from "../strings/people.ts";
import { doAboutPeople } from "./do-about-people.ts";
import classes from "./people-panel.module.css";
import { people } from "./people-requests.ts";

/** For its owner: whom a folder is offered to, and the way back. */
export function OfferedNote({ folder, to }: { readonly folder: string; readonly to: Person }): ReactNode {
  const text = strings.people.offer;
  const [isBusy, setBusy] = useState(false);
  const takeBack = async (): Promise<void> => {
    setBusy(true);
    await doAboutPeople(() => people.endOffer(folder), text.takenBack);
    setBusy(false);
  };
  return (
    <div className={classes.offered} role="status">
      <p>{text.waiting(to.name)}</p>
      <Button variant="default" size="compact-sm" loading={isBusy} onClick={() => void takeBack()}>
        {text.takeBack}
      </Button>
    </div>
  );
}
