import type { ReactNode } from "react";

/** Ledges in a rock, with boxes on them: what the name means, for the brand side. */
export function Ledges({ className }: { readonly className: string | undefined }): ReactNode {
  return (
    <svg className={className} viewBox="0 0 520 420" fill="none" aria-hidden focusable="false">
      <path d="M120 420V366h130v-92h110v-96h90V84h70v336Z" fill="#fff" opacity=".05" />
      <path d="M120 366h130v9H120zM250 274h110v9H250zM360 178h90v9h-90zM450 84h70v9h-70z" fill="#fff" opacity=".28" />
      <g fill="#fff">
        <path d="M140 326h46v40h-46z" opacity=".2" />
        <path d="M194 306h28v60h-28z" opacity=".12" />
        <path d="M268 224h34v50h-34z" opacity=".22" />
        <path d="M310 240h34v34h-34z" opacity=".13" />
        <path d="M378 140h48v38h-48z" opacity=".2" />
        <path d="M386 108h32v26h-32z" opacity=".12" />
        <path d="M468 40h30v44h-30z" opacity=".22" />
      </g>
    </svg>
  );
}
