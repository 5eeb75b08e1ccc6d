import { Fragment, type ReactNode } from "react";
import type { Icon } from "@tabler/icons-react";
import classes from "./item-list.module.css";

/** Things of a kind, one below the other. */
export function ItemList({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactNode {
  return (
    <ul className={classes.list} aria-label={label}>
      {children}
    </ul>
  );
}

interface ItemProps {
  readonly icon: Icon;
  readonly title: string;
  /** A state, behind the title. */
  readonly badge?: ReactNode;
  /** Said in one line, as far as they are there. */
  readonly facts: readonly (string | false | undefined)[];
  /** Buttons. */
  readonly children?: ReactNode;
}

export function Item({ icon: Look, title, badge, facts, children }: ItemProps): ReactNode {
  const said = facts.filter((fact) => typeof fact === "string");
  return (
    <li className={classes.item}>
      <Look size={22} stroke={1.6} aria-hidden className={classes.icon} />
      <div className={classes.words}>
        <div className={classes.head}>
          <span className={classes.title}>{title}</span>
          {badge}
        </div>
        <div className={classes.facts}>
          {said.map((fact, at) => (
            <Fragment key={fact}>
              {at > 0 && (
                <span aria-hidden className={classes.dot}>
                  {" · "}
                </span>
              )}
              <span className={classes.fact}>{fact}</span>
              {at < said.length - 1 && <span className={classes.pause}>, </span>}
            </Fragment>
          ))}
        </div>
      </div>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </li>
  );
}
