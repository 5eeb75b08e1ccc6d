import { IconCheck } from "@tabler/icons-react";
import { Suspense, useSyncExternalStore, type ReactNode } from "react";
import { onLeftQuestion, openLeftQuestion } from "../session/left-behind.ts";
import { strings } from "../strings/entry.ts";
import { lazy } from "../ui/lazy.tsx";
import { Logo } from "../ui/logo.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import classes from "./entry-layout.module.css";
import { Ledges } from "./ledges.tsx";

const LeftQuestion = lazy(() => import("./left-question.tsx").then((file) => file.LeftQuestion));

interface EntryLayoutProps {
  readonly title: string;
  readonly text?: ReactNode;
  readonly children?: ReactNode;
  /** Below the card's content: the other ways. */
  readonly foot?: ReactNode;
}

/** The page around every way in: a card, on wide screens beside what Ledge is. */
export function EntryLayout({ title, text, children, foot }: EntryLayoutProps): ReactNode {
  usePageTitle(title);
  const question = useSyncExternalStore(onLeftQuestion, openLeftQuestion);
  return (
    <div className={classes.page}>
      <aside className={classes.brand}>
        <Ledges className={classes.ledges} />
        <div className={`${classes.front} ${classes.brandLogo}`}>
          <Logo size={36} /> {strings.app.name}
        </div>
        <div className={classes.front}>
          <p className={classes.tagline}>{strings.entry.tagline}</p>
          <ul className={classes.promises}>
            {strings.entry.promises.map((promise) => (
              <li key={promise}>
                <IconCheck size={20} stroke={2.2} aria-hidden /> {promise}
              </li>
            ))}
          </ul>
        </div>
        <div />
      </aside>
      <main className={classes.side}>
        <div className={classes.smallLogo}>
          <Logo size={32} /> {strings.app.name}
        </div>
        <div className={classes.card}>
          <h1 className={classes.title}>{title}</h1>
          {text !== undefined && <p className={classes.text}>{text}</p>}
          {children !== undefined && <div className={classes.body}>{children}</div>}
        </div>
        {foot !== undefined && <p className={classes.foot}>{foot}</p>}
      </main>
      <Suspense>{question && <LeftQuestion question={question} />}</Suspense>
    </div>
  );
}
