import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import { useEffect, useRef, type ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import { usePageTitle } from "../ui/page-title.ts";
import { AboutSection } from "./about-section.tsx";
import { AppearanceSection } from "./appearance-section.tsx";
import { DevicesSection } from "./devices-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { isSection, SECTIONS, type SectionId } from "./sections.ts";
import { SecuritySection } from "./security-section.tsx";
import classes from "./settings-page.module.css";
import { StorageSection } from "./storage-section.tsx";
import { TokensSection } from "./tokens-section.tsx";

const CONTENT: Readonly<Record<SectionId, () => ReactNode>> = {
  profile: ProfileSection,
  security: SecuritySection,
  devices: DevicesSection,
  tokens: TokensSection,
  storage: StorageSection,
  appearance: AppearanceSection,
  about: AboutSection,
};

/** Wide screens show the list of sections beside one of them; phones the list first, then the section that is chosen. */
export function SettingsPage(): ReactNode {
  const { section: chosen } = useParams({ from: "/shell/settings/{-$section}" });
  if (chosen !== undefined && !isSection(chosen))
    return <Navigate to="/settings/{-$section}" params={{ section: undefined }} replace />;
  return <Settings chosen={chosen} />;
}

function Settings({ chosen }: { readonly chosen: SectionId | undefined }): ReactNode {
  const section = chosen ?? "profile";
  const heading = useFocusWhenChanged(chosen);
  const { title } = strings.settings.sections[section];
  usePageTitle(chosen === undefined ? strings.settings.title : `${title} · ${strings.settings.title}`);
  const Content = CONTENT[section];
  // Of what phones show one at a time, each is the page's first heading.
  const [Title, Heading] = chosen === undefined ? (["h1", "h2"] as const) : (["p", "h1"] as const);
  return (
    <div className={classes.page} data-chosen={chosen !== undefined || undefined}>
      <div className={classes.side}>
        <Title className={classes.title}>{strings.settings.title}</Title>
        <SectionList current={section} isChosen={chosen !== undefined} />
      </div>
      <div className={classes.section}>
        <Link to="/settings/{-$section}" params={{ section: undefined }} className={classes.back}>
          <IconChevronLeft size={18} aria-hidden /> {strings.settings.back}
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
    <nav aria-label={strings.settings.sectionsLabel}>
      <ul className={classes.list}>
        {SECTIONS.map(({ id, icon: Look }) => (
          <li key={id}>
            <Link
              to="/settings/{-$section}"
              params={{ section: id }}
              className={classes.link}
              data-current={id === current || undefined}
              {...(id === current && isChosen && { "aria-current": "page" as const })}
            >
              <Look size={20} stroke={1.7} aria-hidden />
              <span className={classes.words}>
                {strings.settings.sections[id].title}
                <span className={classes.about}>{strings.settings.sections[id].text}</span>
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
