import { useLocation, useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** A page that the link of a mail leads to, and that asks to sign in before it uses the link's secret. */
export type MailedPage = "/invitations" | "/verify-email";

const KEY = { "/invitations": "ledge-invitation", "/verify-email": "ledge-verify-email" } as const;

const inMemory = new Map<MailedPage, string>();

/**
 * The secret of a mailed link that is open in this tab, through signing in and back, and through a reload. It is in no
 * address that goes to a server, nor in the history; it goes with the tab.
 */
function keptSecret(page: MailedPage): string | null {
  try {
    return sessionStorage.getItem(KEY[page]) ?? inMemory.get(page) ?? null;
  } catch {
    return inMemory.get(page) ?? null;
  }
}

function keepSecret(page: MailedPage, secret: string): void {
  inMemory.set(page, secret);
  try {
    sessionStorage.setItem(KEY[page], secret);
  } catch {
    // Turned off or full: it lives as long as the page.
  }
}

/** To be called once the secret is done with. */
export function forgetSecret(page: MailedPage): void {
  inMemory.delete(page);
  try {
    sessionStorage.removeItem(KEY[page]);
  } catch {
    // Turned off: there is none.
  }
}

/** The page's secret, which is taken out of the address, where others who use this browser would find it; null: none. */
export function useSecret(page: MailedPage): string | null {
  const router = useRouter();
  const { hash } = useLocation();
  const [secret, setSecret] = useState(() => hash || keptSecret(page));
  useEffect(() => {
    if (hash === "") return;
    keepSecret(page, hash);
    setSecret(hash);
    void router.navigate({ to: page, replace: true });
  }, [page, hash, router]);
  return secret;
}
