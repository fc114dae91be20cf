/** Runs before the first paint (app/layout.tsx inlines it): the stored theme, or the system's. */
export const THEME_SCRIPT = `(function(){var d=document.documentElement,m=matchMedia("(prefers-color-scheme: dark)"),s=null;try{s=localStorage.getItem("taskora.theme")}catch(e){}d.dataset.theme=s==="dark"||s==="light"?s:m.matches?"dark":"light"})()`;
