import {
  IconBrush,
  IconDatabase,
  IconDevices,
  IconInfoCircle,
  IconKey,
  IconShieldLock,
  IconUserCircle,
} from "@tabler/icons-react";
import { Navigate, useParams } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { strings } from "../strings/settings.ts";
import { SectionedPage, type Section } from "../ui/sectioned-page.tsx";
import { AboutSection } from "./about-section.tsx";
import { AppearanceSection } from "./appearance-section.tsx";
import { DevicesSection } from "./devices-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { SecuritySection } from "./security-section.tsx";
import { StorageSection } from "./storage-section.tsx";
import { TokensSection } from "./tokens-section.tsx";

const { sections: text } = strings.settings;

const SECTIONS: readonly [Section, ...Section[]] = [
  { id: "profile", icon: IconUserCircle, content: ProfileSection, ...text.profile },
  { id: "security", icon: IconShieldLock, content: SecuritySection, ...text.security },
  { id: "devices", icon: IconDevices, content: DevicesSection, ...text.devices },
  { id: "tokens", icon: IconKey, content: TokensSection, ...text.tokens },
  { id: "storage", icon: IconDatabase, content: StorageSection, ...text.storage },
  { id: "appearance", icon: IconBrush, content: AppearanceSection, ...text.appearance },
  { id: "about", icon: IconInfoCircle, content: AboutSection, ...text.about },
];

/** The account's settings, in sections. */
export function SettingsPage(): ReactNode {
  const { section: chosen } = useParams({ from: "/shell/settings/{-$section}" });
  if (chosen !== undefined && !SECTIONS.some(({ id }) => id === chosen))
    return <Navigate to="/settings/{-$section}" params={{ section: undefined }} replace />;
  const { title, sectionsLabel: label, back } = strings.settings;
  return <SectionedPage to="/settings/{-$section}" {...{ title, label, back, chosen }} sections={SECTIONS} />;
}
