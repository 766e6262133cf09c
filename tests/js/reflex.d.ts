// What the modules in assets/ import from the pages that Reflex generates around them.
// Types only, kept as small as what is used; an upgrade of Reflex may change them.
// Read by tsconfig.json.

declare module "$/utils/state" {
  export function getBackendURL(url?: string): URL;
}

declare module "$/utils/react-theme" {
  export function useTheme(): { theme: string; resolvedTheme: string; setTheme: (theme: string) => void };
}

declare module "$/env.json" {
  const env: { PING: string; EVENT: string; TRANSPORT: string; TEST_MODE: boolean };
  export default env;
}
