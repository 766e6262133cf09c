// The words of Tidings in the pages of another app: in the language which that app names, else the one in which the person
// reads Tidings, else the browser's. The app's own words, its language and its direction are left alone.
// Used by tidings/ui/embedded.py.

import { Fragment, useEffect, useSyncExternalStore } from "react";
import { useWebSocket } from "../live/provider.jsx";
import { best, direction, language, speak, subscribe } from "./words.js";

const english = () => "en"; // while the page is rendered ahead of time

/** Goes over to the language when it is known; its catalogue is fetched then, by whoever reads it only.
 * @param {{wanted?: string | null, children?: React.ReactNode}} props */
export function SpeaksAbroad({ wanted, children }) {
  const { preferences } = useWebSocket();
  const chosen = preferences?.language;
  useEffect(() => {
    void speak(best([wanted, chosen, ...navigator.languages]), null);
  }, [wanted, chosen]);
  return children;
}

/** Where the styles of Tidings hold, in the direction in which its words run. Another language makes what is in it anew,
 * for every sentence is read once; so each child is a component of its own.
 * @param {{children?: React.ReactNode, className?: string}} props */
export function Apart({ children, className }) {
  const spoken = useSyncExternalStore(subscribe, language, english);
  return (
    <div className="tidings" lang={spoken} dir={direction(spoken)}>
      <div className={className}>
        <Fragment key={spoken}>{children}</Fragment>
      </div>
    </div>
  );
}
