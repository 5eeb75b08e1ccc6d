import {
  IconBrush,
  IconDatabase,
  IconDevices,
  IconInfoCircle,
  IconKey,
  IconShieldLock,
  IconUserCircle,
  type Icon,
} from "@tabler/icons-react";
import type { strings } from "../strings/settings.ts";

export type SectionId = keyof typeof strings.settings.sections;

/** In the order in which they are listed; the first is shown where none is chosen. */
export const SECTIONS: readonly { readonly id: SectionId; readonly icon: Icon }[] = [
  { id: "profile", icon: IconUserCircle },
  { id: "security", icon: IconShieldLock },
  { id: "devices", icon: IconDevices },
  { id: "tokens", icon: IconKey },
  { id: "storage", icon: IconDatabase },
  { id: "appearance", icon: IconBrush },
  { id: "about", icon: IconInfoCircle },
];

export function isSection(id: string): id is SectionId {
  return SECTIONS.some((section) => section.id === id);
}
