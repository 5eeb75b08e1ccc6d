import type { ReactNode } from "react";
import { PasskeysCard } from "./passkeys-card.tsx";
import { PasswordCard } from "./password-card.tsx";
import { TwoFactorCard } from "./two-factor-card.tsx";

/** How one signs in. */
export function SecuritySection(): ReactNode {
  return (
    <>
      <PasswordCard />
      <TwoFactorCard />
      <PasskeysCard />
    </>
  );
}
