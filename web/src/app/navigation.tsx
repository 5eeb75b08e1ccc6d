import { IconFolder, IconSettings, IconShare, IconShieldCog, IconStar, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useAccount } from "../session/account.ts";
import { strings } from "../strings/strings.ts";
import classes from "./navigation.module.css";
import { QuotaMeter } from "./quota-meter.tsx";

const places = [
  { to: "/files", icon: IconFolder, label: () => strings.app.files },
  { to: "/starred", icon: IconStar, label: () => strings.app.starred },
  { to: "/shared/{-$section}", icon: IconShare, label: () => strings.app.shared },
  { to: "/trash", icon: IconTrash, label: () => strings.app.trash },
  { to: "/settings/{-$section}", icon: IconSettings, label: () => strings.app.settings },
] as const;

/** Only where it is the account's; phones have it in the account's menu. */
const administration = {
  to: "/admin/{-$section}",
  icon: IconShieldCog,
  label: () => strings.app.administration,
} as const;

/** Wide screens: the places at the left, what space there is at their foot. */
export function SideNavigation(): ReactNode {
  const { admin } = useAccount();
  return (
    <>
      <nav aria-label={strings.app.navigation}>
        <ul className={classes.list}>
          {[...places, ...(admin ? [administration] : [])].map(({ to, icon: Look, label }) => (
            <li key={to}>
              <Link
                to={to}
                params={{ section: undefined }}
                className={classes.link}
                activeOptions={{ includeSearch: false }}
              >
                <Look size={20} stroke={1.7} aria-hidden /> {label()}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <aside className={classes.foot} aria-label={strings.app.storage}>
        <QuotaMeter />
      </aside>
    </>
  );
}

/** Phones: the places at the bottom, where the thumb is. */
export function BottomNavigation(): ReactNode {
  return (
    <ul className={classes.tabs}>
      {places.map(({ to, icon: Look, label }) => (
        <li key={to}>
          <Link
            to={to}
            params={{ section: undefined }}
            className={classes.tab}
            activeOptions={{ includeSearch: false }}
          >
            <Look size={22} stroke={1.7} aria-hidden /> {label()}
          </Link>
        </li>
      ))}
    </ul>
  );
}
