export const pageStyle = `body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 24rem; margin: 10vh auto; padding: 0 1rem; }
label { display: block; margin-top: 1rem; font-weight: 600; }
input { box-sizing: border-box; width: 100%; padding: 0.5rem; font: inherit; }
button { margin: 1.5rem 0.5rem 0 0; padding: 0.5rem 1rem; font: inherit; }
:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
[role="alert"]:not(:empty) { padding: 0.5rem 0.75rem; border-left: 4px solid #c62828; }
`;
