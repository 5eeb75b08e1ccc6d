import type { ReactNode } from "react";

/** The mark: two boxes on a ledge. @param size - Pixels. */
export function Logo({ size = 28 }: { readonly size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="#1f6f5c" />
      <path d="M7 21h18v3H7z" fill="#fff" />
      <path d="M10 13h7v6h-7z" fill="#fff" opacity=".92" />
      <path d="M18.5 8H23v11h-4.5z" fill="#fff" opacity=".7" />
    </svg>
  );
}
