import {
  IconChartBar,
  IconHistory,
  IconLink,
  IconListSearch,
  IconShieldCog,
  IconUserPlus,
  IconUsers,
} from "@tabler/icons-react";
import { Navigate, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/admin.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { usePageTitle } from "../ui/page-title.ts";
import { SectionedPage, type Section } from "../ui/sectioned-page.tsx";
import { AccountsSection } from "./accounts-section.tsx";
import { ActivitySection } from "./activity-section.tsx";
import { LinksSection } from "./links-section.tsx";
import { IndexSection } from "./index-section.tsx";
import { SignUpSection } from "./sign-up-section.tsx";
import { UsageSection } from "./usage-section.tsx";

const { sections: text } = strings.admin;

const SECTIONS: readonly [Section, ...Section[]] = [
  { id: "accounts", icon: IconUsers, content: AccountsSection, ...text.accounts },
  { id: "usage", icon: IconChartBar, content: UsageSection, ...text.usage },
  { id: "links", icon: IconLink, content: LinksSection, ...text.links },
  { id: "search", icon: IconListSearch, content: IndexSection, ...text.search },
  { id: "settings", icon: IconUserPlus, content: SignUpSection, ...text.settings },
  { id: "activity", icon: IconHistory, content: ActivitySection, ...text.activity },
];

/** What administrators see, in sections as the settings have them. For everybody else there is nothing. */
export function AdminPage(): ReactNode {
  const { section: chosen } = useParams({ from: "/shell/admin/{-$section}" });
  const { admin } = useAccount();
  if (!admin) return <NotForYou />;
  if (chosen !== undefined && !SECTIONS.some(({ id }) => id === chosen))
    return <Navigate to="/admin/{-$section}" params={{ section: undefined }} replace />;
  const { title, sectionsLabel: label, back } = strings.admin;
  return <SectionedPage to="/admin/{-$section}" {...{ title, label, back, chosen }} sections={SECTIONS} />;
}

function NotForYou(): ReactNode {
  usePageTitle(strings.admin.title);
  return (
    <EmptyState isPage icon={IconShieldCog} title={strings.admin.forbidden} text={strings.admin.forbiddenText}>
      <ButtonLink to="/files">{strings.app.toFiles}</ButtonLink>
    </EmptyState>
  );
}
