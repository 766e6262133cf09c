// What provider.jsx finds only inside a built Reflex app: the router and Vite's flags.
// Just the parts it uses.
// Read by tsconfig.json, beside reflex.d.ts.

declare module "react-router" {
  export function useLocation(): { pathname: string };
}

interface ImportMeta {
  readonly env?: { readonly DEV?: boolean };
}
