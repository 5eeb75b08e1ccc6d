import { IconChevronLeft, IconChevronRight, type Icon } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode, type RefObject } from "react";
import { usePageTitle } from "./page-title.ts";
import classes from "./sectioned-page.module.css";

/** A section of a page, as it is listed. */
export interface Section {
  readonly id: string;
  readonly icon: Icon;
  readonly title: string;
  /** What is in it, below its title in the list of phones. */
  readonly text: string;
  readonly content: () => ReactNode;
}

interface SectionedPageProps {
  readonly to: "/settings/{-$section}" | "/admin/{-$section}";
  readonly title: string;
  /** What the list of sections is, for a screen reader. */
  readonly label: string;
  /** What leads back to the list. */
  readonly back: string;
  /** In the order in which they are listed; the first is shown where none is chosen. */
  readonly sections: readonly [Section, ...Section[]];
  /** One of their ids. */
  readonly chosen: string | undefined;
}

/** Wide screens show the list of sections beside one of them; phones the list first, then the section that is chosen. */
export function SectionedPage({ to, title, label, back, sections, chosen }: SectionedPageProps): ReactNode {
  const section = sections.find(({ id }) => id === chosen) ?? sections[0];
  const heading = useFocusWhenChanged(chosen);
  usePageTitle(chosen === undefined ? title : `${section.title} · ${title}`);
  const Content = section.content;
  // Of what phones show one at a time, each is the page's first heading.
  const [Title, Heading] = chosen === undefined ? (["h1", "h2"] as const) : (["p", "h1"] as const);
  return (
    <div className={classes.page} data-chosen={chosen !== undefined || undefined}>
      <div className={classes.side}>
        <Title className={classes.title}>{title}</Title>
        <nav aria-label={label}>
          <ul className={classes.list}>
            {sections.map((each) => (
              <li key={each.id}>
                <SectionLink to={to} section={each} isCurrent={each === section} isChosen={chosen !== undefined} />
              </li>
            ))}
          </ul>
        </nav>
      </div>
      <div className={classes.section}>
        <Link to={to} params={{ section: undefined }} className={classes.back}>
          <IconChevronLeft size={18} aria-hidden /> {back}
        </Link>
        <Heading ref={heading} tabIndex={-1} className={classes.heading}>
          {section.title}
        </Heading>
        <div className={classes.cards}>
          <Content key={section.id} />
        </div>
      </div>
    </div>
  );
}

interface SectionLinkProps {
  readonly to: SectionedPageProps["to"];
  readonly section: Section;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
}

function SectionLink({ to, section, isCurrent, isChosen }: SectionLinkProps): ReactNode {
  const { id, icon: Look, title, text } = section;
  return (
    <Link
      to={to}
      params={{ section: id }}
      className={classes.link}
      data-current={isCurrent || undefined}
      {...(isCurrent && isChosen && { "aria-current": "page" as const })}
    >
      <Look size={20} stroke={1.7} aria-hidden />
      <span className={classes.words}>
        {title}
        <span className={classes.about}>{text}</span>
      </span>
      <IconChevronRight size={18} aria-hidden className={classes.chevron} />
    </Link>
  );
}

/** The heading takes the focus when another section is chosen, so that it is read out and Tab goes on from there. */
function useFocusWhenChanged(chosen: string | undefined): RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(chosen);
  useEffect(() => {
    if (before.current !== chosen) heading.current?.focus();
    before.current = chosen;
  }, [chosen]);
  return heading;
}
