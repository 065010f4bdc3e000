import { useEffect, type ElementType, type ReactNode } from "react";

interface HoldProps {
  readonly as: ElementType;
  readonly children: ReactNode;
}

/**
 * Stands in for react-remove-scroll, which radix-ui's dialogs and menus ask for: while one is open, the page behind it does
 * not scroll. By an attribute that the style sheet knows, because a style made on the way is refused by the server's policy.
 */
export function RemoveScroll({ as: Wrap, children }: HoldProps) {
  useEffect(() => {
    const { dataset, style, clientWidth } = document.documentElement;
    // a question over a drawer: the drawer holds it
    if ("held" in dataset) return undefined;
    dataset["held"] = "";
    // the bar that goes away leaves its width, so that nothing moves
    style.paddingRight = `${innerWidth - clientWidth}px`;
    return () => {
      delete dataset["held"];
      style.paddingRight = "";
    };
  }, []);
  return <Wrap>{children}</Wrap>;
}
