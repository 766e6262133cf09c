// What provider.jsx and the pieces of the pages find only inside a built Reflex app: the router and Vite's flags.
// Just the parts it uses.
// Read by tsconfig.json, beside reflex.d.ts.

declare module "react-router" {
  export function useLocation(): { pathname: string; search: string; key: string };
  export function useNavigate(): (to: string, options?: { replace?: boolean }) => void;
  export const Link: (props: {to: string, className?: string, children?: import("react").ReactNode}) => import("react").ReactNode;
}

declare module "@radix-ui/themes" {
  export const DropdownMenu: Record<"Root" | "Trigger" | "Content" | "Item" | "Separator", import("react").FC<any>>;
}

interface ImportMeta {
  readonly env?: { readonly DEV?: boolean };
}

declare module "marked" {
  export class Lexer {
    constructor(options: { gfm: boolean });
    lex(text: string): any[];
  }
}
