import type { ReactNode } from "react";
import { strings } from "../strings/guest.ts";
import { formatDateTime } from "../ui/format.ts";
import classes from "./link-head.module.css";
import { useOpenedLink } from "./opened-link.ts";

interface LinkHeadProps {
  /** The title, or the way to where one is. */
  readonly children: ReactNode;
  /** More about it. */
  readonly facts?: readonly string[];
  /** Buttons. */
  readonly actions?: ReactNode;
}

/** What is shared, by whom, until when; and what the owner has to say about it. */
export function LinkHead({ children, facts = [], actions }: LinkHeadProps): ReactNode {
  const { by, note, expiresAt, downloadsLeft, permission } = useOpenedLink();
  const text = strings.guest;
  const said = [
    ...facts,
    text.sharedBy(by),
    expiresAt !== null && text.until(formatDateTime(expiresAt)),
    downloadsLeft !== null && text.downloadsLeft(downloadsLeft),
    permission === "view" && text.viewOnly,
  ].filter((fact) => typeof fact === "string");
  return (
    <div className={classes.head}>
      <div className={classes.row}>
        <div className={classes.words}>
          {children}
          <p className={classes.facts}>{said.join(" · ")}</p>
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </div>
      {note !== null && note !== "" && <p className={classes.note}>{note}</p>}
    </div>
  );
}
