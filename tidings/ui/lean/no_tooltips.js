// Stands for Radix' tooltips, which come with its theme and which no page draws: what they say stands in `title`.
// With them go the sums by which things float. Laid into the build by plugin.py.

/** @param {{children: React.ReactNode}} props */
export const Provider = ({ children }) => children;

export function Root() {
  throw new Error("These pages are built without Radix' tooltips: take LeanPages out of rxconfig.py to use them.");
}
