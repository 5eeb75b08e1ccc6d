import { Link, useParams } from "@tanstack/react-router";
import { useCallback, useRef, type ReactNode } from "react";
import { strings } from "../strings/people.ts";
import { TextLink } from "../ui/links.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { LinksSection } from "./links-section.tsx";
import { PeopleSection } from "./people-section.tsx";
import column from "../ui/column-page.module.css";
import classes from "./shared-page.module.css";

/** What is shared, with the account and by it: with people, and by links. */
export function SharedPage(): ReactNode {
  const text = strings.people;
  usePageTitle(text.page.title);
  const { section } = useParams({ from: "/shell/shared/{-$section}" });
  const heading = useRef<HTMLHeadingElement>(null);
  const focusHeading = useCallback(() => heading.current?.focus(), []);
  return (
    <div className={column.page}>
      <div className={column.column}>
        <div className={classes.top}>
          <h1 ref={heading} tabIndex={-1} className={column.title}>
            {text.page.title}
          </h1>
          <TextLink to="/activity" size="sm">
            {text.page.toActivity}
          </TextLink>
        </div>
        <nav aria-label={text.page.sections}>
          <ul className={classes.tabs}>
            {([undefined, "links"] as const).map((each) => (
              <li key={each ?? "people"}>
                <Link
                  to="/shared/{-$section}"
                  params={{ section: each }}
                  activeOptions={{ exact: true }}
                  className={classes.tab}
                >
                  {each === "links" ? text.links : text.people}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        {section === "links" ? (
          <LinksSection focusHeading={focusHeading} />
        ) : (
          <PeopleSection focusHeading={focusHeading} />
        )}
      </div>
    </div>
  );
}
