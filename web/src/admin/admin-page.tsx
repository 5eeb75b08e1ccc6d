import {
  IconChartBar,
  IconChevronLeft,
  IconChevronRight,
  IconHistory,
  IconLink,
  IconShieldCog,
  IconUserPlus,
  IconUsers,
  type Icon,
} from "@tabler/icons-react";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import classes from "../settings/settings-page.module.css";
import { strings } from "../strings/admin.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { AccountsSection } from "./accounts-section.tsx";
import { ActivitySection } from "./activity-section.tsx";
import { LinksSection } from "./links-section.tsx";
import { SignUpSection } from "./sign-up-section.tsx";
import { UsageSection } from "./usage-section.tsx";

type SectionId = keyof typeof strings.admin.sections;

/** In the order in which they are listed; the first is shown where none is chosen. */
const SECTIONS: readonly { readonly id: SectionId; readonly icon: Icon; readonly content: () => ReactNode }[] = [
  { id: "accounts", icon: IconUsers, content: AccountsSection },
  { id: "usage", icon: IconChartBar, content: UsageSection },
  { id: "links", icon: IconLink, content: LinksSection },
  { id: "settings", icon: IconUserPlus, content: SignUpSection },
  { id: "activity", icon: IconHistory, content: ActivitySection },
];

/** What administrators see, in sections as the settings have them. For everybody else there is nothing. */
export function AdminPage(): ReactNode {
  const { section: chosen } = useParams({ from: "/shell/admin/{-$section}" });
  const { admin } = useAccount();
  if (!admin) return <NotForYou />;
  if (chosen !== undefined && !SECTIONS.some(({ id }) => id === chosen))
    return <Navigate to="/admin/{-$section}" params={{ section: undefined }} replace />;
  return <Administration chosen={chosen} />;
}

function NotForYou(): ReactNode {
  usePageTitle(strings.admin.title);
  return (
    <EmptyState isPage icon={IconShieldCog} title={strings.admin.forbidden} text={strings.admin.forbiddenText}>
      <ButtonLink to="/files">{strings.app.toFiles}</ButtonLink>
    </EmptyState>
  );
}

function Administration({ chosen }: { readonly chosen: string | undefined }): ReactNode {
  const { id: section = "accounts", content: Content = AccountsSection } =
    SECTIONS.find(({ id }) => id === chosen) ?? {};
  const heading = useFocusWhenChanged(chosen);
  const { title } = strings.admin.sections[section];
  usePageTitle(chosen === undefined ? strings.admin.title : `${title} · ${strings.admin.title}`);
  // Of what phones show one at a time, each is the page's first heading.
  const [Title, Heading] = chosen === undefined ? (["h1", "h2"] as const) : (["p", "h1"] as const);
  return (
    <div className={classes.page} data-chosen={chosen !== undefined || undefined}>
      <div className={classes.side}>
        <Title className={classes.title}>{strings.admin.title}</Title>
        <SectionList current={section} isChosen={chosen !== undefined} />
      </div>
      <div className={classes.section}>
        <Link to="/admin/{-$section}" params={{ section: undefined }} className={classes.back}>
          <IconChevronLeft size={18} aria-hidden /> {strings.admin.back}
        </Link>
        <Heading ref={heading} tabIndex={-1} className={classes.heading}>
          {title}
        </Heading>
        <div className={classes.cards}>
          <Content key={section} />
        </div>
      </div>
    </div>
  );
}

function SectionList({ current, isChosen }: { readonly current: SectionId; readonly isChosen: boolean }): ReactNode {
  return (
    <nav aria-label={strings.admin.sectionsLabel}>
      <ul className={classes.list}>
        {SECTIONS.map(({ id, icon: Look }) => (
          <li key={id}>
            <Link
              to="/admin/{-$section}"
              params={{ section: id }}
              className={classes.link}
              data-current={id === current || undefined}
              {...(id === current && isChosen && { "aria-current": "page" as const })}
            >
              <Look size={20} stroke={1.7} aria-hidden />
              <span className={classes.words}>
                {strings.admin.sections[id].title}
                <span className={classes.about}>{strings.admin.sections[id].text}</span>
              </span>
              <IconChevronRight size={18} aria-hidden className={classes.chevron} />
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The heading takes the focus when another section is chosen, so that it is read out and Tab goes on from there. */
function useFocusWhenChanged(chosen: string | undefined): React.RefObject<HTMLHeadingElement | null> {
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(chosen);
  useEffect(() => {
    if (before.current !== chosen) heading.current?.focus();
    before.current = chosen;
  }, [chosen]);
  return heading;
}
